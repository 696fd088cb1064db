# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Scores are bit for bit those of `cortado replay`: a made file always, the real readings where they are."""
import csv
import gzip
import json

import numpy as np
import pandas as pd
import pytest

from cortado import Detector, Enricher, Model
from support.readings import NAMES, make_rows, write_csv
from support.rows import bits, differences

NUMBERS = ("prediction", "error", "anomaly", "predictionNext", "score", "expectedLow", "expectedHigh")


def number(text):
    try:
        return float(text)
    except ValueError:
        return float("nan")


def to_frame(rows):
    return pd.DataFrame({"device": ["-".join(row[name] for name in NAMES[:5]) for row in rows],
                         "time": [f"{row['dateGMT']}T{row['timeGMT']}Z" for row in rows],
                         "value": [number(row["sampleMeasurement"]) for row in rows]})


def unlike(scored, rows):
    """The first differences between a scored frame and the replayed rows, in order."""
    found = []
    for index, (mine, row) in enumerate(zip(scored.itertuples(), rows, strict=True)):
        for name in NUMBERS:
            value, text = getattr(mine, name), row.get(name) or ""
            if np.isnan(value) if text == "" else bits(value) == bits(float(text)):
                continue
            found.append((index, name, value, text))
        for name in ("device", "status", "sequence", "modelAge", "modelHash"):
            if str(getattr(mine, name)) != row[name]:
                found.append((index, name))
    return found[:5]


@pytest.mark.parametrize("preset", ["multiscale", "seed", "nupic", "last_value"])
def test_a_made_file(preset, replay, tmp_path):
    rows = make_rows(devices=3, hours=500)
    replayed = replay(write_csv(tmp_path / "in.csv", rows), tmp_path / "out.csv", "--preset", preset)
    assert unlike(Detector(preset=preset).score(to_frame(rows)), replayed) == []


@pytest.mark.parametrize("preset", ["seed", "multiscale"])
def test_the_enriched_bytes_of_a_made_file(preset, replay, tmp_path):
    rows = make_rows(devices=2, hours=500)
    replayed = replay(write_csv(tmp_path / "in.csv", rows), tmp_path / "out.csv", "--preset", preset)
    outcomes = Enricher(detector={"preset": preset}).run([json.dumps(row).encode() for row in rows])
    assert len(outcomes.enriched) == len(rows)
    assert differences([json.loads(record.value) for record in outcomes.enriched], replayed) == []


def test_eight_years_of_ozone(shared_data, replay, tmp_path):
    source = shared_data / "marylebone_ozone_1998-2005.csv.gz"
    replayed = replay(source, tmp_path / "out.csv", "--preset", "seed")
    with gzip.open(source, "rt", newline="", encoding="utf-8") as file:
        rows = [dict(zip(NAMES, row)) for row in list(csv.reader(file))[1:]]
    frame = to_frame(rows)
    assert len(frame) == 62_944
    assert unlike(Detector(preset="seed").score(frame), replayed) == []
    alone = Model(frame.device[0], preset="seed").update_many(frame.time, frame.value)
    wanted = [float(row["anomaly"]) if row["anomaly"] else np.nan for row in replayed]
    assert alone.anomaly.tobytes() == np.array(wanted).tobytes()
