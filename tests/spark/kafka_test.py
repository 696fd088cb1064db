# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The submitted job on a cluster with two workers, between topics of a real Kafka, killed and started again."""
import gzip
import itertools
import json
import pathlib
import random

import pytest

from support import program
from support.readings import make_rows, write_csv
from support.rows import differences, read_csv
from support.spark_job import Cluster, Job, kept

ROOT = pathlib.Path(__file__).resolve().parents[2]
STARTS_WITHIN_S = 240
SETTINGS = ("spark.sql.shuffle.partitions=2", "spark.driver.memory=768m", "spark.executor.memory=768m",
            "spark.executor.cores=1", "spark.cores.max=2", "spark.ui.enabled=false", "spark.task.maxFailures=20",
            "spark.deploy.maxExecutorRetries=-1")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    yield cluster
    cluster.stop()


@pytest.fixture
def flow(broker, cluster, unique, tmp_path):
    """A configuration with topics of its own, and submit(words...)."""
    name = unique("spark")
    config = {"kafka": {"bootstrap_servers": broker.bootstrap, "input_topic": f"{name}-raw",
                        "output_topic": f"{name}-enriched"}}
    for topic, partitions in ((f"{name}-raw", 10), (f"{name}-enriched", 2), (f"{name}-raw.dead-letter", 1)):
        broker.create_topic(topic, partitions)
    jobs = []

    def submit(*words):
        (tmp_path / "cortado.yaml").write_text(json.dumps(config))
        jobs.append(Job(tmp_path / "job", tmp_path / "cortado.yaml", *words, master=cluster.master, settings=SETTINGS))
        return jobs[-1]
    yield config, submit
    for job in jobs:
        job.kill()


def generate(broker, config, path):
    program.run("generate", path, "--topic", config["kafka"]["input_topic"], "-X", f"bootstrap.servers={broker.bootstrap}",
                timeout=600)


def check_all_there(broker, config, job, replayed):
    """Every row once by the readers' rule, in order, with replay's bits; copies of a record are equal."""
    topic = config["kafka"]["output_topic"]

    def different():
        return len(kept(broker.read(topic)))
    job.wait_for(lambda: broker.count(topic), len(replayed), "enriched records", 900)
    job.wait_for(different, len(replayed), "different records", STARTS_WITHIN_S)
    records = broker.read(topic)
    assert differences(kept(records), replayed) == []
    copies = {}
    for record in records:
        copies.setdefault((record.json["device"], record.json["sequence"]), set()).add(record.value)
        assert record.key.decode() == record.json["device"]
    assert all(len(values) == 1 for values in copies.values())


def test_killed_executors_and_drivers_lose_nothing(broker, cluster, flow, full, tmp_path):
    """One executor and one driver, at random moments; with --full ten of each."""
    config, submit = flow
    dice = random.Random()
    rows = make_rows(devices=6, hours=1500 if full else 150)
    source = write_csv(tmp_path / "in.csv", rows)
    program.run("replay", source, "-o", tmp_path / "out.csv")
    generate(broker, config, source)
    broker.produce(config["kafka"]["input_topic"], [(b"bad", b"no record", None)])
    kills = 10 if full else 1
    words = ("--triggerInterval", "0 seconds", "--snapshotBatches", "3",
             "--maxOffsetsPerTrigger", str(len(rows) // (4 * kills + 2)))
    written = itertools.accumulate([dice.uniform(0.5, 1.0) * len(rows) / (2 * kills + 1)] * (2 * kills))
    job = submit(*words)
    for number, wanted in enumerate(written):
        job.wait_for(lambda: broker.count(config["kafka"]["output_topic"]), int(wanted), "enriched records", STARTS_WITHIN_S)
        if number % 2 == 0:
            cluster.kill_an_executor(dice)
        else:
            job.kill()
            job = submit(*words)
    check_all_there(broker, config, job, read_csv(tmp_path / "out.csv"))
    dead_letters = config["kafka"]["input_topic"] + ".dead-letter"
    job.wait_for(lambda: broker.count(dead_letters), 1, "dead letters")
    letter = broker.read(dead_letters)[0]
    assert (letter.key, letter.value, letter.headers["cortado-stage"]) == (b"bad", b"no record", "decode")
    assert letter.headers["cortado-topic"] == config["kafka"]["input_topic"]


def test_seven_devices_of_real_readings(shared_data, broker, flow, full, tmp_path):
    """All 427,958 rows with --full, else the first of them."""
    config, submit = flow
    source = shared_data / "marylebone_all_1998-2005.csv.gz"
    if not full:
        with gzip.open(source, "rt", encoding="utf-8") as file:
            (tmp_path / "first.csv").write_text("".join(itertools.islice(file, 3_001)), encoding="utf-8")
        source = tmp_path / "first.csv"
    ranges = ROOT / "bench/marylebone.yaml"
    program.run("replay", source, "-o", tmp_path / "replayed.csv", "-c", ranges, timeout=600)
    config["detector"] = ranges_of(ranges)
    generate(broker, config, source)
    job = submit("--triggerInterval", "0 seconds", "--maxOffsetsPerTrigger", "20000" if full else "1000")
    replayed = read_csv(tmp_path / "replayed.csv")
    assert len(replayed) == (427_958 if full else 3_000)
    check_all_there(broker, config, job, replayed)


def ranges_of(path):
    import yaml
    return yaml.safe_load(path.read_text(encoding="utf-8"))["detector"]


def test_a_wrong_setting_ends_the_job_with_its_name(flow):
    _, submit = flow
    job = submit("--snapshotBatches", "0")
    assert job.process.wait(STARTS_WITHIN_S) != 0
    assert "snapshotBatches must be 1 to 10000, not 0" in job.log
