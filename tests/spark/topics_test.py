# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The job between topics of a real Kafka: which it makes and refuses, and where each record goes."""
import json
import urllib.request

import pytest
from confluent_kafka.admin import ConfigResource, ResourceType

import cortado
from cortado_spark.job import start
from cortado_spark.sizes import record_size
from support import program
from support.waiting import wait_until

PARTITIONS, ROWS = 3, 40


class Topics:
    """An input topic, names for what is made of it, and the job in this process."""

    def __init__(self, session, broker, name, folder):
        self.session, self.broker, self.folder = session, broker, folder
        self.input, self.output, self.dead_letters = f"{name}-raw", f"{name}-out", f"{name}-raw.dead-letter"
        broker.create_topic(self.input, PARTITIONS)
        self.config = {"kafka": {"bootstrap_servers": broker.bootstrap, "group_id": self.input, "input_topic": self.input,
                                 "output_topic": self.output},
                       "input": {"format": "json", "mapping": {"device": "/d", "time": "/t", "value": "/v"}},
                       "detector": {"preset": "last_value"}}

    def write(self, name="cortado.yaml", **kafka):
        path = self.folder / name
        path.write_text(json.dumps({**self.config, "kafka": {**self.config["kafka"], **kafka}}))
        return str(path)

    def start(self, *words, **kafka):
        return start(self.session, ["--config", self.write(**kafka), "--checkpointLocation", str(self.folder / "checkpoint"),
                                    "--triggerInterval", "0 seconds", *words])

    def run(self, *words):
        """All that there is, and an end."""
        query = self.start(*words)
        try:
            query.processAllAvailable()
        finally:
            query.stop()

    def detect(self):
        """What the native detector writes: enriched records and dead letters."""
        names = {"output_topic": self.output + "-native", "dead_letter_topic": self.dead_letters + "-native"}
        self.config |= {"state": {"dir": str(self.folder / "state")}, "http": {"listen": "127.0.0.1:0"}}
        config = self.write("native.yaml", **names)
        program.run("detect", "-c", config, "--until-end", expect=program.BAD_DATA)
        return [self.broker.read(name) for name in names.values()]

    def shown(self, records):
        """Names and sequences of the devices on the page of `cortado view`, once it has so many records."""
        view = program.Program(self.folder / "view", "view", "-c", self.write(), "--listen", "127.0.0.1:0")

        def devices():
            view.check_running()
            with urllib.request.urlopen(f"{view.url()}/api/v1/devices", timeout=30) as answer:
                told = json.load(answer)
            places = [told["columns"].index(name) for name in ("device", "sequence")]
            return told["totals"]["records"] == records and [[row[place] for place in places] for row in told["rows"]]
        try:
            return wait_until(devices, lambda: f"{records} records are shown: {view.log}")
        finally:
            view.end()


@pytest.fixture
def topics(session, broker, unique, tmp_path):
    return Topics(session, broker, unique("topics"), tmp_path)


def row(device, number, **more):
    return json.dumps({"d": device, "t": 1577836800 + 60 * number, "v": number % 24, **more}).encode()


def outcomes(records, *but):
    """What is written, but for some headers and the one that Spark writes in place of the timestamp."""
    but = {"cortado-source-timestamp", *but}
    return [(record.partition, record.key, record.value, sorted(item for item in record.headers.items() if item[0] not in but))
            for record in records]


def by_offset(letters):
    """Of one input partition, whose records without a device are scored beside the others."""
    return sorted(letters, key=lambda letter: int(letter.headers["cortado-offset"]))


