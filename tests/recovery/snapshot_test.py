# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What a worker does about snapshots that are damaged, gone or of another configuration."""
import shutil

import pytest

from support import program
from support.oracle import check_exactly_once
from support.readings import make_rows, write_csv
from support.rows import read_csv

PIECE = 200  # hours of one run


@pytest.fixture(scope="module")
def three_runs(make_pipeline, tmp_path_factory):
    """A pipeline after three clean runs of PIECE hours each, so that three snapshots exist."""
    pipeline, folder = make_pipeline(partitions=1), tmp_path_factory.mktemp("pieces")
    source = write_csv(folder / "all.csv", make_rows(2, 4 * PIECE))
    program.run("replay", source, "-o", folder / "replayed.csv")
    pipeline.rows = read_csv(folder / "replayed.csv")
    for number in range(3):
        piece = make_rows(2, PIECE, first_hour=number * PIECE)
        pipeline.generate(write_csv(folder / f"piece-{number}.csv", piece))
        worker = pipeline.detect()
        pipeline.wait_for_all(worker)
        assert worker.terminate() == program.OK
    pipeline.original_state = pipeline.state
    return pipeline


@pytest.fixture
def pipeline(three_runs, tmp_path):
    """The same with a copy of the state, to be damaged."""
    three_runs.state = shutil.copytree(three_runs.original_state, tmp_path / "state")
    three_runs.config["state"]["dir"] = str(three_runs.state)
    return three_runs


def lane_files(pipeline):
    """Manifests and packs of the lane's folder, by number: the newest last."""
    folder = pipeline.state / pipeline.input / "0"
    return sorted(path for path in folder.iterdir() if path.suffix in (".manifest", ".pack"))


def manifests(pipeline):
    return [path for path in lane_files(pipeline) if path.suffix == ".manifest"]


def flip_a_byte(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x40
    path.write_bytes(data)


def test_without_any_usable_snapshot_it_stops_and_says_what_to_do(pipeline):
    for path in lane_files(pipeline):
        flip_a_byte(path)
    before = pipeline.broker.count(pipeline.output)
    worker = pipeline.detect()
    assert worker.wait() == program.FAILED
    assert str(pipeline.state / pipeline.input / "0") in worker.log
    assert pipeline.broker.count(pipeline.output) == before


def test_state_that_is_gone_is_never_silently_begun_anew(pipeline):
    shutil.rmtree(pipeline.state)
    before = pipeline.broker.count(pipeline.output)
    worker = pipeline.detect()
    assert worker.wait() == program.FAILED
    assert str(pipeline.state) in worker.log
    assert pipeline.broker.count(pipeline.output) == before


def test_state_of_another_configuration_is_refused(pipeline):
    worker = pipeline.detect("--set", "detector.seed=7")
    assert worker.wait() == program.USAGE
    assert "model" in worker.log


def test_at_most_three_snapshots_are_kept(pipeline):
    assert len(manifests(pipeline)) == 3


def test_a_damaged_newest_snapshot_is_passed_over_for_the_one_before(pipeline):
    """The last test here: it commits, and the copies of the others know nothing of it."""
    newest = manifests(pipeline)[-1]
    flip_a_byte(newest)
    piece = make_rows(2, PIECE, first_hour=3 * PIECE)
    pipeline.generate(write_csv(pipeline.folder / "piece-3.csv", piece))
    worker = pipeline.detect()
    pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK
    # It says so; what lies between the two snapshots is scored again and not written again.
    assert newest.name in worker.log
    check_exactly_once(pipeline, pipeline.rows)
