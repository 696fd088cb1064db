# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The submitted job between topics of a real Kafka, killed and started again."""
import json

import pytest

from support import program
from support.readings import make_rows, write_csv
from support.rows import differences, read_csv
from support.spark_job import Job, kept

STARTS_WITHIN_S = 150


@pytest.fixture
def flow(broker, unique, tmp_path):
    """A configuration of topics of its own."""
    name = unique("spark")
    config = {"kafka": {"bootstrap_servers": broker.bootstrap, "input_topic": f"{name}-raw",
                        "output_topic": f"{name}-enriched"}}
    for topic, partitions in ((f"{name}-raw", 4), (f"{name}-enriched", 2), (f"{name}-raw.dead-letter", 1)):
        broker.create_topic(topic, partitions)
    (tmp_path / "cortado.yaml").write_text(json.dumps(config))
    jobs = []

    def submit(*words, **options):
        jobs.append(Job(tmp_path / "job", tmp_path / "cortado.yaml", *words, **options))
        return jobs[-1]
    yield config["kafka"], submit
    for job in jobs:
        job.kill()


def generate(broker, kafka, path):
    program.run("generate", path, "--topic", kafka["input_topic"], "-X", f"bootstrap.servers={broker.bootstrap}")


def test_a_killed_job_goes_on_and_every_record_comes_once_by_the_readers_rule(broker, flow, tmp_path):
    kafka, submit = flow
    rows = make_rows(devices=6, hours=200)
    source = write_csv(tmp_path / "in.csv", rows)
    program.run("replay", source, "-o", tmp_path / "out.csv")
    words = ("--triggerInterval", "200 milliseconds", "--maxOffsetsPerTrigger", "150", "--snapshotBatches", "3")
    settings = ("spark.sql.shuffle.partitions=2", "spark.driver.memory=1g", "spark.ui.enabled=false")

    def written():
        return broker.count(kafka["output_topic"])
    generate(broker, kafka, source)
    broker.produce(kafka["input_topic"], [(b"bad", b"no record", None)])
    first = submit(*words, settings=settings)
    first.wait_for(written, len(rows) // 3, "enriched records", STARTS_WITHIN_S)
    first.kill()
    before = broker.read(kafka["output_topic"])
    second = submit(*words, settings=settings)
    second.wait_for(written, len(rows), "enriched records", STARTS_WITHIN_S)
    second.wait_for(lambda: len(kept(broker.read(kafka["output_topic"]))), len(rows), "different records", STARTS_WITHIN_S)
    records = broker.read(kafka["output_topic"])
    assert differences(kept(records), read_csv(tmp_path / "out.csv")) == []
    copies = {}
    for record in records:
        copies.setdefault((record.json["device"], record.json["sequence"]), set()).add(record.value)
        assert record.key.decode() == record.json["device"]
    assert all(len(values) == 1 for values in copies.values()) and len(before) < len(records)
    second.wait_for(lambda: broker.count(kafka["input_topic"] + ".dead-letter"), 1, "dead letters")
    letter = broker.read(kafka["input_topic"] + ".dead-letter")[0]
    assert (letter.key, letter.value, letter.headers["cortado-stage"]) == (b"bad", b"no record", "decode")
    assert letter.headers["cortado-topic"] == kafka["input_topic"]


def test_a_wrong_setting_ends_the_job_with_its_name(flow):
    _, submit = flow
    job = submit("--snapshotBatches", "0", settings=("spark.ui.enabled=false",))
    assert job.process.wait(STARTS_WITHIN_S) != 0
    assert "snapshotBatches must be 1 to 10000, not 0" in job.log
