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

from cortado_spark import without_repeats
from support.waiting import WITHIN_S, wait_until

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "script/spark"


class Job:
    """spark-submit of the job, with its log in a file; ends with its whole process group."""

    def __init__(self, folder, config, *words, master="local[2]", settings=()):
        folder.mkdir(parents=True, exist_ok=True)
        self.log_path = folder / f"driver-{len(list(folder.glob('driver-*.log')))}.log"
        command = [sys.executable, SCRIPT, "submit", "--dir", folder, "--master", master]
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

    def wait_for(self, count, wanted, what, within=WITHIN_S):
        """Until count() has reached `wanted`, while the job lives."""
        def reached():
            self.check_running()
            return count() >= wanted
        wait_until(reached, lambda: f"{what}: {count()} of {wanted}; {self.log}", within)


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


def kept(records):
    """A topic's enriched records after the readers' rule, in each partition's order."""
    return list(without_repeats((one["device"], one["sequence"], one) for one in (record.json for record in records)))
