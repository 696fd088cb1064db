#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What update_many adds to the C++ core, a record: both score the same readings in turns.

usage: python bench/python_overhead.py FILE [--rounds N]     with the module installed

FILE is an EPA hourly CSV of one device. Needs build/release/bench/model_bench (`cmake --build --preset release
--target model_bench`). CPU time; the quickest of the rounds counts on both sides.
"""
import argparse
import csv
import gzip
import json
import os
import pathlib
import platform
import subprocess
import time

import numpy as np

from cortado import Model

ROOT = pathlib.Path(__file__).resolve().parents[1]
BENCH, CONFIG = ROOT / "build/release/bench/model_bench", ROOT / "bench/marylebone.yaml"


def read(path):
    """Times and values of a file's rows."""
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt", newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    times = np.array([f"{row[11]}T{row[12]}" for row in rows], dtype="datetime64[ms]")
    return times, np.array([float(row[13]) if row[13] else np.nan for row in rows])


def python_seconds(times, values):
    model = Model(preset="seed")
    start = time.process_time()
    model.update_many(times, values)
    return time.process_time() - start


def core_seconds(path):
    """CPU seconds of the C++ program's own loop."""
    said = subprocess.run([BENCH, path, CONFIG, "1", "seed"], check=True, capture_output=True, text=True).stdout
    result = json.loads(said)
    assert len(result["devices"]) == 1, "the file must hold one device"
    return result["cpu_seconds"]


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    return f"{names[0] if names else platform.machine()}, {os.cpu_count()} cores"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    times, values = read(options.file)
    rounds = [(core_seconds(options.file), python_seconds(times, values)) for _ in range(options.rounds)]
    core, python = (min(side) * 1e6 / len(values) for side in zip(*rounds))
    print(f"{processor()}; {len(values)} readings, preset seed, {options.rounds} rounds")
    print(f"C++ {core:.3f} us a reading, update_many {python:.3f} us: {100 * (python / core - 1):+.1f}%")


if __name__ == "__main__":
    main()
