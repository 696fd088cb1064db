# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""`cortado bench htm` small: its keys, and figures that can be true."""
import json

import pytest

from support import program
from support.readings import make_rows, write_csv
from support.rows import read_csv

KEYS = {"preset", "records", "trained", "devices", "turn", "cpu", "kernels", "records_per_s", "records_per_cpu_s",
        "stages_us", "bytes_per_device", "rss_bytes_per_device", "raw_bytes", "stored_bytes", "save_ms", "compress_ms",
        "restore_ms", "new_device_ms", "base_ms", "mean_raw_anomaly", "zero_share", "segments", "synapses"}
STAGES = ("encode", "pooler", "memory", "classifier")
DEVICE = "36-002-0010-44201-1"


def bench(*words):
    return json.loads(program.run("bench", "htm", "--json", *words).stdout)


@pytest.fixture(scope="module")
def seed():
    return bench("--preset", "seed", "--records", 700)


def test_every_key_is_there(seed):
    assert KEYS <= seed.keys()
    assert seed["preset"] == "seed" and seed["records"] == 700 and seed["devices"] == 1


def test_every_stage_of_a_model_is_timed(seed):
    assert list(seed["stages_us"]) == list(STAGES)
    assert all(seed["stages_us"][stage] > 0 for stage in STAGES)
    without = bench("--preset", "last_value", "--records", 50)["stages_us"]
    assert all(without[stage] == 0 for stage in STAGES)


def test_bytes_add_up(seed):
    parts = dict(seed["bytes_per_device"])
    total = parts.pop("total")
    assert sum(parts.values()) == total
    assert all(parts[part] > 0 for part in ("pooler", "memory", "model"))
    assert 0 < seed["stored_bytes"] <= seed["raw_bytes"]


def test_times_and_statistics_are_plausible(seed):
    assert all(seed[key] > 0 for key in ("records_per_s", "records_per_cpu_s", "save_ms", "compress_ms",
                                         "restore_ms", "new_device_ms", "base_ms"))
    assert 0 < seed["mean_raw_anomaly"] < 1 and 0 < seed["zero_share"] < 1
    assert 0 < seed["segments"] < seed["synapses"]


def test_the_same_run_gives_the_same_statistics(seed):
    again = bench("--preset", "seed", "--records", 700)
    for key in ("mean_raw_anomaly", "zero_share", "segments", "synapses", "raw_bytes", "forecast_error"):
        assert again[key] == seed[key], key


def test_default_is_the_configured_preset():
    assert bench("--preset", "default", "--records", 5)["preset"] == bench("--records", 5)["preset"]
    assert bench("--set", "detector.preset=last_value", "--records", 5)["preset"] == "last_value"


def test_nupic_is_measured_too():
    nupic = bench("--preset", "nupic", "--records", 300)
    assert nupic["preset"] == "nupic"
    assert nupic["bytes_per_device"]["classifier"] == 0 and nupic["segments"] > 0


def test_real_rows_score_as_in_a_replay(tmp_path):
    """Rows without a value reach no model in a replay either."""
    source = write_csv(tmp_path / "in.csv", make_rows(devices=2, hours=120))
    program.run("replay", source, "-o", tmp_path / "out.csv", "--preset", "seed")
    replayed = [float(row["anomaly"]) for row in read_csv(tmp_path / "out.csv")
                if row["device"] == DEVICE and row["anomaly"]]
    assert 100 < len(replayed) < 120
    result = bench("--preset", "seed", "--input", source, "--device", DEVICE, "--trained", 20,
                   "--scores", tmp_path / "scores.txt")
    assert result["records"] == len(replayed) - 20
    assert [float(line) for line in (tmp_path / "scores.txt").read_text().split()] == replayed[20:]


def test_a_fleet_of_copies_is_as_large_as_it_says():
    fleet = bench("--preset", "seed", "--records", 4, "--trained", 300, "--devices", 200, "--turn", 2)
    total = fleet["bytes_per_device"]["total"]
    assert abs(fleet["rss_bytes_per_device"] - total) < 0.25 * total
    assert 0 < fleet["segments"] and fleet["devices"] == 200


def test_what_cannot_be_measured_is_refused(tmp_path):
    source = write_csv(tmp_path / "in.csv", make_rows(devices=1, hours=20))
    too_few = program.run("bench", "htm", "--input", source, "--trained", 100, expect=program.USAGE)
    assert "--trained 100" in too_few.stderr
    missing = program.run("bench", "htm", "--input", source, "--device", "nobody", expect=program.FAILED)
    assert "nobody" in missing.stderr
    program.run("bench", "htm", "--records", 0, expect=program.USAGE)
    program.run("bench", expect=program.USAGE)
