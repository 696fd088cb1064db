# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Only with --full: all real readings, 427,958 rows of seven devices, from ten partitions through two executors; the
demo with its pictures, and the benches."""
import os
import pathlib
import re
import statistics
import struct
import subprocess
import sys

import pytest

from support.real_readings import ROWS, Readings
from support.spark_job import read_progress

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHUFFLED_JOB = pathlib.Path(__file__).parent / "shuffled_job.py"
ROWS_A_BATCH = 20_000


@pytest.fixture(scope="module")
def readings(tmp_path_factory):
    return Readings(tmp_path_factory.mktemp("readings"), "seed", ROWS)


@pytest.mark.parametrize("way", ["warm", "cold and shuffled"])
def test_all_real_readings(cluster, make_flow, readings, way):
    """Warm: as a user runs it. Cold and shuffled: records in random order, every model made anew in every batch."""
    flow = make_flow(cluster.master, settings=())
    flow.config["detector"] = readings.detector
    flow.generate(readings.csv)
    words = ["--triggerInterval", "0 seconds", "--maxOffsetsPerTrigger", str(ROWS_A_BATCH)]
    cold = ["--liveModels", "0", "--snapshotBatches", "3", "--snapshotTail", "1000000"]
    job = flow.submit(*words, *cold, script=SHUFFLED_JOB) if way != "warm" else flow.submit(*words)
    repeated = flow.check_all_there(job, readings.replayed, within=1800)
    assert repeated == 0 and flow.broker.count(flow.dead_letters) == 0
    seconds = [told["durationMs"]["triggerExecution"] / 1000 for told in job.progress()]
    print(f"{way}: {len(seconds)} batches, {statistics.median(seconds[1:]):.1f} s in the median, "
          f"{ROWS / sum(seconds):.0f} records/s in all")


def said_by(*words):
    """What a script of ours prints, run to its end."""
    result = subprocess.run([*map(str, words)], capture_output=True, text=True, check=False, timeout=1800,
                            env={**os.environ, "SPARK_PYTHON": sys.executable})
    assert result.returncode == 0, result.stderr[-6000:]
    return result.stdout


def left_running(folder):
    """Command lines of processes that name a folder."""
    found = []
    for process in pathlib.Path("/proc").iterdir():
        try:
            command = (process / "cmdline").read_bytes().decode(errors="replace") if process.name.isdigit() else ""
        except OSError:
            continue
        if str(folder) in command:
            found.append(command)
    return found


def test_the_demo_runs_and_its_pictures_are_taken(readings, tmp_path):
    """script/spark-demo as a user starts it: Kafka, generator, a cluster of two workers, the job, Spark's pages."""
    said_by(ROOT / "script/spark-evidence", readings.csv, "--batches", 4, "--out", tmp_path)
    for name in ("query", "stages", "stage"):
        head = (tmp_path / f"{name}.png").read_bytes()[:24]
        assert head.startswith(b"\x89PNG") and struct.unpack(">I", head[16:20]) == (1400,), name
    log = (tmp_path / "driver.log").read_text(encoding="utf-8")
    progress = read_progress(log)
    assert len(progress) >= 4 and {told["name"] for told in progress} == {"anomaly_detector"}
    assert str(ROOT) not in log
    assert left_running(ROOT / "build/spark-evidence") == []


def test_the_benches_print_what_the_guide_quotes(readings):
    rate = said_by(sys.executable, ROOT / "bench/spark_rate.py", "--devices", 3, 5, "--age", 40, "--batches", 4, "--rows", 5)
    assert re.findall(r"^(\d+) devices, load", rate, re.M) == ["3", "5"]
    assert len(re.findall(r"state: [\d.]+ MB a batch in the mean", rate)) == 2
    pace = said_by(sys.executable, ROOT / "bench/spark_pace.py", readings.csv, "--rate", 300, "--batches", 2)
    counted = re.search(r"300 records/s, a batch every 3 s: \d+ of (\d+) batches after the first", pace)
    # Those before it measures and those it measures, but the first: none is left out. How many keep pace is the machine's.
    assert int(counted[1]) >= 5 + 2 - 1
    assert re.search(r"\d+ us in Spark \(\d+ records/s and core\), \d+ us in cortado detect", pace)
    assert re.search(r"of Python, decoding, model, encoding: [\d.]+ us", pace)
