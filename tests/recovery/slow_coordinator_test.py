# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""A group coordinator that is slow to tell a lane's position is not one that holds an offset back. After an operator
moved the group, taking it for one would end a transaction that never was: where the outputs of before end."""
import collections

import pytest

from support import program, proxy
from support.rows import differences


@pytest.fixture
def pipeline(make_pipeline):
    """The worker reaches the broker through the proxy alone, and stays a member while that is slow."""
    made = make_pipeline(partitions=1)
    made.config["kafka"]["bootstrap_servers"] = made.broker.proxy.address
    made.config["kafka"]["properties"].update({"session.timeout.ms": "30000", "heartbeat.interval.ms": "3000"})
    yield made
    made.broker.proxy.clear()


def score_all(pipeline):
    worker = pipeline.detect("--until-end")
    assert worker.wait() == program.OK, worker.log
    pipeline.broker.wait_until_settled(pipeline.output)
    return worker


@pytest.mark.parametrize("seconds", [3, 12])  # the second one is longer than an opening waits
def test_a_position_that_is_told_late_is_the_position(pipeline, readings, messages, seconds):
    pipeline.broker.produce(pipeline.input, messages)
    score_all(pipeline)
    program.run("state", "reset", "-c", pipeline.write_config(), "--to", "beginning", "--yes")
    slow = proxy.Fault(proxy.OFFSET_FETCH, "delay", seconds=seconds)
    pipeline.broker.proxy.strike(slow)
    worker = score_all(pipeline)
    assert pipeline.broker.proxy.waiting() == 0
    records = pipeline.broker.read(pipeline.output)
    assert collections.Counter(record.source for record in records) == \
        {source: 2 for source in pipeline.wanted_sources()}
    for first in (0, len(messages)):
        half = records[first:first + len(messages)]
        assert differences([record.json for record in half], readings[1]) == []
    assert "a broker left a transaction open" not in worker.log
