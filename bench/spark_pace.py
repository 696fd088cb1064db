#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Does the Spark job keep pace with a topic, and what does a record cost it; beside the native detector.

usage: build/spark/venv/bin/python bench/spark_pace.py FILE.csv[.gz] [--rate N] [--batches N] [--trigger S] [--preset P]

Feeds the file's rows at a fixed rate to a topic with ten partitions of a real Kafka; the job scores them with two executors
of one core; a batch takes at most twice what comes in an interval. Prints how long the batches took and, for --batches after the
first few, the CPU time of a record by process and thread, and then that of the native detector for the same topic, all on
this machine. FILE is an EPA hourly CSV;
encoder ranges are those of bench/marylebone.yaml. Needs build/release/apps/cortado/cortado.
"""
import argparse
import collections
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support import program  # noqa: E402
from support.broker import Broker  # noqa: E402
from support.spark_job import Cluster, Flow  # noqa: E402

from cortado_spark.output import Rows  # noqa: E402
from cortado_spark.records import Records  # noqa: E402
from cortado_spark.settings import Settings  # noqa: E402

SAMPLE, PIECE = 3000, 2000  # offsets of each partition, records at once
BEFORE = 5  # batches: workers start, the JVM compiles
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
THREADS = {"Executor task": "tasks", "C1 CompilerThre": "compiler", "C2 CompilerThre": "compiler", "GC Thread": "garbage",
           "VM Thread": "garbage", "stream executio": "query", "shuffle-": "network", "dispatcher": "network",
           "kafka-": "Kafka's clients", "stdout writer": "tasks", "Thread-": "tasks"}


def timed(spent, name, work):
    start = time.process_time()
    result = work()
    spent[name] += time.process_time() - start
    return result


def children(pid):
    """A process and all below it."""
    found = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        for child in read_or_gone(task).split():
            found += children(int(child))
    return found


def group_of(name):
    return next((group for start, group in THREADS.items() if name.startswith(start)), "other")


def seconds_of(stat):
    fields = stat.rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S


def read_or_gone(path):
    """A file of /proc; empty for a process or thread that has ended since it was listed."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def cpu_of(pid, who):
    """CPU seconds by (process, kind of thread)."""
    found = collections.Counter()
    for process in children(pid):
        place = pathlib.Path(f"/proc/{process}")
        python = "python" in read_or_gone(place / "cmdline").split("\0")[0]
        for stat in map(read_or_gone, [place / "stat"] if python else place.glob("task/*/stat")):
            if stat:
                name = stat.split("(", 1)[1].rsplit(")", 1)[0]
                found[who, "Python" if python else group_of(name)] += seconds_of(stat)
    return found


