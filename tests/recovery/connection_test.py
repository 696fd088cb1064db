# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""A connection breaks, or goes silent, between a request of a commit and its answer: whether the broker has done it is
unknown then, and no outcome is lost or doubled."""
import pytest

from support import program, proxy
from support.oracle import check_exactly_once
from support.rows import row_key
from support.waiting import wait_until

IN_A_TRANSACTION = [proxy.PRODUCE, proxy.ADD_OFFSETS, proxy.TXN_OFFSET_COMMIT, proxy.END_TXN]


@pytest.fixture
def pipeline(make_pipeline):
    """The worker reaches the broker through the proxy alone."""
    made = make_pipeline(partitions=2)
    made.config["kafka"]["bootstrap_servers"] = made.broker.proxy.address
    made.config["stream"]["batch_interval"] = "50ms"
    made.config["state"]["checkpoint_interval"] = "300ms"
    # A connection that has gone dark is given up after this.
    made.config["kafka"]["properties"]["socket.timeout.ms"] = "3000"
    yield made
    made.broker.proxy.clear()


def send_through_faults(pipeline, messages, faults):
    """A part of the messages before each fault and after the last; returns the worker, which has scored them all."""
    worker = pipeline.detect()
    size = len(messages) // (len(faults) + 1) + 1
    parts = [messages[at:at + size] for at in range(0, len(messages), size)]
    sent = 0
    for part, fault in zip(parts, [None, *faults]):
        if fault:
            pipeline.broker.proxy.strike(fault)
        pipeline.broker.produce(pipeline.input, part)
        sent += len(part)
        wait_until(lambda: worker.check_running() and not pipeline.broker.proxy.waiting(),
                   lambda: f"the fault {fault} strikes: {worker.log}")
        pipeline.wait_for_output(worker, sent)
    return worker


@pytest.mark.parametrize("action", proxy.ACTIONS)
def test_a_connection_breaks_around_a_commit(pipeline, readings, messages, action):
    faults = [proxy.Fault(api, action) for api in IN_A_TRANSACTION]
    worker = send_through_faults(pipeline, messages, faults)
    assert worker.terminate() == program.OK, worker.log
    check_exactly_once(pipeline, readings[1])


@pytest.mark.parametrize("action", ["cut_after", "half_open"])
def test_without_transactions_repeats_have_the_same_bytes(pipeline, readings, messages, action):
    pipeline.config["stream"]["guarantee"] = "at_least_once"
    faults = [proxy.Fault(api, action) for api in (proxy.PRODUCE, proxy.OFFSET_COMMIT)]
    worker = send_through_faults(pipeline, messages, faults)
    pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK, worker.log
    first = {}
    for record in pipeline.broker.read(pipeline.output):
        assert first.setdefault(record.source, record).value == record.value
    assert first.keys() == pipeline.wanted_sources()
    assert {row_key(record.json) for record in first.values()} == {row_key(row) for row in readings[1]}


def test_all_connections_break_again_and_again(pipeline, readings):
    """Those of the group and of fetches too; some go dark instead."""
    source, rows = readings
    generator = pipeline.generate_slowly(source)
    worker = pipeline.detect()
    for number in range(6):
        pipeline.wait_for_output(worker, min(len(rows), pipeline.broker.count(pipeline.output) + 200))
        if number == 3:
            pipeline.broker.proxy.darken_all()
        else:
            pipeline.broker.proxy.cut_all()
    assert generator.wait() == program.OK
    pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK, worker.log
    check_exactly_once(pipeline, rows)
