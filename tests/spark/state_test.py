# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Devices between a native detector and Spark's state by `cortado state`: the scores of one that never moved."""
import copy
import json
import subprocess
import sys

import pytest
from confluent_kafka import Producer, TopicPartition
from pyspark.errors import StreamingQueryException

import cortado
from cortado_spark import export_file, state
from cortado_spark.initial import read_exports
from cortado_spark.job import start
from cortado_spark.settings import Settings
from support import program
from support.broker import PASSWORD, USER
from support.readings import device_of, make_rows, write_csv
from support.rows import differences, read_csv
from support.spark_job import kept

DEVICES, HOURS, PARTITIONS = 5, 240, 3
PRESET = "multiscale"
LARGEST_BATCH = 300
LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule"


class Journey:
    """Readings in three parts, and who scores each."""

    def __init__(self, pipeline, session, folder):
        self.pipeline, self.session, self.folder, self.broker = pipeline, session, folder, pipeline.broker
        pipeline.config["detector"] = {"preset": PRESET}
        self.rows = make_rows(DEVICES, HOURS)
        program.run("replay", write_csv(folder / "all.csv", self.rows), "-o", folder / "out.csv", "--preset", PRESET)
        self.replayed = read_csv(folder / "out.csv")
        self.part = len(self.rows) // 3 // DEVICES * DEVICES

    def config(self, name):
        """The same input for another group, with state and output of its own."""
        config = copy.deepcopy(self.pipeline.config)
        config["kafka"].update(group_id=f"{self.pipeline.input}-{name}", output_topic=f"{self.pipeline.input}-{name}")
        config["state"]["dir"] = str(self.folder / name)
        if not self.broker.partitions(config["kafka"]["output_topic"]):
            self.broker.create_topic(config["kafka"]["output_topic"], PARTITIONS)
        (self.folder / f"{name}.yaml").write_text(json.dumps(config))
        return self.folder / f"{name}.yaml"

    def records(self, part):
        rows = self.rows[part * self.part:(part + 1) * self.part if part < 2 else None]
        return [(device_of(row).encode(), json.dumps(row).encode(), [("from", b"test")]) for row in rows]

    def send(self, part):
        self.broker.produce(self.pipeline.input, self.records(part))

    def send_in_vain(self, part):
        """Records of a transaction that is aborted: no reader may take them."""
        producer = Producer({**self.broker.client, "partitioner": "murmur2_random", "transactional.id": self.pipeline.input})
        producer.init_transactions(60)
        producer.begin_transaction()
        for key, value, headers in self.records(part)[:100]:
            producer.produce(self.pipeline.input, key=key, value=value, headers=headers)
        producer.flush(60)
        producer.abort_transaction(60)

    def empty_topic(self):
        ends = enumerate(self.broker.ends(self.pipeline.input))
        places = [TopicPartition(self.pipeline.input, partition, end) for partition, end in ends]
        for done in self.broker.admin.delete_records(places).values():
            done.result(30)

    def detect(self, config):
        worker = self.pipeline.start("detect", "-c", config, "--until-end")
        assert worker.wait() == program.OK, worker.log

    def spark(self, config, *words):
        """Over the listener that wants a login, by the Java clients' properties."""
        login = f'{LOGIN} required username="{USER}" password="{PASSWORD}";'
        properties = {"bootstrap.servers": self.broker.sasl_bootstrap, "security.protocol": "SASL_SSL",
                      "sasl.mechanism": "PLAIN", "sasl.jaas.config": login, "ssl.truststore.type": "PEM",
                      "ssl.truststore.location": self.broker.ca}
        query = start(self.session, ["--config", str(config), "--checkpointLocation", str(self.folder / "checkpoint"),
                                     "--triggerInterval", "0 seconds", "--maxOffsetsPerTrigger", str(LARGEST_BATCH), *words,
                                     *(word for name, value in properties.items() for word in (f"--kafka.{name}", value))])
        query.processAllAvailable()
        query.stop()
        assert all(told["numInputRows"] <= LARGEST_BATCH for told in query.recentProgress)

    def read(self, name):
        return self.broker.read(f"{self.pipeline.input}-{name}")

    def differences(self, name, first):
        """What a group wrote, beside the rows from that part on of one undisturbed run."""
        return differences(kept(self.read(name)), self.replayed[first * self.part:])

    def outcomes(self, name, first):
        """What a group wrote from that part on, by source: all that a reader sees but Kafka's own timestamp."""
        found = {}
        for record in self.read(name):
            if record.json["sequence"] * DEVICES > first * self.part:
                headers = {name: value for name, value in record.headers.items() if name != "cortado-source-timestamp"}
                found[record.source] = record.key, record.value, headers
        return found


