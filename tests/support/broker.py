# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""A real Kafka of the test run, and an independent client to look into it."""
import contextlib
import dataclasses
import json
import pathlib
import subprocess
import sys

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import (AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, ConfigSource,
                                   NewTopic, ResourceType)

from support.proxy import Proxy
from support.waiting import wait_until

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "script/kafka"
NO_LEADER_YET = {KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE,
                 KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_PARTITION,
                 # It has died, or its place in the client's list has.
                 KafkaError._TRANSPORT, KafkaError._TIMED_OUT, KafkaError._DESTROY_BROKER}
USER, PASSWORD = "alice", "correct horse"
STRANGER, STRANGERS_PASSWORD = "bob", "battery staple"  # may log in, and nothing else


def start_kafka(folder, *words):
    """Start what does not run in that folder yet; returns what broker.json says."""
    subprocess.run([sys.executable, SCRIPT, "start", "--dir", folder, "--port", "0", *words],
                   check=True, stdout=subprocess.DEVNULL)
    return json.loads((folder / "broker.json").read_text())


def stop_kafka(folder, *words):
    subprocess.run([sys.executable, SCRIPT, "stop", "--dir", folder, *words], check=True)


@dataclasses.dataclass(frozen=True)
class Record:
    """One record as the log holds it."""
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: dict

    @property
    def json(self):
        return json.loads(self.value)

    @property
    def source(self):
        """Partition and offset of the input record that this one was made from."""
        return int(self.headers["cortado-source-partition"]), int(self.headers["cortado-source-offset"])


def to_record(message):
    return Record(message.partition(), message.offset(), message.timestamp()[1], message.key(),
                  message.value(),
                  {name: value and value.decode(errors="replace") for name, value in message.headers() or []})


