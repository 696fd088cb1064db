# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Eight years of real ozone readings, and seven pollutants: a replay and the ways through Kafka agree."""
import functools
import gzip
import itertools
import json
import pathlib
import re

import pytest

from support import program
from support.rows import differences, read_csv

ROOT = pathlib.Path(__file__).resolve().parents[2]


def overrides(path):
    """The ranges of a configuration file that holds nothing else, one to a line."""
    items = re.findall(r'device: "([^"]+)", encoder: \{ min: (\S+), max: (\S+) \}', path.read_text())
    return [{"device": d, "encoder": {"min": float(low), "max": float(high)}} for d, low, high in items]


@pytest.fixture(scope="module")
def replay(shared_data, tmp_path_factory):
    """replay(preset): the ozone file, its rows scored without any Kafka, and the run's summary."""
    source = shared_data / "marylebone_ozone_1998-2005.csv.gz"

    @functools.cache
    def run(preset):
        output = tmp_path_factory.mktemp("real") / "replayed.csv"
        result = program.run("replay", source, "-o", output, "--preset", preset, "--json", timeout=300)
        return source, read_csv(output), program.summary_of(result.stdout)
    return run


@pytest.mark.parametrize("preset", ["seed", "multiscale"])
def test_replay_keeps_every_row(replay, preset):
    _, rows, summary = replay(preset)
    assert len(rows) == summary["records_in"] == summary["records_out"] == 62_944
    assert summary["devices"] == 1 and summary["records_rejected"] == 0


@pytest.mark.parametrize("preset, partitions", [("seed", 10), ("seed", 1), ("multiscale", 10)])
def test_the_way_through_kafka_gives_the_same_rows(replay, make_pipeline, preset, partitions):
    source, rows, _ = replay(preset)
    pipeline = make_pipeline(partitions)
    pipeline.config["detector"] = {"preset": preset}
    worker = pipeline.detect()
    pipeline.generate(source)
    enriched = pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK
    assert len(enriched) == len(rows)
    assert differences([record.json for record in enriched], rows) == []


def test_seven_devices_keep_their_order_and_lose_nothing(shared_data, make_pipeline, full, tmp_path):
    """All 427,958 rows of seven devices with --full, else the first months of each."""
    source = shared_data / "marylebone_all_1998-2005.csv.gz"
    if not full:
        with gzip.open(source, "rt", encoding="utf-8") as file:
            (tmp_path / "first.csv").write_text("".join(itertools.islice(file, 20_001)), encoding="utf-8")
        source = tmp_path / "first.csv"
    ranges = ROOT / "bench/marylebone.yaml"
    program.run("replay", source, "-o", tmp_path / "replayed.csv", "-c", ranges, timeout=300)
    rows = read_csv(tmp_path / "replayed.csv")
    pipeline = make_pipeline(10)
    worker = pipeline.detect("--set", "detector.preset=seed",
                             "--set", f"detector.overrides={json.dumps(overrides(ranges))}")
    pipeline.generate(source)
    enriched = pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK
    assert len(enriched) == len(rows) == (427_958 if full else 20_000)
    last = {}
    for record in sorted(enriched, key=lambda one: one.source):
        device, sequence = record.json["device"], record.json["sequence"]
        assert sequence == last.get(device, 0) + 1, device
        last[device] = sequence
    assert len(last) == 7
    assert differences([record.json for record in enriched], rows) == []
