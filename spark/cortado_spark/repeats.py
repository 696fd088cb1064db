# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The rule that makes the sink's repeats harmless, for whoever reads the output topic.

After a failure a batch is written again whole, and what was written of it before may have holes: a broker that refuses
one request may have taken the next. A device's records may then stand as 1 2 6 7 1 2 3 4 5 6 7. Every copy has the same
bytes. Keep the first of each (device, sequence). Dead letters have no sequence; their source's topic, partition and
offset take the place of device and sequence.
"""
from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


class Repeats:
    """Tells repeats; its memory is two numbers for each run of sequences without a hole, mostly one run a device.

    Examples
    --------
    >>> repeats = Repeats()
    >>> [sequence for sequence in (1, 2, 6, 1, 2, 3, 4, 5, 6, 7) if repeats.is_new("a", sequence)]
    [1, 2, 6, 3, 4, 5, 7]
    """

    def __init__(self) -> None:
        # Of each device the first of a run and the one behind its last, run by run.
        self._edges: dict[Hashable, list[int]] = {}

    def is_new(self, device: Hashable, sequence: int) -> bool:
        """Return False for a record that was seen before; of a dead letter (topic, partition) and offset."""
        edges = self._edges.setdefault(device, [])
        at = bisect_right(edges, sequence)
        if at % 2:
            return False
        goes_on = at > 0 and edges[at - 1] == sequence
        meets_next = at < len(edges) and edges[at] == sequence + 1
        edges[at - goes_on:at + meets_next] = [sequence] * (not goes_on) + [sequence + 1] * (not meets_next)
        return True


def without_repeats(records: Iterable[tuple[Hashable, int, T]]) -> Iterator[T]:
    """Yield each record's third item once, of (device, sequence, record) in the order of the topic's partitions."""
    repeats = Repeats()
    for device, sequence, record in records:
        if repeats.is_new(device, sequence):
            yield record
