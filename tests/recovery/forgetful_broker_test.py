# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""A broker that was down for longer than a transaction may take ends it when it starts. Kafka 4.4 on one node does so
while it does not know yet who leads the partitions: "likely deleted", it says, marks none, and holds it for ended. What
they hold would count with the next transaction, and the lane's offset is told to nobody. Which broker does that is a
matter of the moment; here its own log is made to say so."""
import collections
import struct

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from support import program, proxy
from support.broker import Broker
from support.oracle import check_exactly_once, out_of_order
from support.rows import differences
from support.waiting import wait_until

STATES = "__transaction_state"
COMPLETE_ABORT = 5
COMMIT = b"\x01"  # the last byte of an EndTxn request that is no abort


@pytest.fixture
def pipeline(make_pipeline, kafka, tmp_path):
    """One partition; the worker reaches the broker through the proxy alone."""
    # Nothing is ended by its time while the test is at work.
    broker = Broker(tmp_path / "kafka", kafka, "transaction.abort.timed.out.transaction.cleanup.interval.ms=600000")
    made = make_pipeline(partitions=0)
    made.broker = broker
    made.config["kafka"]["bootstrap_servers"] = broker.proxy.address
    broker.create_topic(made.input, 1)
    yield made
    broker.stop()


def transactional_id(pipeline):
    return f"cortado.{pipeline.config['kafka']['group_id']}.{pipeline.input}.0"


def forget_a_transaction(pipeline, messages):
    """The worker dies before its transaction's end; the broker holds it for ended."""
    worker = pipeline.detect()
    half, more = len(messages) // 2, len(messages) // 2 + 200
    pipeline.broker.produce(pipeline.input, messages[:half])
    pipeline.wait_for_all(worker)
    held = hold_the_next_commit(pipeline)
    pipeline.broker.produce(pipeline.input, messages[half:more])
    forget_what_is_held(pipeline, worker, held)
    pipeline.broker.produce(pipeline.input, messages[more:])


def hold_the_next_commit(pipeline):
    held = proxy.Fault(proxy.END_TXN, "hold", ends_with=COMMIT)
    pipeline.broker.proxy.strike(held)
    return held


def forget_what_is_held(pipeline, worker, held):
    wait_until(lambda: worker.check_running() and not pipeline.broker.proxy.waiting(), lambda: f"held: {worker.log}")
    worker.kill()
    write_state(pipeline.broker, transactional_id(pipeline), COMPLETE_ABORT)
    pipeline.broker.kill()
    held.released.set()
    pipeline.broker.start_again()


def write_state(broker, name, status):
    """The newest state of a transactional id once more with another status, and without partitions (KIP-98)."""
    newest = next(record for record in reversed(broker.read(STATES))
                  if record.value and record.key[4:] == name.encode())
    producer_id, = struct.unpack_from(">q", newest.value, 2)
    state = struct.pack(">hqhibiqq", 0, producer_id, 1, 10_000, status, 0, newest.timestamp, newest.timestamp)
    # The broker lets nobody else write its own topics.
    writer = Producer({"bootstrap.servers": broker.bootstrap, "client.id": "__admin_client"})
    writer.produce(STATES, key=newest.key, value=state, partition=newest.partition)
    assert writer.flush(30) == 0


def test_a_transaction_whose_end_is_marked_nowhere(pipeline, readings, messages):
    """Its offset is told to nobody, and who asks is told why."""
    forget_a_transaction(pipeline, messages)
    asked = program.run("state", "ls", "-c", pipeline.write_config(), expect=program.FAILED)
    assert "a transaction without an end holds these offsets" in asked.stderr
    check_that_the_next_owner_aborts_it(pipeline, readings)


def test_a_transaction_whose_end_is_marked_at_its_offset_only(pipeline, readings, messages):
    """It is aborted; what is left is that of a worker that died before it sent its offset."""
    forget_a_transaction(pipeline, messages)
    mark_offset(pipeline)
    check_that_the_next_owner_aborts_it(pipeline, readings)


