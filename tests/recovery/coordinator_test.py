# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The coordinators of the group and of its transactions move to another broker, since theirs dies or since an
administrator moves them back."""
import itertools

import pytest
from confluent_kafka import Consumer, ElectionType, KafkaException, Producer, TopicPartition

from support import program
from support.broker import Pair
from support.oracle import check_exactly_once
from support.waiting import wait_until

PARTITIONS = 4
INTERNAL = ("__consumer_offsets", "__transaction_state")


@pytest.fixture(scope="module")
def pair(kafka, tmp_path_factory):
    """Two brokers; node 2 may die."""
    pair = Pair(tmp_path_factory.mktemp("pair"), kafka)
    # The first use makes the internal topics.
    pair.create_topic("warm-up", 1)
    consumer = Consumer({**pair.client, "group.id": "warm-up"})
    consumer.subscribe(["warm-up"])
    producer = Producer({**pair.client, "transactional.id": "warm-up"})
    producer.init_transactions(60)
    wait_until(lambda: consumer.poll(0.1) is None and all(pair.partitions(topic) for topic in INTERNAL),
               "the internal topics are there")
    consumer.close()
    yield pair
    pair.stop()


def place(name, partitions):
    """The partition of an internal topic that a group or transactional id belongs to: Java's hash of the name."""
    value = 0
    for character in name:
        value = (value * 31 + ord(character)) & 0xFFFFFFFF
    # Java's abs of a negative int, but that of the least one, which has none.
    return (value if value < 1 << 31 else (1 << 32) - value) % partitions


def names_on_second(pair, input_topic):
    """A group whose coordinator is node 2, as is that of some of its transactional ids."""
    offsets, transactions = (pair.led_by(2, topic) for topic in INTERNAL)
    assert offsets and transactions
    for number in itertools.count():
        group = f"group-{number}"
        ids = [f"cortado.{group}.{input_topic}.{p}" for p in range(PARTITIONS)]
        if place(group, pair.partitions(INTERNAL[0])) in offsets and \
                any(place(name, pair.partitions(INTERNAL[1])) in transactions for name in ids):
            return group


@pytest.fixture
def pipeline(pair, make_pipeline):
    made = make_pipeline(partitions=0)
    made.broker = pair
    pair.create_topic(made.input, PARTITIONS)
    made.config["kafka"].update(bootstrap_servers=pair.bootstrap, group_id=names_on_second(pair, made.input))
    made.config["stream"]["batch_interval"] = "50ms"
    made.config["state"]["checkpoint_interval"] = "500ms"
    return made


def test_the_coordinators_move_to_another_broker_and_back(pair, pipeline, messages, readings):
    group = pipeline.config["kafka"]["group_id"]
    half = len(messages) // 2
    worker = pipeline.detect()
    pair.produce(pipeline.input, messages[:half // 2])
    pipeline.wait_for_output(worker, half // 4)
    wait_until(lambda: pair.coordinator(group) == 2, "the group's coordinator is node 2")
    pair.kill_second()
    pair.produce(pipeline.input, messages[half // 2:half])
    pipeline.wait_for_output(worker, half)
    wait_until(lambda: pair.coordinator(group) == 1, "the group's coordinator is node 1")
    # It comes back, and gets again what it led.
    pair.start_again()
    pair.produce(pipeline.input, messages[half:half + half // 2])
    move_back(pair, pipeline)
    wait_until(lambda: pair.coordinator(group) == 2, "the group's coordinator is node 2 again")
    pair.produce(pipeline.input, messages[half + half // 2:])
    pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK, worker.log
    check_exactly_once(pipeline, readings[1])


def move_back(pair, pipeline):
    """Every partition to its preferred leader, once that one has caught up."""
    topics = [*INTERNAL, pipeline.input, pipeline.output]
    partitions = [TopicPartition(topic, p) for topic in topics for p in range(pair.partitions(topic))]

    def elect():
        try:
            pair.admin.elect_leaders(ElectionType.PREFERRED, partitions).result(30)
        except (KafkaException, TimeoutError):
            return False
        return all(pair.led_by(2, topic) for topic in INTERNAL)
    wait_until(elect, "node 2 leads again", pause=0.5)