class Run:
    """The job at a rate."""

    def __init__(self, folder, options):
        self.options = options
        self.folder, self.broker = folder, Broker(folder / "kafka")
        self.cluster = None
        self.flow = Flow(self.broker, "pace", folder, "")
        ranges = yaml.safe_load((ROOT / "bench/marylebone.yaml").read_text(encoding="utf-8"))["detector"]
        self.flow.config["detector"] = {**ranges, "preset": options.preset}
        self.job = self.generator = None

    def start(self):
        self.cluster = Cluster(self.folder / "cluster")
        self.flow.master = self.cluster.master
        # What came while the first batch started workers and compilers is spread over the next ones.
        self.job = self.flow.submit("--triggerInterval", f"{self.options.trigger} seconds",
                                    "--maxOffsetsPerTrigger", str(2 * self.options.rate * self.options.trigger))
        self.job.wait_for(lambda: len(self.cluster.executors()), 2, "executors", 240)
        self.generator = subprocess.Popen(
            [program.BINARY, "generate", self.options.file, "--topic", self.flow.input, "-X",
             f"bootstrap.servers={self.broker.bootstrap}", "--rate", f"{self.options.rate}/s", "--loop"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def cpu(self):
        found = cpu_of(self.job.process.pid, "driver")
        for executor in self.cluster.executors():
            found += cpu_of(executor, "executors")
        return found

    def measure(self):
        """Batches, CPU seconds and records between two looks."""
        self.job.wait_for(lambda: len(self.job.progress()), BEFORE, "batches", 600)
        before, rows = self.cpu(), self.flow.enriched()
        self.job.wait_for(lambda: len(self.job.progress()), BEFORE + self.options.batches, "batches", 1800)
        spent, rows = self.cpu() - before, self.flow.enriched() - rows
        return self.job.progress(), spent, rows

    def stop(self):
        if self.generator:
            self.generator.kill()
            self.generator.wait()
        self.flow.end()
        if self.cluster:
            self.cluster.stop()

    def native(self):
        """CPU seconds of `cortado detect` for a record of the same topic."""
        config = {**self.flow.config, "state": {"dir": str(self.flow.folder / "state")}, "http": {"listen": "127.0.0.1:0"}}
        config["kafka"] = {**config["kafka"], "group_id": "native", "output_topic": "native-enriched"}
        path = self.flow.folder / "native.yaml"
        path.write_text(json.dumps(config))
        process = subprocess.Popen([program.BINARY, "detect", "-c", path, "--until-end", "--json"],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        said = process.stdout.read()
        _, code, usage = os.wait4(process.pid, 0)
        process.returncode = code
        return (usage.ru_utime + usage.ru_stime) / program.summary_of(said)["records_out"]

    def python_parts(self):
        """CPU seconds of what Python does for a record, step by step, without Spark."""
        settings = Settings.of({"config": self.flow.config})
        enricher, spent, rows = settings.make_enricher(), collections.Counter(), 0
        found = [record for record in self.broker.read(self.flow.input) if record.offset < SAMPLE]
        for start in range(0, len(found), PIECE):
            piece = found[start:start + PIECE]
            records = Records([one.key for one in piece], [one.value for one in piece], ["raw"] * len(piece),
                              [one.partition for one in piece], [one.offset for one in piece],
                              [one.timestamp for one in piece], [None] * len(piece))
            devices = timed(spent, "the device of a record", lambda: enricher.device_of(records.value))
            places = {}
            for row, device in enumerate(devices):
                places.setdefault(device, []).append(row)
            for device, mine in places.items():
                packed = timed(spent, "packing and unpacking", lambda: records.take(mine).pack())
                own = timed(spent, "packing and unpacking", lambda: Records.unpack([packed]))
                model = enricher.device(device)
                outcomes = timed(spent, "decoding, model, encoding", lambda: model.run(own.value, own.timestamp))
                out = Rows(settings)
                timed(spent, "rows for Spark", lambda: (out.add(own, outcomes), list(out.take())))
                rows += own.size
        return {name: seconds / rows for name, seconds in spent.items()}

    def end(self):
        self.stop()
        self.broker.stop()


def print_batches(batches, options):
    first, *batches = batches
    print(f"first batch {first['durationMs']['triggerExecution'] / 1000:.1f} s")
    seconds = [told["durationMs"]["triggerExecution"] / 1000 for told in batches]
    rows = sum(told["numInputRows"] for told in batches)
    within = sum(second <= options.trigger for second in seconds)
    print(f"{options.rate} records/s, a batch every {options.trigger} s: {within} of {len(seconds)} batches after the first "
          f"within it, median {statistics.median(seconds):.2f} s, longest {max(seconds):.2f} s, {rows / len(seconds):.0f} "
          "records each")
    late = [f"{number} {second:.1f} s" for number, second in enumerate(seconds, 2) if second > options.trigger]
    if late:
        print("  late: batch " + ", ".join(late))
    for part in ("addBatch", "queryPlanning", "walCommit", "commitOffsets", "commitBatch", "latestOffset"):
        found = [told["durationMs"][part] for told in batches if part in told["durationMs"]]
        if found:
            print(f"  {part}: median {statistics.median(found):.0f} ms")


def print_cpu(spent, rows, native):
    total = sum(spent.values())
    print(f"CPU time of a record: {total / rows * 1e6:.0f} us in Spark ({rows / total:.0f} records/s and core), "
          f"{native * 1e6:.0f} us in cortado detect ({1 / native:.0f})")
    for (who, kind), seconds in spent.most_common():
        if seconds / total >= 0.005:
            print(f"  {who}, {kind}: {seconds / rows * 1e6:.0f} us")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--rate", type=int, default=1000, help="records a second")
    parser.add_argument("--batches", type=int, default=30)
    parser.add_argument("--trigger", type=int, default=3, help="seconds")
    parser.add_argument("--preset", default="seed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run = Run(pathlib.Path(folder), options)
        try:
            run.start()
            batches, spent, rows = run.measure()
            run.stop()
            print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; preset {options.preset}")
            print_batches(batches, options)
            print_cpu(spent, rows, run.native())
            for name, seconds in run.python_parts().items():
                print(f"  of Python, {name}: {seconds * 1e6:.1f} us")
        finally:
            run.end()


if __name__ == "__main__":
    main()
