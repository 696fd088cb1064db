#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Cortado's preset `seed` beside other HTM programs, on the same readings, each on one core.

  bench/peers/peers.py htm-java    CSV [--rows 26000] [--exclude 2000] [--pairs 5] [--core 0]
  bench/peers/peers.py brainblocks CSV [the same options]
  bench/peers/peers.py fetch       only fetches htm.java and compiles its driver, prints the folder

The two programs run in turn, `--pairs` times, pinned to one core. Speed is records per second of process CPU time
behind the first `--exclude` rows, which both only learn. Prints one JSON object: every figure's median and range, the
ratio of each pair, and how far the raw anomaly scores of both agree.

htm.java 0.6.13 comes from Maven Central, BrainBlocks 0.7.1 from PyPI, both into the user's cache folder. They are
measured as separate programs, through their published interfaces; nothing of them is part of Cortado.
CSV: an EPA AQS hourly file of one device (.gz too). Needs java 17, mvn, taskset; BrainBlocks needs a C++ compiler.
"""
import argparse
import csv
import datetime
import fcntl
import gzip
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HERE = pathlib.Path(__file__).resolve().parent
PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:2.8:copy-dependencies"
# No repository has the jar that htm.java's pom names; htm_java/no/ holds the one class of it that is needed.
POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>cortado</groupId><artifactId>peers</artifactId><version>1</version><packaging>pom</packaging>
<dependencies><dependency><groupId>org.numenta</groupId><artifactId>htm.java</artifactId><version>0.6.13</version>
<exclusions><exclusion><groupId>*</groupId><artifactId>algorithmfoundry-shade-culled</artifactId></exclusion></exclusions>
</dependency></dependencies></project>
"""


def cpu_model():
    for line in open("/proc/cpuinfo", encoding="utf-8"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown"


def must_run(words, **options):
    result = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False, **options)
    if result.returncode:
        sys.exit(f"{words[0]} failed:\n{result.stdout}{result.stderr}")
    return result.stdout


