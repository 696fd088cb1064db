# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""script/demo --kafka on a broker of its own: killed in the middle, the next call goes on."""
import json
import os
import pathlib
import signal
import subprocess
import sys

import pytest

from support import program
from support.broker import Cluster
from support.waiting import wait_until

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "script"
OUTPUT = "monitoringEnriched2"


class Demo:
    """The script with the program that it starts, both in a process group of their own."""

    def __init__(self, home, number):
        self.log = home / f"{number}.log"
        with open(self.log, "wb") as log, open(home / f"{number}.out", "wb") as out:
            self.script = subprocess.Popen(
                [SCRIPTS / "demo", "--kafka", "--json", "--listen", "127.0.0.1:0", "--rate", "1000/s"],
                stdout=out, stderr=log, start_new_session=True,
                env={**program.environment(), "DEMO_HOME": str(home)})
        self.out = home / f"{number}.out"

    def children(self):
        path = pathlib.Path(f"/proc/{self.script.pid}/task/{self.script.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def end(self):
        """For the fixture: script and program are gone afterwards."""
        if self.script.poll() is None:
            for pid in [*self.children(), self.script.pid]:
                os.kill(pid, signal.SIGKILL)
            self.script.wait()

    def kill_program(self):
        """kill -9 of `cortado` alone, as if it had crashed."""
        pids = [pid for pid in self.children()
                if "cortado" in os.readlink(f"/proc/{pid}/exe")]
        assert len(pids) == 1, self.log.read_text()
        os.kill(pids[0], signal.SIGKILL)
        return self.script.wait(60)


@pytest.fixture
def start(tmp_path):
    """start() runs the script on this test's folder."""
    demos = []

    def run():
        demos.append(Demo(tmp_path, len(demos)))
        return demos[-1]
    yield run
    for demo in demos:
        demo.end()
    subprocess.run([sys.executable, SCRIPTS / "kafka", "stop", "--dir", tmp_path / "kafka"], check=True)


def watch(home, count, demo):
    """Look into the broker that the script starts, once it holds so many enriched records."""
    clusters = []

    def ask():
        assert demo.script.poll() is None, demo.log.read_text()
        if not clusters and (home / "kafka/broker.json").exists():
            clusters.append(Cluster(json.loads((home / "kafka/broker.json").read_text())["bootstrap"]))
        return clusters and clusters[0].partitions(OUTPUT) and clusters[0].count(OUTPUT) >= count
    wait_until(ask, lambda: f"{count} records: {demo.log.read_text()}", within=180, pause=0.5)
    return clusters[0]


def test_killed_in_the_middle_it_goes_on_where_it_was(start, tmp_path):
    demo = start()
    watch(tmp_path, 2000, demo).leave()
    assert demo.kill_program() == 128 + signal.SIGKILL
    demo = start()
    cluster = watch(tmp_path, 6000, demo)
    first = {}
    for record in cluster.read(OUTPUT):
        assert first.setdefault(record.source, record).value == record.value, record.source
    for partition in range(cluster.partitions(OUTPUT)):
        offsets = sorted(offset for p, offset in first if p == partition)
        assert offsets == list(range(len(offsets))), f"partition {partition} has gaps"
    cluster.leave()
    demo.script.send_signal(signal.SIGTERM)
    assert demo.script.wait(60) == program.OK, demo.log.read_text()
    assert program.summary_of(demo.out.read_text())["records_out"] > 0