def test_records_leave_on_their_inputs_partition_whatever_their_key_as_the_native_detector_writes_them(topics):
    """Each with a key of its own, which Kafka's own choice would scatter over the output."""
    for partition, device in enumerate("abc"):
        topics.broker.produce(topics.input, [(b"message-%d" % number if number % 10 else None, row(device, number),
                                              [("from", b"test")]) for number in range(ROWS)], partition)
    for partition, value in ((2, b"?"), (1, b"!")):
        topics.broker.produce(topics.input, [(b"bad", value, None)], partition)
    topics.run()
    found = topics.broker.read(topics.output)
    assert topics.broker.partitions(topics.output) == topics.broker.partitions(topics.dead_letters) == PARTITIONS
    # In the order in which the topic holds them.
    assert [(record.partition, record.json["device"], record.json["sequence"]) for record in found] == [
        (partition, device, sequence) for partition, device in enumerate("abc") for sequence in range(1, ROWS + 1)]
    letters = topics.broker.read(topics.dead_letters)
    assert [(letter.partition, letter.value) for letter in letters] == [(1, b"!"), (2, b"?")]
    assert topics.shown(3 * ROWS) == [[device, ROWS] for device in "abc"]
    native = topics.detect()
    assert outcomes(found) == outcomes(native[0]) and outcomes(letters) == outcomes(native[1])


def test_a_stray_record_takes_neither_its_devices_partition_nor_its_sequence(topics):
    """As of another partitioner, before a restart and after it, on a lower partition and on a higher one."""
    for part in range(2):
        for partition, device in ((1, "a"), (2, "b")):
            numbers = range(part * ROWS, (part + 1) * ROWS)
            topics.broker.produce(topics.input, [(device.encode(), row(device, number), None) for number in numbers], partition)
        for partition, device in ((2, "a"), (0, "b")) if part else ((2, "a"),):
            topics.broker.produce(topics.input, [(b"stray", row(device, 9 * ROWS + part), None)], partition)
        topics.run("--snapshotBatches", "1")
        native = topics.detect()
    found, letters = topics.broker.read(topics.output), topics.broker.read(topics.dead_letters)
    assert [(record.partition, record.json["device"], record.json["sequence"]) for record in found] == [
        (partition, device, sequence) for partition, device in ((1, "a"), (2, "b")) for sequence in range(1, 2 * ROWS + 1)]
    assert [letter.headers["cortado-stage"] for letter in letters] == ["route"] * 3
    assert outcomes(found) == outcomes(native[0]) and outcomes(letters) == outcomes(native[1])


def test_a_topic_with_other_partitions_than_the_input_is_refused_with_both_numbers(topics):
    topics.broker.create_topic(topics.output, 2)
    with pytest.raises(cortado.InvalidConfigError, match=f"topic {topics.output} has 2 partitions, but {topics.input} has 3:"):
        topics.start()
    topics.broker.create_topic(topics.dead_letters + "-other", 1)
    with pytest.raises(cortado.InvalidConfigError, match=f"topic {topics.dead_letters}-other has 1 partitions, but "):
        topics.start("--deadLetterTopic", topics.dead_letters + "-other", output_topic=topics.output + "-other")
    with pytest.raises(cortado.InvalidConfigError, match=f"kafka.output_partitions is 5, but {topics.input} has 3 partitions"):
        topics.start(output_partitions="5")
    assert not (topics.folder / "checkpoint").exists() and topics.session.streams.active == []


def test_missing_topics_are_made_as_the_configuration_says(topics):
    with pytest.raises(cortado.InvalidConfigError, match=f"{topics.output} does not exist and kafka.create_topics is false"):
        topics.start(create_topics="false")
    with pytest.raises(cortado.UnavailableError, match=f"topic {topics.output}: .*[Rr]eplication factor"):
        topics.start(replication_factor="3")
    assert topics.broker.partitions(topics.output) == 0
    made = topics.input + "-made"
    topics.start(input_topic=made, input_partitions="4", topic_configs={"retention.ms": "1000000", "segment.ms": "9"},
                 output_topic_configs={"segment.ms": "2000000"}).stop()
    assert [topics.broker.partitions(name) for name in (made, topics.output, made + ".dead-letter")] == [4, 4, 4]
    resource = ConfigResource(ResourceType.TOPIC, topics.output)
    told = topics.broker.admin.describe_configs([resource])[resource].result(30)
    assert (told["retention.ms"].value, told["segment.ms"].value) == ("1000000", "2000000")


