# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The job as a user starts it on a cluster of this machine, between topics of a real Kafka."""
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

from cortado_spark import without_repeats
from support import program
from support.rows import differences
from support.waiting import WITHIN_S, wait_until

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "script/spark"
STARTS_WITHIN_S = 600
# Two executors of one core; a store for each of them.
SETTINGS = ("spark.sql.shuffle.partitions=2", "spark.driver.memory=768m", "spark.executor.memory=768m",
            "spark.executor.cores=1", "spark.cores.max=2", "spark.ui.enabled=false", "spark.task.maxFailures=20",
            "spark.deploy.maxExecutorRetries=-1")
# For runs of a minute: what a second compiler (see spark/conf) or a concurrent collector takes would never come back.
SHORT_LIVED = tuple(f"spark.{who}.defaultJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC" for who in ("driver", "executor"))


class Job:
    """spark-submit of the job, with its log in a file; ends with its whole process group."""

    def __init__(self, folder, config, *words, master="local[2]", settings=(), script=None):
        folder.mkdir(parents=True, exist_ok=True)
        self.log_path = folder / f"driver-{len(list(folder.glob('driver-*.log')))}.log"
        command = [sys.executable, SCRIPT, "submit", "--dir", folder, "--master", master]
        command += ["--job", script] if script else []
        for setting in settings:
            command += ["--set", setting]
        command += ["--config", config, "--checkpointLocation", folder / "checkpoint", *words]
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen([*map(str, command)], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            start_new_session=True, env={**os.environ, "SPARK_PYTHON": sys.executable})

    @property
    def log(self):
        return self.log_path.read_text(errors="replace")[-6000:]

    def check_running(self):
        assert self.process.poll() is None, f"the job left with {self.process.returncode}: {self.log}"
        return True

    def kill(self):
        """kill -9 of the driver and its Python, all at once."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def halt(self):
        """Stand still, until it is killed or goes on."""
        os.killpg(self.process.pid, signal.SIGSTOP)

    def go_on(self):
        """Behind `halt`."""
        os.killpg(self.process.pid, signal.SIGCONT)

    def wait_for(self, count, wanted, what, within=WITHIN_S):
        """Until count() has reached `wanted`, while the job lives."""
        def reached():
            self.check_running()
            return count() >= wanted
        wait_until(reached, lambda: f"{what}: {count()} of {wanted}; {self.log}", within)

    def run_on(self, seconds):
        """Let it run for so long, whatever it is at."""
        end = time.monotonic() + seconds
        wait_until(lambda: self.check_running() and time.monotonic() >= end, "time passes")

    def progress(self):
        """What Spark has told of each batch that had records, in order."""
        return read_progress(self.log_path.read_text(errors="replace"))


def read_progress(log):
    """The progress objects of a driver's log, of batches with records."""
    found, decoder = [], json.JSONDecoder()
    for piece in log.split("Streaming query made progress: ")[1:]:
        try:
            told, _ = decoder.raw_decode(piece)
        except json.JSONDecodeError:  # cut by the end of the log
            continue
        if told["numInputRows"]:
            found.append(told)
    return found


class Cluster:
    """A standalone cluster with two workers of one core."""

    def __init__(self, folder):
        self.folder = folder
        self._run("start", "--workers", "2", "--cores", "1", "--memory", "1g")
        self.master = json.loads((folder / "cluster.json").read_text())["master"]

    def _run(self, *words):
        subprocess.run([sys.executable, SCRIPT, *words, "--dir", self.folder], check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, "SPARK_PYTHON": sys.executable})

    def executors(self):
        """Process ids of the executors now."""
        found = []
        for folder in pathlib.Path("/proc").iterdir():
            try:
                command = (folder / "cmdline").read_bytes().decode(errors="replace") if folder.name.isdigit() else ""
            except OSError:
                continue
            if "CoarseGrainedExecutorBackend" in command and self._is_mine(folder):
                found.append(int(folder.name))
        return found

    def _is_mine(self, process):
        try:
            return (process / "cwd").resolve().is_relative_to(self.folder)
        except OSError:
            return False

    def kill_an_executor(self, dice=random):
        """kill -9 of one; its worker starts another."""
        victims = wait_until(self.executors, "an executor runs", 120)
        os.kill(dice.choice(victims), signal.SIGKILL)

    def stop(self):
        self._run("stop")


class Flow:
    """One input topic with ten partitions, names of its outputs, and jobs that go on from one checkpoint."""

    def __init__(self, broker, name, folder, master, settings=()):
        self.broker, self.folder, self.master, self.settings = broker, folder, master, (*SETTINGS, *settings)
        self.input, self.output = f"{name}-raw", f"{name}-enriched"
        self.dead_letters = f"{self.input}.dead-letter"
        self.config = {"kafka": {"bootstrap_servers": broker.bootstrap, "input_topic": self.input,
                                 "output_topic": self.output}}
        broker.create_topic(self.input, 10)  # the others are the job's to make
        self.jobs = []

    def generate(self, path):
        program.run("generate", path, "--topic", self.input, "-X", f"bootstrap.servers={self.broker.bootstrap}", timeout=600)

    def submit(self, *words, script=None):
        config = self.folder / "cortado.yaml"
        config.write_text(json.dumps(self.config))
        self.jobs.append(Job(self.folder / "job", config, *words, master=self.master, settings=self.settings,
                             script=script))
        return self.jobs[-1]

    def enriched(self):
        return self.broker.count(self.output)

    def check_all_there(self, job, replayed, within=900):
        """Every row once by the readers' rule, in order, with replay's bits; copies of a record are equal. Returns
        how many copies too many there are."""
        job.wait_for(self.enriched, len(replayed), "enriched records", within)
        records, objects = [], []

        def different():
            records[:] = self.broker.read(self.output)
            objects[:] = [record.json for record in records]
            return len({(one["device"], one["sequence"]) for one in objects})
        job.wait_for(different, len(replayed), "different records", STARTS_WITHIN_S)
        kept = without(objects)
        assert differences(kept, replayed) == []
        # No request was refused here, so the first copies of a device stand in order too.
        assert sorted(kept, key=lambda one: (one["device"], one["sequence"])) == sorted(kept, key=lambda one: one["device"])
        copies = {}
        for record, one in zip(records, objects):
            assert record.key.decode() == one["device"]
            assert copies.setdefault((one["device"], one["sequence"]), record.value) == record.value
        return len(records) - len(replayed)

    def end(self):
        for job in self.jobs:
            job.kill()


def kept(records):
    """A topic's enriched records after the readers' rule, in each partition's order."""
    return without(record.json for record in records)


def without(objects):
    return list(without_repeats((one["device"], one["sequence"], one) for one in objects))
