# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Eight years of real ozone readings: a replay and two ways through Kafka give the same rows."""
import pytest

from support import program
from support.rows import differences, read_csv


@pytest.fixture(scope="module")
def replayed(shared_data, tmp_path_factory):
    source = shared_data / "marylebone_ozone_1998-2005.csv.gz"
    output = tmp_path_factory.mktemp("real") / "replayed.csv"
    result = program.run("replay", source, "-o", output, "--preset", "seed", "--json", timeout=300)
    return source, read_csv(output), program.summary_of(result.stdout)


def test_replay_keeps_every_row(replayed):
    _, rows, summary = replayed
    assert len(rows) == summary["records_in"] == summary["records_out"] == 62_944
    assert summary["devices"] == 1 and summary["records_rejected"] == 0


@pytest.mark.parametrize("partitions", [10, 1])
def test_the_way_through_kafka_gives_the_same_rows(replayed, make_pipeline, partitions):
    source, rows, _ = replayed
    pipeline = make_pipeline(partitions)
    pipeline.config["detector"] = {"preset": "seed"}
    worker = pipeline.detect()
    pipeline.generate(source)
    enriched = pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK
    assert len(enriched) == len(rows)
    assert differences([record.json for record in enriched], rows) == []