@pytest.mark.parametrize("words", [["--outputTopic", "raw"], ["--deadLetterTopic", "raw"],
                                   ["--outputTopic", "raw.dead-letter"], ["--deadLetterTopic", "enriched"]])
def test_topics_must_differ(session, tmp_path, words):
    """The job would score what it has written, without end."""
    path = tmp_path / "cortado.yaml"
    path.write_text("kafka: {bootstrap_servers: '127.0.0.1:1', input_topic: raw, output_topic: enriched}")
    words = ["--config", str(path), "--checkpointLocation", str(tmp_path / "checkpoint"), *words]
    with pytest.raises(cortado.InvalidConfigError, match="kafka.input_topic, kafka.output_topic and .* must differ"):
        start(session, words)
    with pytest.raises(cortado.InvalidConfigError, match="name a broker"):
        start(session, ["--checkpointLocation", str(tmp_path / "checkpoint")])
    assert not (tmp_path / "checkpoint").exists() and session.streams.active == []


def test_a_record_too_large_for_the_topic_is_a_dead_letter_and_the_query_goes_on(topics):
    """As the native detector does it; its own bound, message.max.bytes, is the Java producer's max.request.size."""
    limit, values = 20_000, [row("a" * 600, number, pad="x" * pad) for number, pad in enumerate((9, 18_700, 30_000, 9))]
    topics.broker.produce(topics.input, [(b"a", value, [("from", b"test")]) for value in values])
    topics.broker.produce(topics.input, [(b"a", b"?" * 40_000, None)])
    topics.config["kafka"]["properties"] = {"message.max.bytes": str(limit)}
    topics.run()
    found, letters = topics.broker.read(topics.output), by_offset(topics.broker.read(topics.dead_letters))
    assert [record.json["sequence"] for record in found] == [1, 4]
    assert [(letter.value, letter.headers["cortado-stage"], letter.headers.get("cortado-lost-bytes")) for letter in letters] == [
        (values[1], "write", None), (None, "write", str(len(values[2]))), (None, "decode", "40000")]
    assert [letter.headers["cortado-offset"] for letter in letters] == ["1", "2", "4"]
    assert f"bytes, max.request.size is {limit}" in letters[0].headers["cortado-reason"]
    native = topics.detect()
    assert outcomes(found) == outcomes(native[0])
    assert outcomes(letters, "cortado-reason") == outcomes(by_offset(native[1]), "cortado-reason")


def test_a_record_too_large_for_the_producers_buffer_is_a_dead_letter_and_the_query_goes_on(topics):
    """The Java producer refuses what its whole buffer does not hold, however large a request may be."""
    values = [row("a", number, pad="x" * pad) for number, pad in enumerate((9, 500_000, 9))]
    topics.broker.produce(topics.input, [(b"a", value, None) for value in values])
    topics.run("--kafka.buffer.memory", "400000")
    assert [record.json["sequence"] for record in topics.broker.read(topics.output)] == [1, 3]
    (letter,) = topics.broker.read(topics.dead_letters)
    assert (letter.headers["cortado-stage"], letter.headers["cortado-lost-bytes"]) == ("write", str(len(values[1])))


def test_a_records_size_is_that_of_kafkas_own_client(session):
    kafka = session._jvm.org.apache.kafka.common
    cases = [(None, None, []), (b"a", b"", []), (b"k" * 63, b"v" * 64, [("h", b"x" * 100)]),
             (b"k" * 8191, b"v" * 8192, [("hü€" * 30, None)] * 70), (None, b"x" * 1_048_576, [("a", b"")])]
    for key, value, headers in cases:
        theirs = kafka.header.internals.RecordHeaders()
        for name, data in headers:
            theirs.add(name, data)
        assert record_size(key, value, headers) == kafka.record.AbstractRecords.estimateSizeInBytesUpperBound(
            2, kafka.record.CompressionType.NONE, key, value, theirs.toArray())