class Cluster:
    """A client's view of a running Kafka."""

    def __init__(self, bootstrap):
        self.bootstrap = bootstrap
        # Level 2: what a client has to say of a broker that stops is no news here.
        self.client = {"bootstrap.servers": bootstrap, "log_level": 2}
        self.admin = AdminClient(self.client)
        self._looker = self._consumer()
        self._counters = {}  # by topic

    def leave(self):
        self.forget_counts()
        self._looker.close()

    def meet_again(self):
        """Clients that asked a broker which has died may go on asking it."""
        self.admin = AdminClient(self.client)
        self.forget_counts()

    def forget_counts(self):
        """A counter that lived through its broker's death may jump over what it had fetched before."""
        for counter in self._counters.values():
            counter.consumer.close()
        self._counters.clear()

    def create_topic(self, name, partitions, copies=-1, **config):
        self.admin.create_topics([NewTopic(name, partitions, copies, config=config)])[name].result(30)
        wait_until(lambda: self.partitions(name) == partitions, f"topic {name} is there")
        return name

    def configure_topic(self, name, **config):
        entries = [ConfigEntry(key, value, source=ConfigSource.DYNAMIC_TOPIC_CONFIG,
                               incremental_operation=AlterConfigOpType.SET) for key, value in config.items()]
        resource = ConfigResource(ResourceType.TOPIC, name, incremental_configs=entries)
        self.admin.incremental_alter_configs([resource])[resource].result(30)

    def partitions(self, topic):
        """Number of partitions; 0 if there is no such topic."""
        def ask():
            try:
                return self.admin.list_topics(timeout=10)
            except KafkaException as failure:
                if failure.args[0].code() not in NO_LEADER_YET:
                    raise
                self.admin = AdminClient(self.client)
                return None
        # A broker that has just been started, on a busy machine.
        found = wait_until(ask, "a broker answers", within=180).topics.get(topic)
        return 0 if found is None or found.error else len(found.partitions)

    def produce(self, topic, records, partition=-1):
        """records: (key, value, headers or None) and a timestamp, if it is not to be now (which 0 is for this client);
        by its murmur2 or to one partition, in order."""
        producer = Producer({**self.client, "partitioner": "murmur2_random",
                             "enable.idempotence": True, "max.in.flight": 1, "linger.ms": 5})
        failures = []
        for key, value, headers, *timestamp in records:
            producer.produce(topic, key=key, value=value, headers=headers, partition=partition,
                             timestamp=timestamp[0] if timestamp else 0,
                             on_delivery=lambda error, _: error and failures.append(error))
            producer.poll(0)
        assert producer.flush(60) == 0 and not failures, failures

    def ends(self, topic):
        """The next offset of each partition."""
        return [self._end(topic, p) for p in range(self.partitions(topic))]

    def _end(self, topic, partition):
        """A partition that was made just now has no leader for a moment."""
        def ask():
            try:
                return self._looker.get_watermark_offsets(TopicPartition(topic, partition), timeout=10)
            except KafkaException as failure:
                if failure.args[0].code() not in NO_LEADER_YET:
                    raise
                # One that asked a broker which is gone may go on asking it.
                self._looker.close()
                self._looker = self._consumer()
                return None
        return wait_until(ask, f"{topic} [{partition}] has a leader")[1]

    def wait_until_settled(self, topic):
        """Until readers see all that was committed: a commit is answered before its marks are written."""
        with contextlib.closing(self._consumer("read_uncommitted")) as looker:
            wait_until(lambda: not any(self._open_records(topic, looker)), f"no transaction is open on {topic}")

    def _open_records(self, topic, looker):
        """How many offsets at the end of each partition readers of committed records do not see yet."""
        ends = [looker.get_watermark_offsets(TopicPartition(topic, p), timeout=30)[1]
                for p in range(self.partitions(topic))]
        return [end - stable for end, stable in zip(ends, self.ends(topic))]

    def count(self, topic):
        """Records that a reader of committed ones sees now: the ends of transactions take offsets too."""
        if topic not in self._counters:
            partitions = self.partitions(topic)
            if partitions == 0:
                return 0
            self._counters[topic] = Counter(self._consumer(), topic, partitions)
        return self._counters[topic].up_to(self.ends(topic))

    def read(self, topic, isolation="read_committed"):
        """Every record that the topic holds now for such a reader, in partition and offset order."""
        ends = self.ends(topic)
        consumer = self._consumer(isolation)
        if isolation == "read_uncommitted":
            ends = [consumer.get_watermark_offsets(TopicPartition(topic, p), timeout=30)[1] for p in range(len(ends))]
        left = {p for p, end in enumerate(ends) if end > 0}
        consumer.assign([TopicPartition(topic, p, 0) for p in left])
        records = []

        def more():
            for message in consumer.consume(1000, 0.2):
                if message.error() is None:
                    records.append(to_record(message))
                elif message.error().code() == KafkaError._PARTITION_EOF:
                    left.discard(message.partition())
                else:
                    raise AssertionError(str(message.error()))
            return not left
        try:
            if left:
                wait_until(more, lambda: f"{topic} is read: {len(records)} of {ends}", pause=0)
        finally:
            consumer.close()
        return sorted(records, key=lambda record: (record.partition, record.offset))

    def _consumer(self, isolation="read_committed"):
        return Consumer({**self.client, "group.id": "looks-on", "isolation.level": isolation,
                         "enable.auto.commit": False, "auto.offset.reset": "earliest",
                         "enable.partition.eof": True})


class Counter:
    """Counts a topic's records as they come, without reading any twice."""

    def __init__(self, consumer, topic, partitions):
        self.consumer, self.records = consumer, 0
        self.reached = [0] * partitions  # where it was told of the end
        consumer.assign([TopicPartition(topic, p, 0) for p in range(partitions)])

    def up_to(self, ends):
        """The number of records once all below `ends` are counted."""
        def more():
            for message in self.consumer.consume(1000, 0.05):
                if message.error() is None:
                    self.records += 1
                elif message.error().code() == KafkaError._PARTITION_EOF:
                    self.reached[message.partition()] = message.offset()
            return all(reached >= end for reached, end in zip(self.reached, ends))
        wait_until(more, lambda: f"all records are counted: {self.reached} of {ends}", pause=0)
        return self.records


