# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the suites that run the binary against a real Kafka."""
import itertools
import json
import pathlib

import pytest

from support import program
from support.broker import Broker
from support.program import Program
from support.waiting import wait_while_growing

SHARED_DATA = pathlib.Path(__file__).resolve().parents[2] / "shared/data"


def pytest_addoption(parser):
    parser.addoption("--full", action="store_true", help="longer forms: more rounds, random times")
    parser.addoption("--kafka", help="another version of Kafka, or: zookeeper")


@pytest.fixture(scope="session")
def full(request):
    return request.config.getoption("--full")


@pytest.fixture(scope="session")
def kafka(request):
    """The version of Kafka that was asked for; None is the default."""
    return request.config.getoption("--kafka")


@pytest.fixture(scope="session")
def broker(kafka, tmp_path_factory):
    """The one broker of this run."""
    assert program.BINARY.exists(), f"{program.BINARY} is not built"
    broker = Broker(tmp_path_factory.mktemp("kafka"), kafka)
    yield broker
    broker.stop()


@pytest.fixture(scope="session")
def unique():
    """Names that no other test has: unique("raw") -> "raw-7"."""
    numbers = itertools.count(1)
    return lambda word: f"{word}-{next(numbers)}"


class Pipeline:
    """One input topic with its group, output and state: what a `cortado detect` works on."""

    def __init__(self, broker, folder, name, partitions):
        self.broker, self.folder = broker, folder
        self.input, self.output = f"{name}-raw", f"{name}-enriched"
        self.dead_letters = f"{self.input}.dead-letter"
        self.state = folder / "state"
        self.programs = []
        self.config = {
            # A dead member's partitions are free after the session's time: 3 s instead of 45.
            "kafka": {"bootstrap_servers": broker.bootstrap, "group_id": f"{name}-group",
                      "input_topic": self.input, "output_topic": self.output,
                      "properties": {"session.timeout.ms": "3000", "heartbeat.interval.ms": "500"}},
            "stream": {"batch_interval": "100ms"},
            "state": {"dir": str(self.state)},
            "http": {"listen": "127.0.0.1:0"}}
        if partitions:
            broker.create_topic(self.input, partitions)

    def write_config(self, name="cortado.yaml"):
        """JSON is YAML. Whole at once: a worker that was just started may be about to read it."""
        path, whole = self.folder / name, self.folder / f"{name}.whole"
        whole.write_text(json.dumps(self.config, indent=1))
        return whole.replace(path)

    def generate(self, csv_path, *words, expect=program.OK):
        servers = f"bootstrap.servers={self.broker.bootstrap}"
        return program.run("generate", csv_path, "--topic", self.input, "-X", servers, "--json", *words,
                           expect=expect)

    def generate_slowly(self, csv_path):
        """Start a generator that goes on beside the workers, through a restart or two of theirs."""
        return self.start("generate", csv_path, "--topic", self.input, "-X",
                          f"bootstrap.servers={self.broker.bootstrap}", "--rate", "600/s")

    def start(self, *words, **variables):
        """Start `cortado` with any command, and environment variables."""
        started = Program(self.folder / "runs", *words, **variables)
        self.programs.append(started)
        return started

    def detect(self, *words, **variables):
        return self.start("detect", "-c", self.write_config(), "--json", *words, **variables)

    def wanted_sources(self):
        """(partition, offset) of every input record."""
        return {(p, offset) for p, end in enumerate(self.broker.ends(self.input)) for offset in range(end)}

    def wait_for_output(self, worker, count):
        """Until that many enriched records are there, while the worker lives."""
        def enriched():
            worker.check_running()
            return self.broker.count(self.output)
        wait_while_growing(enriched, count, lambda: f"enriched records: {self.missing()} {worker.log}")

    def missing(self):
        """What fresh readers find no outcome of, in words."""
        def sources(topic, isolation="read_committed"):
            return {record.source for record in self.broker.read(topic, isolation) if record.headers}
        missed = self.wanted_sources() - sources(self.output)
        unseen = missed & sources(self.output, "read_uncommitted")
        letters = self.broker.count(self.dead_letters)
        return (f"of {len(missed)} input records there is none, such as {sorted(missed)[:10]}; {len(unseen)} of them "
                f"are written and not committed, and there are {letters} dead letters")

    def wait_for_all(self, worker):
        """Until every input record has its enriched one; returns all enriched records."""
        wanted = self.wanted_sources()
        self.wait_for_output(worker, len(wanted))

        def covered():
            worker.check_running()
            records = self.broker.read(self.output)
            return records if wanted <= {record.source for record in records} else None
        return program.wait_until(covered, lambda: f"every offset has its record: {worker.log}")

    def wait_until_lanes_run(self, worker, lanes):
        """If all outcomes were there before it came, it still has to get its models, or it has none to store."""
        program.wait_until(lambda: worker.check_running() and worker.log.count("lane runs") == lanes, lambda: worker.log)

    def end(self):
        for started in self.programs:
            started.end()


@pytest.fixture(scope="module")
def make_pipeline(broker, unique, tmp_path_factory):
    """make_pipeline(partitions): topics, group and folders of its own; 0 = the program makes the topics."""
    made = []

    def make(partitions=1):
        name = unique("flow")
        made.append(Pipeline(broker, tmp_path_factory.mktemp(name), name, partitions))
        return made[-1]
    yield make
    for pipeline in made:
        pipeline.end()


@pytest.fixture(scope="session")
def shared_data():
    """The real readings beside the project, where they are."""
    if not SHARED_DATA.is_dir():
        pytest.skip("no real readings beside the project (../shared/data)")
    return SHARED_DATA
