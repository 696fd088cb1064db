# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""bench/load: the scripts behind the measured figures run, and count what they were fed. How fast is the machine's."""
import gzip
import json
import pathlib
import subprocess
import sys

import pytest

from support.readings import make_rows, write_csv

BENCH = pathlib.Path(__file__).resolve().parents[2] / "bench/load"
DEVICES, ROWS = 2, 400


@pytest.fixture(scope="module")
def readings(tmp_path_factory):
    plain = write_csv(tmp_path_factory.mktemp("readings") / "readings.csv", make_rows(DEVICES, ROWS))
    packed = plain.with_suffix(".csv.gz")
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    return packed


def told_by(script, *words):
    """The JSON objects that a script prints."""
    result = subprocess.run([sys.executable, BENCH / script, *map(str, words)], capture_output=True, text=True, timeout=300,
                            check=False)
    assert result.returncode == 0, "\n".join(line for line in result.stderr.splitlines() if "|rdkafka#" not in line)[-4000:]
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_drain_scores_the_whole_file(readings):
    run, = told_by("load.py", "drain", readings, "--warm-up", 1)
    assert run["generated"] == run["records_in"] == run["records_out"] == DEVICES * ROWS
    assert run["records_per_s"] > 0 and run["cpu_us_per_record"]["detect"] > 0


def test_a_fixed_rate_is_watched(readings):
    """Whether it is held is the machine's."""
    run, = told_by("load.py", "hold", readings, "--clones", 2, "--rows", 4000, "--rate", 100, "--seconds", 5, "--settle", 1)
    assert run["rate"] == 100 and run["held"] in (True, False)
    assert run["batches"] > 0 and 0 < run["delay_ms_p50"] <= run["delay_ms_p99"]


def test_restart_is_told_by_part(readings):
    """After a kill, what no snapshot held is replayed; after a good end, nothing."""
    killed, ended = told_by("exactly_once.py", "restart", readings, "--clones", 3, "--rows", 40, "--rate", 200)
    assert (killed["after"], ended["after"]) == ("SIGKILL", "SIGTERM")
    assert killed["devices"] == ended["devices"] == 3 * DEVICES
    assert killed["replayed"] > 0 and ended["replayed"] == 0
    assert killed["whole_s"] > 0


def test_snapshots_at_their_budget_and_none_are_measured_in_turn(readings):
    runs = told_by("exactly_once.py", "snapshots", readings, "--pairs", 1)
    assert [run.get("checkpoint_interval") for run in runs] == ["24h", "10ms", None]
    assert all(run["records_out"] == DEVICES * ROWS for run in runs[:-1])
    assert runs[-1]["median_per_s"].keys() == {"none", "budget"}