ZOOKEEPER = "zookeeper"  # instead of a version: the last that knew it, with one
AUTHORIZERS = {ZOOKEEPER: "kafka.security.authorizer.AclAuthorizer"}


def words_for(kafka):
    """script/kafka's flags for a version, or for ZOOKEEPER; None is the default."""
    return ["--zookeeper"] if kafka == ZOOKEEPER else ["--version", kafka] if kafka else []


class Broker(Cluster):
    """One node with a plain and a SASL_SSL listener, and a proxy in front of it that breaks connections when told.
    Topics are made by whoever wants them only. Who comes without a login and USER may do everything; STRANGER what a
    test grants."""

    def __init__(self, folder, kafka=None, *settings):
        """Settings are lines of server.properties."""
        self.folder = folder
        self.proxy = Proxy()
        self._kafka = words_for(kafka) + [word for setting in settings for word in ("--set", setting)]
        self._authorizer = AUTHORIZERS.get(kafka, "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
        state = self._start()
        self.sasl_bootstrap, self.ca = state["sasl_bootstrap"], state["ca"]
        self.proxy.serve(state["proxied_port"])
        super().__init__(state["bootstrap"])
        self._warm_up()

    def _start(self):
        return start_kafka(
            self.folder, *self._kafka, "--proxied", str(self.proxy.port),
            "--sasl", f"{USER}:{PASSWORD}", "--sasl", f"{STRANGER}:{STRANGERS_PASSWORD}",
            "--set", "auto.create.topics.enable=false", "--set", f"authorizer.class.name={self._authorizer}",
            "--set", f"super.users=User:ANONYMOUS;User:{USER}")

    def kill(self):
        """kill -9"""
        stop_kafka(self.folder, "--kill")

    def start_again(self):
        """At the same address, with its data."""
        self._start()
        self.meet_again()

    def tells_of_long_ago(self):
        """Has it, since its last start, loaded its groups' offsets twice at once, as Kafka 4.4 may after kill -9? Then it
        tells members and offsets of long ago until it is started anew (ADR 99)."""
        log = (self.folder / "server.log").read_text(errors="replace")
        return "Ignored load completion from __consumer_offsets" in log.rpartition("Kafka Server started")[2]

    def _warm_up(self):
        """The first transaction makes the broker's own topics; nobody's test should wait for them."""
        self.create_topic("warm-up", 1)
        producer = Producer({**self.client, "transactional.id": "warm-up"})
        producer.init_transactions(60)
        producer.begin_transaction()
        producer.produce("warm-up", b"ready")
        producer.commit_transaction(60)

    def run_kafka_acls(self, words):
        """Kafka's own kafka-acls.sh, as an administrator."""
        jars = subprocess.run([sys.executable, SCRIPT, "fetch"], check=True, capture_output=True, text=True)
        subprocess.run(["java", "-cp", f"{jars.stdout.strip()}/*", "org.apache.kafka.tools.AclCommand", *words],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self):
        self.leave()
        self.proxy.end()
        stop_kafka(self.folder)


class Pair(Cluster):
    """Two nodes, everything on both: node 1 is the controller too, node 2 may die."""

    def __init__(self, folder, kafka=None):
        self.folder, self._kafka = folder, words_for(kafka)
        super().__init__(self._start()["bootstrap"])

    def _start(self):
        return start_kafka(self.folder, *self._kafka, "--brokers", "2", "--set", "auto.create.topics.enable=false")

    def kill_second(self):
        stop_kafka(self.folder, "--kill", "--node", "2")
        self.meet_again()

    def start_again(self):
        self._start()
        self.meet_again()

    def coordinator(self, group):
        """The node that coordinates a group; none while nobody says so."""
        try:
            return self.admin.describe_consumer_groups([group], request_timeout=5)[group].result(10).coordinator.id
        except (KafkaException, TimeoutError):
            return None

    def led_by(self, node, topic):
        """The topic's partitions that a node leads."""
        found = self.admin.list_topics(topic, timeout=30).topics[topic].partitions
        return [number for number, partition in found.items() if partition.leader == node]

    def stop(self):
        self.leave()
        stop_kafka(self.folder)
