# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""A device whose records are on two partitions: the one that had it first keeps it, whatever dies or restarts."""
import json

import pytest

from support import models, program
from support.readings import device_of, make_rows
from support.waiting import wait_until

ROWS = make_rows(2, 700)
SHARED, OTHER = (device_of(row) for row in ROWS[:2])
BACKLOG = 400


def records(device, begin, end):
    rows = [row for row in ROWS if device_of(row) == device][begin:end]
    return [(device.encode(), json.dumps(row).encode(), None) for row in rows]


class Shared:
    """A pipeline whose partition 0 has the device first, and what was sent of it to each partition."""

    def __init__(self, pipeline):
        self.pipeline = pipeline
        self.sent = [0, 0]
        self.others = 0

    def send(self, partition, count):
        begin = self.sent[partition]
        self.pipeline.broker.produce(self.pipeline.input, records(SHARED, begin, begin + count), partition)
        self.sent[partition] += count

    def send_other(self, partition, count):
        self.pipeline.broker.produce(self.pipeline.input, records(OTHER, 0, count), partition)
        self.others += count

    def wait(self, worker):
        self.pipeline.wait_for_output(worker, self.sent[0] + self.others)
        wait_until(lambda: worker.check_running() and
                   self.pipeline.broker.count(self.pipeline.dead_letters) >= self.sent[1], lambda: worker.log)

    def begin(self):
        worker = self.pipeline.detect()
        # A replay of partition 0 comes late to the device.
        self.send_other(0, BACKLOG)
        self.send(0, 100)
        self.wait(worker)
        self.send(1, 50)
        self.wait(worker)
        return worker

    def check(self):
        enriched = [r for r in self.pipeline.broker.read(self.pipeline.output) if r.json["device"] == SHARED]
        assert [r.source[0] for r in enriched] == [0] * self.sent[0]
        assert sorted(r.json["sequence"] for r in enriched) == list(range(1, self.sent[0] + 1))
        letters = self.pipeline.broker.read(self.pipeline.dead_letters)
        assert [(r.headers["cortado-stage"], r.headers["cortado-partition"]) for r in letters] == \
            [("route", "1")] * self.sent[1]
        assert sorted(int(r.headers["cortado-offset"]) for r in letters) == list(range(self.sent[1]))

    def model(self, make_pipeline):
        """What a process learns that meets partition 0 alone."""
        alone = make_pipeline(partitions=1)
        alone.broker.produce(alone.input, records(SHARED, 0, self.sent[0]))
        return models.undisturbed(alone)[SHARED]


@pytest.mark.parametrize("store", ["directory", "kafka"])
def test_the_first_partition_keeps_a_device_when_its_worker_is_killed(make_pipeline, store):
    pipeline = make_pipeline(partitions=2)
    # No snapshot is taken of a model before the end.
    pipeline.config["state"].update(store=store, checkpoint_interval="24h")
    shared = Shared(pipeline)
    worker = shared.begin()
    for _ in range(2):
        worker.kill()
        shared.send(1, 10)
        shared.send(0, 10)
        worker = pipeline.detect()
        shared.wait(worker)
        shared.send(1, 10)
        shared.send(0, 10)
        shared.wait(worker)
    assert worker.terminate() == program.OK, worker.log
    shared.check()
    assert models.learned(pipeline)[SHARED] == shared.model(make_pipeline)


def test_a_lane_that_loads_slowly_keeps_its_devices(make_pipeline):
    pipeline = make_pipeline(partitions=2)
    shared = Shared(pipeline)
    worker = shared.begin()
    row = json.loads(records(OTHER, 0, 1)[0][1])
    many = [(b"", json.dumps({**row, "siteNum": f"{i:04d}"}).encode(), None) for i in range(1000, 2000)]
    pipeline.broker.produce(pipeline.input, many, 0)
    shared.others += len(many)
    shared.wait(worker)
    assert worker.terminate() == program.OK, worker.log
    # They wait for the lanes, of which partition 1's opens first.
    shared.send(1, 10)
    shared.send(0, 10)
    worker = pipeline.detect()
    shared.wait(worker)
    assert worker.terminate() == program.OK, worker.log
    shared.check()


def test_a_device_that_was_reset_may_begin_on_another_partition(make_pipeline):
    pipeline = make_pipeline(partitions=2)
    pipeline.broker.produce(pipeline.input, records(SHARED, 0, 20), 0)
    worker = pipeline.detect()
    pipeline.wait_for_output(worker, 20)
    assert worker.terminate() == program.OK, worker.log
    program.run("state", "reset", SHARED, "-p", 0, "--yes", "-c", pipeline.write_config())
    worker = pipeline.detect()
    pipeline.broker.produce(pipeline.input, records(SHARED, 20, 30), 1)
    pipeline.wait_for_output(worker, 30)
    assert worker.terminate() == program.OK, worker.log
    begun = [r.json["sequence"] for r in pipeline.broker.read(pipeline.output) if r.source[0] == 1]
    assert begun == list(range(1, 11))
    assert pipeline.broker.read(pipeline.dead_letters) == []


def test_a_tombstone_of_an_unknown_device_claims_nothing(make_pipeline):
    pipeline = make_pipeline(partitions=2)
    pipeline.config["input"] = {"tombstone": "forget"}
    worker = pipeline.detect()
    pipeline.broker.produce(pipeline.input, [(SHARED.encode(), None, None)] + records(OTHER, 0, 1), 1)
    pipeline.wait_for_output(worker, 1)
    pipeline.broker.produce(pipeline.input, records(SHARED, 0, 20), 0)
    pipeline.wait_for_output(worker, 21)
    assert worker.terminate() == program.OK, worker.log
    assert pipeline.broker.read(pipeline.dead_letters) == []