def export_state(*words):
    """As the guide has it: in a process of its own, that has run no query."""
    done = subprocess.run([sys.executable, "-m", "cortado_spark.state", *map(str, words)], capture_output=True, text=True,
                          timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == f"{DEVICES} devices"


@pytest.fixture
def journey(make_pipeline, session, tmp_path):
    return Journey(make_pipeline(PARTITIONS), session, tmp_path)


def test_devices_move_from_a_detector_to_spark_and_back(journey):
    out, back = journey.folder / "out.ctex", journey.folder / "back.ctex"
    cluster_id = journey.broker.admin.list_topics(timeout=30).cluster_id
    native, spark, again = (journey.config(name) for name in ("native", "spark", "again"))
    journey.send(0)
    journey.detect(native)
    program.run("state", "export", "-c", native, "-o", out)
    journey.send_in_vain(1)
    journey.send(1)
    journey.spark(spark, "--initialState", str(out), "--snapshotBatches", "2")
    export_state("--config", spark, "--clusterId", cluster_id, journey.folder / "checkpoint", back)
    by_url = journey.folder / "by-url.ctex"
    export_state("--config", spark, "--clusterId", cluster_id, f"file:{journey.folder}/checkpoint", by_url)
    assert by_url.read_bytes() == back.read_bytes()
    program.run("state", "import", back, "-c", again)
    journey.send(2)
    journey.detect(again)
    # The native group goes on too, and Spark from its checkpoint: all three end alike.
    journey.detect(native)
    journey.spark(spark)
    assert journey.differences("native", 0) == []
    assert journey.differences("spark", 1) == []
    assert journey.differences("again", 2) == []
    assert journey.outcomes("spark", 1) == journey.outcomes("native", 1)
    # What has left the topic unread stops the query.
    journey.send(0)
    journey.empty_topic()
    with pytest.raises(StreamingQueryException, match="(?i)data loss|may have been lost"):
        journey.spark(spark)
    other = Settings.of({"config": {"detector": {"preset": "seed"}, "kafka": {"input_topic": journey.pipeline.input}}})
    with pytest.raises(cortado.UnsupportedError, match="was made by another detector configuration"):
        state.export(journey.session, str(journey.folder / "checkpoint"), other)
    # An import with an unknown cluster would begin at the log's start and learn all again.
    with pytest.raises(SystemExit):
        state.main(["--config", str(spark), str(journey.folder / "checkpoint"), str(back)])
    with pytest.raises(cortado.InvalidConfigError, match="no checkpoint of a query at file:/nowhere"):
        state.main(["--config", str(spark), "--clusterId", "x", "file:/nowhere", str(back)])
    with pytest.raises(cortado.UnsupportedError, match="another detector configuration"):
        read_exports(journey.session, str(out), Settings.of({"config": {"detector": {"preset": "seed"}}}))


def test_an_export_of_another_log_is_refused_and_none_is_needed_once_a_batch_is_finished(journey):
    """Its offsets say nothing of this topic: records below them would be taken for scored ones and left out."""
    config, device = journey.config("spark"), device_of(journey.rows[0])
    enricher = cortado.Enricher(detector={"preset": PRESET})
    model = enricher.make_device(device)
    model.run([value for key, value, _ in journey.records(0) if key.decode() == device])
    cluster_id, topic = journey.broker.admin.list_topics(timeout=30).cluster_id, journey.pipeline.input
    file = journey.folder / "devices.ctex"

    def write_file(topic, cluster_id, partitions=PARTITIONS, next_offset=0):
        found = export_file.Device(device, 0, next_offset, model.save())
        lanes = tuple(export_file.Lane(partition, 0, 0) for partition in range(partitions))
        file.write_bytes(export_file.write(
            export_file.Export(topic, partitions, cluster_id, enricher.model_hash, lanes, (found,))))

    for source, words in (((topic, "another-one"), f"cluster another-one, but this job reads {cluster_id}"),
                          ((topic, ""), rf"cluster \(unknown\), but this job reads {cluster_id}"),
                          (("elsewhere", cluster_id), f"topic elsewhere, but this job reads {topic}"),
                          ((topic, cluster_id, 4), f"export of {topic} with 4 partitions, but it has 3: keys go to other"),
                          ((topic, cluster_id, PARTITIONS, 5), rf"offset 5 of {topic}\[0\] .*, which ends at 0: the topic was")):
        write_file(*source)
        with pytest.raises(cortado.InvalidConfigError, match=words):
            journey.spark(config, "--initialState", str(file))
        assert not (journey.folder / "checkpoint").exists() and journey.session.streams.active == []
    write_file(topic, cluster_id)
    journey.send(0)
    journey.spark(config, "--initialState", str(file))
    read = len(journey.read("spark"))
    file.unlink()
    journey.send(1)
    journey.spark(config, "--initialState", str(file))
    assert len(journey.read("spark")) > read > 0
