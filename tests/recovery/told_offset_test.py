# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""A group coordinator that tells an offset from long ago. Kafka 4.4 does so for minutes where its broker died and came
back, and led its offsets twice while it loaded them. Here the old offset is committed again, as it was."""
import re
import socket
import struct

import pytest

from support import program
from support.oracle import check_exactly_once
from support.waiting import wait_until


OFFSET_COMMIT, OFFSET_COMMIT_VERSION = 8, 2  # Kafka's number of that request
UNKNOWN_MEMBER_ID = 25


def committed(pipeline):
    """(offset, what stands beside it) of the group, from the log that it is kept in: the Python client garbles the latter."""
    group = pipeline.config["kafka"]["group_id"].encode()
    newest = [record for record in pipeline.broker.read("__consumer_offsets")
              if group in record.key and pipeline.input.encode() in record.key and record.value][-1]
    _version, offset = struct.unpack(">hq", newest.value[:10])
    return offset, re.search(rb"v1;m=[^;]+;h=[0-9a-f]{16};lw=[0-9]+", newest.value)[0]


def commit(pipeline, position):
    """False while the broker holds the group for one with members, to which alone it listens. The Python client adds a
    byte to what stands beside an offset."""
    def text(data):
        return struct.pack(">h", len(data)) + data
    offset, pointer = position
    request = struct.pack(">hhi", OFFSET_COMMIT, OFFSET_COMMIT_VERSION, 1) + text(b"test") + \
        text(pipeline.config["kafka"]["group_id"].encode()) + struct.pack(">i", -1) + text(b"") + struct.pack(">q", -1) + \
        struct.pack(">i", 1) + text(pipeline.input.encode()) + struct.pack(">iiq", 1, 0, offset) + text(pointer)
    host, port = pipeline.broker.bootstrap.split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection, connection.makefile("rwb") as broker:
        broker.write(struct.pack(">i", len(request)) + request)
        broker.flush()
        answer = broker.read(struct.unpack(">i", broker.read(4))[0])
    code, = struct.unpack(">h", answer[-2:])
    assert code in (0, UNKNOWN_MEMBER_ID), code
    return code == 0


@pytest.mark.parametrize("store, ages", [("directory", 1), ("directory", 5), ("kafka", 1)])
def test_an_offset_from_long_ago_is_not_believed(make_pipeline, readings, messages, store, ages):
    """After five runs the snapshot that it names is long gone."""
    pipeline = make_pipeline(partitions=1)
    pipeline.config["state"]["store"] = store

    def run(part):
        pipeline.broker.produce(pipeline.input, part)
        assert pipeline.detect("--until-end").wait() == program.OK

    size = len(messages) // (ages + 2)
    run(messages[:size])
    old = committed(pipeline)
    for age in range(1, ages + 1):
        run(messages[age * size:(age + 1) * size])
    newest = committed(pipeline)
    assert newest[0] > old[0] and newest[1] != old[1]

    assert commit(pipeline, old)
    pipeline.broker.produce(pipeline.input, messages[(ages + 1) * size:])
    before = pipeline.broker.count(pipeline.output)
    worker = pipeline.detect()
    wait_until(lambda: worker.check_running() and worker.log.count(f"tells offset {old[0]}, but") >= 3,
               lambda: worker.log)
    assert "lane is open" not in worker.log and pipeline.broker.count(pipeline.output) == before
    why = re.compile(f"partition 0 is not running yet: .* tells offset {old[0]}, but ")
    wait_until(lambda: worker.ready()[0] == 503 and why.search(worker.ready()[1]), worker.ready)
    worker.kill()

    wait_until(lambda: commit(pipeline, newest), "the dead member is gone")
    assert pipeline.detect("--until-end").wait() == program.OK
    check_exactly_once(pipeline, readings[1])
