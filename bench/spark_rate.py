#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What a batch costs inside Spark: time, where it goes, bytes of state; beside the same records without Spark.

usage: build/spark/venv/bin/python bench/spark_rate.py [--devices N] [--batches N] [--rows N] [--cores N]
           [--snapshotBatches N] [--partitions N] [--preset P]

Made readings of N devices, --rows of each in every batch, one batch after the other, in local mode with files in place
of Kafka and nothing in place of a sink, so that Spark's own cost is what differs. Prints one line a figure; the first
batch, which starts the Python workers, stands apart.
"""
import argparse
import collections
import json
import os
import pathlib
import statistics
import sys
import tempfile
import time

import cortado

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support.readings import make_rows  # noqa: E402
from support.spark_stream import Stream, to_records  # noqa: E402


def make_session(options, folder):
    from pyspark.sql import SparkSession
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master(f"local[{options.cores}]").appName("spark_rate")
    for name, value in {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": options.partitions,
                        "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
                        "spark.local.dir": folder, "spark.driver.memory": "2g", "spark.log.level": "ERROR",
                        "spark.sql.streaming.numRecentProgressUpdates": "1000"}.items():
        builder = builder.config(name, str(value))
    return builder.getOrCreate()


def run(session, stream, options):
    """The progress of every batch."""
    from cortado_spark import detect
    source = (session.readStream.schema(session.read.parquet(str(stream.folder / "in")).schema)
              .option("maxFilesPerTrigger", 1).parquet(str(stream.folder / "in")))
    outcomes = detect(source, {"snapshotBatches": options.snapshotBatches,
                               "config": {"detector": {"preset": options.preset}}})
    query = (outcomes.writeStream.format("noop").option("checkpointLocation", stream.checkpoint)
             .trigger(availableNow=True).start())
    query.awaitTermination()
    return [json.loads(progress.json) for progress in query.recentProgress if progress.numInputRows]


def state_bytes(checkpoint):
    """Bytes of the state's files by batch."""
    sizes = collections.Counter()
    for path in pathlib.Path(checkpoint, "state").rglob("*"):
        number = path.name.split(".")[0].split("_")[0]
        if path.is_file() and number.isdigit() and path.suffix in (".changelog", ".zip", ".sst"):
            sizes[int(number)] += path.stat().st_size
    return sizes


def median(values):
    return statistics.median(values) if values else float("nan")


def print_batches(progress, options):
    later = progress[1:]
    seconds = [one["durationMs"]["triggerExecution"] / 1000 for one in later]
    rows = later[0]["numInputRows"]
    print(f"first batch {progress[0]['durationMs']['triggerExecution'] / 1000:.2f} s; then {len(later)} of {rows} records: "
          f"median {median(seconds):.2f} s, longest {max(seconds):.2f} s, "
          f"{rows / median(seconds) / options.cores:.0f} records/s and core")
    for part in ("addBatch", "queryPlanning", "walCommit", "commitOffsets", "commitBatch", "latestOffset", "getBatch"):
        found = [one["durationMs"][part] for one in later if part in one["durationMs"]]
        if found:
            print(f"  {part}: median {median(found):.0f} ms")
    for part in ("allUpdatesTimeMs", "allRemovalsTimeMs", "commitTimeMs"):
        found = [sum(operator[part] for operator in one["stateOperators"]) for one in later]
        print(f"  state, all tasks together, {part}: median {median(found):.0f} ms")


def native_rate(records, preset):
    """Records a second of the same code without Spark, on one core."""
    enricher = cortado.Enricher(detector={"preset": preset})
    start = time.process_time()
    enricher.run([record["value"] for record in records])
    return len(records) / (time.process_time() - start)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("devices", 100), ("batches", 30), ("rows", 20), ("cores", 2), ("partitions", 2),
                          ("snapshotBatches", 20)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--preset", default="seed")
    options = parser.parse_args()
    records = to_records(make_rows(options.devices, options.rows * options.batches), 10)
    with tempfile.TemporaryDirectory() as folder:
        session = make_session(options, folder)
        stream = Stream(session, pathlib.Path(folder) / "stream")
        stream.add(records, options.batches)
        progress = run(session, stream, options)
        sizes = [size for _, size in sorted(state_bytes(stream.checkpoint).items())]
        session.stop()
    print(f"{os.cpu_count()} cores; {vars(options)}")
    print_batches(progress, options)
    print(f"state: {sum(sizes) / len(progress) / 1e6:.2f} MB a batch in the mean, {max(sizes) / 1e6:.2f} MB the most")
    print(f"the same records without Spark: {native_rate(records, options.preset):.0f} records/s and core")


if __name__ == "__main__":
    main()
