# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""kill -9 of a worker that has begun where kafka.start_from said and has not scored a record yet: what came since is
not passed over by the next one."""
import json
import time

import pytest
from confluent_kafka import TopicPartition

from support import program
from support.readings import device_of, make_row

PARTITIONS = 2
FIRST, LATER = 10, 30


def produce(pipeline, hours):
    """Each partition has a device of its own."""
    for partition in range(PARTITIONS):
        rows = [make_row(partition + 1, hour) for hour in hours]
        records = [(device_of(row).encode(), json.dumps(row).encode(), None) for row in rows]
        pipeline.broker.produce(pipeline.input, records, partition)


def expire(pipeline):
    places = [TopicPartition(pipeline.input, p, end) for p, end in enumerate(pipeline.broker.ends(pipeline.input))]
    for done in pipeline.broker.admin.delete_records(places).values():
        done.result(30)


def an_hour_ahead():
    """No record is as young: the group begins at the end, and the records that come are older than the time."""
    return str(int(time.time() * 1000) + 3_600_000)


@pytest.fixture(params=["empty", "expired", "filled"])
def pipeline(request, make_pipeline):
    """A group that has committed nothing, on a topic without records, without records any more, or with some."""
    made = make_pipeline(PARTITIONS)
    if request.param != "empty":
        produce(made, range(FIRST))
    if request.param == "expired":
        expire(made)
    return made


@pytest.mark.parametrize("start_from", [lambda: "latest", an_hour_ahead], ids=["latest", "time"])
def test_where_a_group_began_outlives_its_first_worker(pipeline, start_from):
    pipeline.config["kafka"]["start_from"] = start_from()
    begins = pipeline.broker.ends(pipeline.input)
    worker = pipeline.detect()
    pipeline.wait_until_lanes_run(worker, PARTITIONS)
    worker.kill()
    produce(pipeline, range(FIRST, FIRST + LATER))
    worker = pipeline.detect("--until-end")
    assert worker.wait() == program.OK, worker.log
    pipeline.broker.wait_until_settled(pipeline.output)
    scored = sorted(record.source for record in pipeline.broker.read(pipeline.output))
    assert scored == [(p, begins[p] + i) for p in range(PARTITIONS) for i in range(LATER)]
