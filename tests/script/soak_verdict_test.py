# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The soak's judge finds what is wrong."""
import types

import pytest

from soak import verdict

WANTED = [((0, 0), b"a"), ((0, 1), b"b"), ((0, 3), b"c"), ((1, 0), b"d")]


@pytest.mark.parametrize("found, counts", [
    (WANTED, {}),
    ([*WANTED[:2], WANTED[3]], {"lost": 1}),
    ([*WANTED, WANTED[3]], {"doubled": 1}),
    ([WANTED[1], WANTED[0], *WANTED[2:]], {"out_of_order": 1}),
    ([*WANTED[:3], ((1, 0), b"x")], {"different": 1}),
    ([*WANTED, ((1, 7), b"e")], {"different": 1}),
    ([WANTED[2], WANTED[0], WANTED[0]], {"lost": 2, "doubled": 1, "out_of_order": 2})])
def test_what_differs_is_counted(monkeypatch, found, counts):
    topics = {"found": found, "wanted": WANTED}
    monkeypatch.setattr(verdict, "outcomes", lambda broker, topic, is_letter: iter(topics[topic]))
    result = verdict.Verdict()
    seen = verdict.compare_outcomes(types.SimpleNamespace(broker=None), result, "found", "wanted", False)
    assert seen == len({source for source, _ in found})
    kinds = ("lost", "doubled", "out_of_order", "different", "other_models")
    assert {kind: getattr(result, kind) for kind in kinds if getattr(result, kind)} == counts
    assert result.sound() == (not counts)
    assert len(result.examples) == sum(counts.values())
