# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Records without a value: counted, forgetting their device, or dead letters."""
import json

import pytest

from support import program
from support.readings import device_of, make_row

HOURS = 40


def message(row):
    return device_of(row).encode(), json.dumps(row).encode(), None


def tombstone(row):
    return device_of(row).encode(), None, None


def readings(device):
    return [make_row(device, hour) for hour in range(HOURS)]


@pytest.fixture
def pipeline(make_pipeline):
    return make_pipeline(partitions=1)


def score(pipeline, records, policy=None, expect=program.OK):
    if policy:
        pipeline.config["input"] = {"tombstone": policy}
    pipeline.broker.produce(pipeline.input, records)
    worker = pipeline.detect("--until-end")
    assert worker.wait() == expect, worker.log
    for topic in (pipeline.output, pipeline.dead_letters):
        pipeline.broker.wait_until_settled(topic)
    return program.summary_of(worker.out)


def values_of(pipeline, row):
    return [r.value for r in pipeline.broker.read(pipeline.output) if r.key == device_of(row).encode()]


def test_by_default_they_are_counted(pipeline):
    rows = readings(1)
    summary = score(pipeline, [message(rows[0]), tombstone(rows[0]), (None, None, None), message(rows[1])])
    assert (summary["records_in"], summary["records_ignored"]) == (4, 2)
    assert [json.loads(v)["sequence"] for v in values_of(pipeline, rows[0])] == [1, 2]


def test_they_may_be_dead_letters(pipeline):
    rows = readings(1)
    score(pipeline, [message(rows[0]), tombstone(rows[0])], "dead_letter", program.BAD_DATA)
    letter, = pipeline.broker.read(pipeline.dead_letters)
    assert (letter.key, letter.value, letter.headers["cortado-stage"]) == \
        (device_of(rows[0]).encode(), None, "policy")


@pytest.mark.parametrize("max_resident_devices", [0, 1])
def test_they_may_forget_their_device(pipeline, max_resident_devices):
    """In its own order, in one run and across restarts; others do not notice."""
    pipeline.config["state"]["max_resident_devices"] = max_resident_devices
    one, other = readings(1), readings(2)
    score(pipeline, [message(row) for pair in zip(one, other) for row in pair], "forget")
    summary = score(pipeline, [tombstone(one[0])])
    assert summary["records_ignored"] == 1
    # What comes after a restart meets a model that has seen nothing; so does what follows in the same run.
    again = [message(row) for row in one]
    score(pipeline, [*again, tombstone(one[0]), *again, message(other[-1])])
    values = values_of(pipeline, one[0])
    assert len(values) == 3 * HOURS
    assert values[:HOURS] == values[HOURS:2 * HOURS] == values[2 * HOURS:]
    assert [json.loads(v)["sequence"] for v in values_of(pipeline, other[0])] == list(range(1, HOURS + 2))


def test_a_tombstone_without_a_key_forgets_nobody(pipeline):
    score(pipeline, [message(readings(1)[0]), (None, None, None)], "forget", program.BAD_DATA)
    letter, = pipeline.broker.read(pipeline.dead_letters)
    assert letter.headers["cortado-stage"] == "map" and "no key" in letter.headers["cortado-reason"]