def check_that_the_next_owner_aborts_it(pipeline, readings):
    worker = pipeline.detect()
    pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK, worker.log
    check_exactly_once(pipeline, readings[1])
    assert "a broker left a transaction open; aborting it" in worker.log


def test_a_transaction_whose_end_is_marked_at_its_outputs_only(pipeline, readings, messages):
    """They are committed, and their offset is not: they are not written again."""
    forget_a_transaction(pipeline, messages)
    mark_outputs(pipeline)
    worker = pipeline.detect()
    pipeline.wait_for_output(worker, len(messages) + 1)
    assert worker.terminate() == program.OK, worker.log
    records = [record for record in pipeline.broker.read(pipeline.output) if record.key != b"mark"]
    assert sorted(record.source for record in records) == sorted(pipeline.wanted_sources())
    assert out_of_order(records) == []
    assert differences([record.json for record in records], readings[1]) == []
    assert "its outputs count already, committing their offset" in worker.log


def test_letters_of_another_group_do_not_commit_it(pipeline, readings, messages):
    """Another detector of the same input, whose configuration cannot read it, fills the dead-letter topic."""
    forget_a_transaction(pipeline, messages)
    pipeline.broker.produce(pipeline.dead_letters, [
        (b"key", b"value", [("cortado-reason", b"no JSON"), ("cortado-stage", b"decode"),
                            ("cortado-topic", pipeline.input.encode()), ("cortado-partition", b"0"),
                            ("cortado-offset", str(offset).encode())]) for offset in range(len(messages))])
    worker = pipeline.detect()
    records = pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK, worker.log
    assert collections.Counter(record.source for record in records) == dict.fromkeys(pipeline.wanted_sources(), 1)
    assert out_of_order(records) == []
    assert differences([record.json for record in records], readings[1]) == []
    assert "a broker left a transaction open; aborting it" in worker.log


def test_outputs_from_before_a_reset_do_not_commit_it(pipeline, readings, messages):
    """All was scored once; an operator asks for it again, and the first batch of that is forgotten. What was written
    the first time lies above the position."""
    pipeline.broker.produce(pipeline.input, messages)
    worker = pipeline.detect("--until-end")
    assert worker.wait() == program.OK, worker.log
    pipeline.broker.wait_until_settled(pipeline.output)
    program.run("state", "reset", "-c", pipeline.write_config(), "--to", "beginning", "--yes")
    held = hold_the_next_commit(pipeline)
    worker = pipeline.detect()
    forget_what_is_held(pipeline, worker, held)
    worker = pipeline.detect("--until-end")
    assert worker.wait() == program.OK, worker.log
    pipeline.broker.wait_until_settled(pipeline.output)
    records = pipeline.broker.read(pipeline.output)
    assert collections.Counter(record.source for record in records) == dict.fromkeys(pipeline.wanted_sources(), 2)
    for first in (0, len(messages)):
        half = records[first:first + len(messages)]
        assert differences([record.json for record in half], readings[1]) == []
    assert "a broker left a transaction open; aborting it" in worker.log


# A producer of the same name ends a transaction in some of its partitions: what a broker does that dies between two marks.

def mark_outputs(pipeline):
    producer = begin_under_its_name(pipeline)
    producer.produce(pipeline.output, key=b"mark", partition=0)
    producer.commit_transaction(60)


def mark_offset(pipeline):
    producer = begin_under_its_name(pipeline)
    group = Consumer({"bootstrap.servers": pipeline.broker.bootstrap,
                      "group.id": pipeline.config["kafka"]["group_id"]}).consumer_group_metadata()
    producer.send_offsets_to_transaction([TopicPartition(pipeline.input, 0, 1)], group, 60)
    producer.abort_transaction(60)


def begin_under_its_name(pipeline):
    producer = Producer({"bootstrap.servers": pipeline.broker.bootstrap, "log_level": 2,
                         "transactional.id": transactional_id(pipeline)})
    producer.init_transactions(60)
    producer.begin_transaction()
    return producer
