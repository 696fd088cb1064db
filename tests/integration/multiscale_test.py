# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The default preset, multiscale, in a replay: its score contract and its sensor faults, by event time."""
import pytest

from support import program
from support.readings import make_row, write_csv
from support.rows import read_csv

WARM_UP = 100
SPIKE, FLAT, GAP = 900, 1100, 1400  # hours
FLAT_HOURS, GAP_HOURS = 30, 48


def readings():
    """Two months of one device with a spike, a line that stands still and an absence."""
    rows = [make_row(1, hour) for hour in range(1800)]
    rows = [row for row in rows if row["sampleMeasurement"] not in ("", "0.0985")]
    hours = {(row["dateGMT"], row["timeGMT"]): row for row in rows}
    assert len(hours) == len(rows)

    def at(hour):
        row = make_row(1, hour)
        return hours.get((row["dateGMT"], row["timeGMT"]))

    at(SPIKE)["sampleMeasurement"] = "0.600"
    for hour in range(FLAT, FLAT + FLAT_HOURS):
        if at(hour):
            at(hour)["sampleMeasurement"] = "0.033"
    absent = [at(hour) for hour in range(GAP, GAP + GAP_HOURS)]
    return [row for row in rows if row not in absent]


@pytest.fixture(scope="module")
def replayed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("multiscale")
    source = write_csv(folder / "in.csv", readings())
    program.run("replay", source, "-o", folder / "out.csv", "--set", 'detector.faults.limits=[{device: "36-*", low: 0, high: 0.5}]')
    return read_csv(folder / "out.csv")


def alarms(rows, first_hour, hours):
    times = {(row["dateGMT"], row["timeGMT"])
             for row in (make_row(1, hour) for hour in range(first_hour, first_hour + hours))}
    return [row["reason"] for row in rows
            if row["status"] == "alarm" and (row["dateGMT"], row["timeGMT"]) in times]


def test_score_band_and_status_keep_their_contract(replayed):
    for row in replayed:
        warming = int(row["modelAge"]) <= WARM_UP
        assert (row["status"] == "warming") == warming
        assert (row["score"] == "") == warming == (row["expectedLow"] == "") == (row["expectedHigh"] == "")
        assert (row["reason"] != "") == (row["status"] == "alarm")
        if not warming:
            assert 0 <= float(row["score"]) <= 1
            assert (float(row["score"]) >= 0.5) == (row["status"] == "alarm")
            assert float(row["expectedLow"]) <= float(row["prediction"]) <= float(row["expectedHigh"])


def test_each_fault_is_found_where_it_is_and_named(replayed):
    assert alarms(replayed, SPIKE, 1) == ["range"]
    assert alarms(replayed, FLAT, FLAT_HOURS).count("flat") == 1
    assert alarms(replayed, GAP + GAP_HOURS, 1) == ["gap"]


def test_quiet_hours_are_quiet(replayed):
    assert len([row for row in replayed if row["status"] == "alarm"]) <= 12
