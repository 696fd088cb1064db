#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What a batch costs inside Spark: time, where it goes, bytes of state; beside the same records without Spark.

usage: build/spark/venv/bin/python bench/spark_rate.py [--devices N...] [--age N] [--batches N] [--rows N] [--cores N]
           [--snapshotBatches N] [--partitions N] [--preset P]

Made readings of N devices, --rows of each in every batch, one batch after the other, in local mode with files in place
of Kafka and nothing in place of a sink, so that Spark's own cost is what differs. With --age the devices' models have
learned so many readings before, as far as SERIES different ones go, and come as Spark's initial state. Prints one line a
figure; the first batch, which starts the Python workers and takes the initial state, stands apart.
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

import pyarrow as pa
import pyarrow.parquet as pq

import cortado

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support.readings import by_device, make_rows  # noqa: E402
from support.spark_stream import Stream, to_records  # noqa: E402

SERIES = 20
KAFKA_PARTITIONS = 10


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


def grown(records, options, folder):
    """Models that have learned --age readings, one for each device of the records, as a table of schemas.INITIAL."""
    enricher = cortado.Enricher(detector={"preset": options.preset})
    blobs = []
    for device, rows in by_device(make_rows(SERIES, options.age)).items():
        model = enricher.make_device(device)
        model.run([json.dumps(row).encode() for row in rows])
        blobs.append(model.save())
    places = {record["key"].decode(): record["partition"] for record in records}
    names = list(places)
    pq.write_table(pa.table({
        "device": names, "lane": pa.array([-1] * len(names), pa.int32()), "topic": ["raw"] * len(names),
        "partition": pa.array(places.values(), pa.int32()), "offset": pa.array([-1] * len(names), pa.int64()),
        "blob": [blobs[index % len(blobs)] for index in range(len(names))]}), folder / "grown.parquet")
    print(f"models of {options.age} readings: {statistics.mean(map(len, blobs)) / 1e3:.0f} kB each")
    return folder / "grown.parquet"


def run(session, stream, options, initial):
    """The progress of every batch."""
    from cortado_spark import detect, schemas
    source = (session.readStream.schema(session.read.parquet(str(stream.folder / "in")).schema)
              .option("maxFilesPerTrigger", 1).parquet(str(stream.folder / "in")))
    known = session.read.schema(schemas.INITIAL).parquet(str(initial)) if initial else None
    outcomes = detect(source, {"snapshotBatches": options.snapshotBatches,
                               "config": {"detector": {"preset": options.preset}}}, known)
    query = (outcomes.writeStream.format("noop").option("checkpointLocation", stream.checkpoint)
             .trigger(availableNow=True).start())
    query.awaitTermination()
    return [json.loads(progress.json) for progress in query.recentProgress if progress.numInputRows]


def state_bytes(checkpoint):
    """Bytes that each batch wrote and waited for, in order, and of the snapshots that Spark makes of them at leisure."""
    changes, snapshots = collections.Counter(), 0
    for path in pathlib.Path(checkpoint, "state").rglob("*"):
        if path.suffix == ".changelog":
            changes[int(path.name.split(".")[0].split("_")[0])] += path.stat().st_size
        elif path.suffix in (".zip", ".sst"):
            snapshots += path.stat().st_size
    return [size for _, size in sorted(changes.items())], snapshots


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


def native_rate(records, preset, initial):
    """Records a second of the same models in the same code without Spark, on one core."""
    enricher = cortado.Enricher(detector={"preset": preset})
    for known in pq.read_table(initial).to_pylist() if initial else []:
        enricher.load_device(known["device"], known["blob"])
    start = time.process_time()
    enricher.run([record["value"] for record in records])
    return len(records) / (time.process_time() - start)


def measure(session, devices, options, folder):
    records = to_records(make_rows(devices, options.rows * options.batches, first_hour=options.age), KAFKA_PARTITIONS)
    stream = Stream(session, folder / "stream")
    initial = grown(records, options, folder) if options.age else None
    stream.add(records, options.batches)
    progress = run(session, stream, options, initial)
    (first, *later), snapshots = state_bytes(stream.checkpoint)
    print(f"{devices} devices, load {os.getloadavg()[0]:.1f}")
    print_batches(progress, options)
    print(f"  state: {statistics.mean(later) / 1e6:.2f} MB a batch in the mean, {max(later) / 1e6:.2f} MB the most; the first "
          f"{first / 1e6:.2f} MB; snapshots {snapshots / 1e6:.1f} MB in all")
    print(f"  the same records without Spark: {native_rate(records, options.preset, initial):.0f} records/s and core")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--devices", type=int, nargs="+", default=[100])
    for name, default in (("age", 0), ("batches", 30), ("rows", 20), ("cores", 2), ("partitions", 2), ("snapshotBatches", 20)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--preset", default="seed")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores; {vars(options)}")
    with tempfile.TemporaryDirectory() as folder:
        session = make_session(options, folder)
        for devices in options.devices:
            measure(session, devices, options, pathlib.Path(folder) / str(devices))
        session.stop()


if __name__ == "__main__":
    main()
