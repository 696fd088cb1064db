# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""A worker loses its partitions while it is still at work for them, and comes back."""
import signal
import time

import pytest

from support import program, proxy
from support.oracle import check_exactly_once
from support.waiting import wait_until


@pytest.fixture
def pipeline(make_pipeline):
    """One partition; its first worker reaches the broker through the proxy alone."""
    made = make_pipeline(partitions=1)
    made.config["kafka"]["bootstrap_servers"] = made.broker.proxy.address
    made.config["stream"]["batch_interval"] = "50ms"
    made.config["state"]["checkpoint_interval"] = "300ms"
    yield made
    made.broker.proxy.clear()
    made.broker.proxy.cut_all()


def strike(pipeline, worker, fault):
    pipeline.broker.proxy.strike(fault)
    wait_until(lambda: worker.check_running() and not pipeline.broker.proxy.waiting(),
               lambda: f"the fault {fault} strikes: {worker.log}")


def detect_directly(pipeline):
    pipeline.config["kafka"]["bootstrap_servers"] = pipeline.broker.bootstrap
    return pipeline.detect()


def test_a_late_init_after_a_loss_fences_the_owner_and_takes_nothing(pipeline, readings, messages):
    """The request by which a worker fences its lane reaches the broker when the lane has long been another's: that one is
    fenced, fences in turn and goes on; the late one finds that it owns nothing."""
    half = len(messages) // 2
    # What is held is not given up and sent again.
    pipeline.config["kafka"]["properties"]["socket.timeout.ms"] = "10000"
    held = proxy.Fault(proxy.INIT_PRODUCER_ID, "hold")
    pipeline.broker.proxy.strike(held)
    late = pipeline.detect()
    wait_until(lambda: late.check_running() and not pipeline.broker.proxy.waiting(), lambda: f"it fences: {late.log}")
    # The group hears nothing of it any more, and it cannot join again.
    strike(pipeline, late, proxy.Fault(proxy.HEARTBEAT, "half_open"))
    outside = proxy.Fault(proxy.JOIN_GROUP, "hold")
    for _ in range(20):  # it tries again and again
        pipeline.broker.proxy.strike(outside)
    pipeline.broker.produce(pipeline.input, messages[:half])
    owner = detect_directly(pipeline)
    pipeline.wait_for_all(owner)
    late.find(r"(partitions? lost)")
    assert "lane is open" not in late.log
    held.released.set()
    for at in range(half, len(messages), 150):  # who has nothing to write does not hear of it
        pipeline.broker.produce(pipeline.input, messages[at:at + 150])
        time.sleep(.2)
    owner.find(r"(another log of the lane has fenced this one)")
    assert "lane is open" not in late.log
    late.kill()
    outside.released.set()
    pipeline.wait_for_all(owner)
    assert owner.terminate() == program.OK, owner.log
    check_exactly_once(pipeline, readings[1])


def test_a_session_ends_beneath_a_running_lane(pipeline, readings):
    """Its heartbeats do not get through, its records do: the broker refuses what it commits as a member that is none any
    more, and it joins again."""
    source, rows = readings
    pipeline.config["kafka"]["properties"]["socket.timeout.ms"] = "3000"
    generator = pipeline.generate_slowly(source)
    worker = pipeline.detect()
    pipeline.wait_for_output(worker, 300)
    for number in range(2):
        strike(pipeline, worker, proxy.Fault(proxy.HEARTBEAT, "half_open"))
        wait_until(lambda: worker.check_running() and worker.log.count("lane is open") >= number + 2,
                   lambda: f"it has joined again: {worker.log}")
    assert "partitions lost" in worker.log
    assert generator.wait() == program.OK
    pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK, worker.log
    check_exactly_once(pipeline, rows)


def test_another_worker_takes_over_a_lane_whose_session_ended(pipeline, readings):
    """The lane runs on at the one until it hears of it, and nothing of that counts."""
    source, rows = readings
    pipeline.config["kafka"]["properties"]["socket.timeout.ms"] = "10000"
    generator = pipeline.generate_slowly(source)
    loser = pipeline.detect()
    pipeline.wait_for_output(loser, 300)
    strike(pipeline, loser, proxy.Fault(proxy.HEARTBEAT, "half_open"))
    successor = detect_directly(pipeline)
    successor.find(r"(lane is open)")
    loser.find(r"(partitions? lost)")
    assert generator.wait() == program.OK
    pipeline.wait_for_all(successor)
    loser.kill()
    assert successor.terminate() == program.OK, successor.log
    check_exactly_once(pipeline, rows)


@pytest.mark.parametrize("step", ["revoke:1", "revoked:1"])
def test_kill_while_a_partition_is_given_away(pipeline, readings, step):
    source, rows = readings
    generator = pipeline.generate_slowly(source)
    giver = pipeline.detect(CORTADO_CRASH_AT=step)
    pipeline.wait_for_output(giver, 300)
    taker = detect_directly(pipeline)
    assert giver.wait() == -signal.SIGKILL, giver.log
    assert generator.wait() == program.OK
    pipeline.wait_for_all(taker)
    assert taker.terminate() == program.OK, taker.log
    check_exactly_once(pipeline, rows)


def members(pipeline):
    group = pipeline.config["kafka"]["group_id"]
    return pipeline.broker.admin.describe_consumer_groups([group])[group].result(30).members


def test_kill_while_a_transaction_is_aborted(pipeline, readings, messages):
    """The records of a batch are there, the member that would commit it is none any more: the broker refuses its offsets."""
    pipeline.config["kafka"]["properties"]["socket.timeout.ms"] = "10000"
    worker = pipeline.detect(CORTADO_CRASH_AT="abort:1")
    pipeline.broker.produce(pipeline.input, messages[:300])
    pipeline.wait_for_output(worker, 300)
    held = proxy.Fault(proxy.TXN_OFFSET_COMMIT, "hold")
    pipeline.broker.proxy.strike(held)
    pipeline.broker.produce(pipeline.input, messages[300:])
    wait_until(lambda: worker.check_running() and not pipeline.broker.proxy.waiting(), lambda: f"held: {worker.log}")
    strike(pipeline, worker, proxy.Fault(proxy.HEARTBEAT, "half_open"))
    wait_until(lambda: not members(pipeline), lambda: f"its session ends: {worker.log}")
    held.released.set()
    assert worker.wait() == -signal.SIGKILL, worker.log
    successor = detect_directly(pipeline)
    pipeline.wait_for_all(successor)
    assert successor.terminate() == program.OK, successor.log
    check_exactly_once(pipeline, readings[1])