def cache_folder(name, fill):
    """A folder of the user's cache, filled once, by one process at a time."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    folder = cache / "cortado-peers" / name
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            print(f"peers: fills {folder}", file=sys.stderr)
            fill(folder)
            (folder / "complete").touch()
    return folder


def fill_htm_java(folder):
    (folder / "pom.xml").write_text(POM, encoding="utf-8")
    must_run(["mvn", "-q", "-B", PLUGIN, "-DincludeScope=runtime", f"-DoutputDirectory={folder}/jars"], cwd=folder)


def fill_brainblocks(folder):
    must_run(["/usr/bin/python3", "-m", "venv", folder / "venv"])
    must_run([folder / "venv/bin/pip", "-q", "--disable-pip-version-check", "install", "brainblocks==0.7.1"])


def htm_java_command(work):
    """Compile our driver against the jars; returns how to start it."""
    folder = cache_folder("htm.java-0.6.13", fill_htm_java)
    sources = sorted((HERE / "htm_java").rglob("*.java"))
    must_run(["javac", "-d", work / "classes", "-cp", f"{folder}/jars/*", *sources])
    return ["java", "-Xmx2g", "-cp", f"{work}/classes:{folder}/jars/*", "HtmJavaPeer"]


def brainblocks_command(_):
    folder = cache_folder("brainblocks-0.7.1", fill_brainblocks)
    return [folder / "venv/bin/python", HERE / "brainblocks_peer.py"]


PEERS = {"htm-java": htm_java_command, "brainblocks": brainblocks_command}


def usable_rows(path, count):
    """The first `count` readings with a time and a value, as "epoch milliseconds,value"."""
    opened = gzip.open if str(path).endswith(".gz") else open
    rows = []
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if not row["Sample Measurement"]:
                continue
            time = datetime.datetime.fromisoformat(f"{row['Date GMT']}T{row['Time GMT']}+00:00")
            rows.append(f"{int(time.timestamp() * 1000)},{float(row['Sample Measurement'])!r}")
            if len(rows) == count:
                return rows
    sys.exit(f"{path} has {len(rows)} readings, --rows wants {count}")


class Comparison:
    """Runs both programs in turn and keeps what they say."""

    def __init__(self, options, work):
        self.options, self.work = options, work
        self.peer_command = PEERS[options.peer](work)
        (work / "rows.csv").write_text("\n".join(usable_rows(options.csv, options.rows)) + "\n", encoding="utf-8")
        self.pin = ["taskset", "-c", str(options.core)]

    def cortado(self):
        out = must_run([*self.pin, self.options.cortado, "bench", "htm", "--preset", "seed", "--input", self.options.csv,
                        "--trained", self.options.exclude, "--records", self.options.rows - self.options.exclude,
                        "--scores", self.work / "cortado.txt", "--json"])
        return json.loads(out)

    def peer(self):
        out = must_run([*self.pin, *self.peer_command, self.work / "rows.csv", self.work / "peer.txt",
                        self.options.exclude])
        return json.loads(out.strip().splitlines()[-1])

    def scores(self, name):
        return [float(line) for line in (self.work / f"{name}.txt").read_text().split()]

    def run(self):
        pairs = []
        for number in range(self.options.pairs):
            pairs.append((self.cortado(), self.peer()))
            ours, theirs = (one["records_per_cpu_s"] for one in pairs[-1])
            print(f"peers: pair {number + 1}: {ours:.0f}/s and {theirs:.1f}/s", file=sys.stderr)
        return self.summary(pairs)

    def summary(self, pairs):
        ours, theirs = self.scores("cortado"), self.scores("peer")
        assert len(ours) == len(theirs) == self.options.rows - self.options.exclude
        return {
            "peer": self.options.peer, "cpu": cpu_model(), "core": self.options.core,
            "kernels": pairs[0][0]["kernels"], "rows": self.options.rows, "excluded": self.options.exclude,
            "pairs": self.options.pairs,
            "cortado_records_per_cpu_s": spread([pair[0]["records_per_cpu_s"] for pair in pairs]),
            "peer_records_per_cpu_s": spread([pair[1]["records_per_cpu_s"] for pair in pairs]),
            "ratio": spread([pair[0]["records_per_cpu_s"] / pair[1]["records_per_cpu_s"] for pair in pairs]),
            "correlation": round(statistics.correlation(ours, theirs), 4),
            "mean": {"cortado": round(statistics.mean(ours), 5), "peer": round(statistics.mean(theirs), 5)},
            "zero_share": {"cortado": zero_share(ours), "peer": zero_share(theirs)},
            "cortado": pairs[-1][0], "peer_says": pairs[-1][1]}


def zero_share(scores):
    return round(sum(score == 0 for score in scores) / len(scores), 4)


def spread(values):
    return {"median": round(statistics.median(values), 2), "range": [round(min(values), 2), round(max(values), 2)]}


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="peer", required=True)
    for name in PEERS:
        command = commands.add_parser(name)
        command.add_argument("csv", type=pathlib.Path)
        command.add_argument("--rows", type=int, default=26_000)
        command.add_argument("--exclude", type=int, default=2_000)
        command.add_argument("--pairs", type=int, default=5)
        command.add_argument("--core", type=int, default=0)
        command.add_argument("--cortado", type=pathlib.Path, default=ROOT / "build/release/apps/cortado/cortado")
    commands.add_parser("fetch")
    return parser.parse_args()


def main():
    options = parse()
    for tool in ("taskset",) if options.peer == "brainblocks" else ("taskset", "java", "javac", "mvn"):
        if not shutil.which(tool):
            sys.exit(f"peers: {tool} is missing (Debian's openjdk-17-jdk-headless, maven, util-linux)")
    with tempfile.TemporaryDirectory(prefix="cortado-peers-") as folder:
        if options.peer == "fetch":
            htm_java_command(pathlib.Path(folder))
            print(cache_folder("htm.java-0.6.13", fill_htm_java))
        else:
            print(json.dumps(Comparison(options, pathlib.Path(folder)).run()))


if __name__ == "__main__":
    main()
