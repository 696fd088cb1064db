# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""A worker is told to leave while no broker answers: it is gone in time, and who comes next loses and doubles nothing."""
import pytest

from support import program
from support.oracle import check_at_least_once, check_exactly_once


@pytest.fixture
def pipeline(make_pipeline):
    """The worker reaches the broker through the proxy alone."""
    made = make_pipeline(partitions=4)
    made.config["kafka"]["bootstrap_servers"] = made.broker.proxy.address
    made.config["stream"].update(batch_interval="50ms", drain_timeout="2s")
    # Nothing is written before the end.
    made.config["state"]["checkpoint_interval"] = "1h"
    yield made
    made.broker.proxy.come_back()


@pytest.mark.parametrize("store, guarantee, silently", [
    ("kafka", "exactly_once", True), ("directory", "exactly_once", False), ("directory", "at_least_once", True)])
def test_sigterm_while_records_flow_and_no_broker_answers(pipeline, readings, store, guarantee, silently):
    """What was being written is left, and so are the snapshots; whether there was anything is a matter of the moment."""
    source, rows = readings
    pipeline.config["state"]["store"] = store
    pipeline.config["stream"]["guarantee"] = guarantee
    generator = pipeline.generate_slowly(source)
    worker = pipeline.detect()
    pipeline.wait_for_output(worker, 300)
    pipeline.broker.proxy.go_away(silently)
    assert worker.terminate() in (program.OK, program.FAILED), worker.log
    assert generator.wait() == program.OK
    check(pipeline, rows, guarantee)


@pytest.mark.parametrize("store, silently", [("kafka", True), ("kafka", False), ("directory", True)])
def test_sigterm_while_no_broker_takes_the_last_snapshots(pipeline, readings, messages, store, silently):
    """All records have their outcomes, and no snapshot holds them."""
    half = len(messages) // 2
    pipeline.config["state"]["store"] = store
    pipeline.broker.produce(pipeline.input, messages[:half])
    worker = pipeline.detect()
    pipeline.wait_for_all(worker)
    pipeline.broker.proxy.go_away(silently)
    assert worker.terminate() == program.FAILED, worker.log
    assert store == "directory" or "stream.drain_timeout was over" in worker.log
    pipeline.broker.produce(pipeline.input, messages[half:])
    check(pipeline, readings[1], "exactly_once")


def check(pipeline, rows, guarantee):
    """The next worker reaches the broker, and all is well."""
    pipeline.config["kafka"]["bootstrap_servers"] = pipeline.broker.bootstrap
    successor = pipeline.detect()
    pipeline.wait_for_all(successor)
    assert successor.terminate() == program.OK, successor.log
    verdict = check_exactly_once if guarantee == "exactly_once" else check_at_least_once
    verdict(pipeline, rows)
