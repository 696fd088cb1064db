# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What a worker does about snapshots that are damaged, gone, of another version or of another configuration."""
import shutil
import struct

import pytest

from support import models, program
from support.crc32c import crc32c
from support.oracle import in_order
from support.readings import make_rows, write_csv
from support.rows import differences, read_csv

PIECE = 200  # hours of one run
DEVICES = 2


class Ready:
    """A group after three clean runs of PIECE hours each, so that three snapshots exist, and a fourth piece of input that
    it has not read. The group's copies stand where it stands, and may be damaged."""

    def __init__(self, pipeline, folder):
        self.pipeline, self.folder, self.copies = pipeline, folder, 0
        source = write_csv(folder / "all.csv", make_rows(DEVICES, 4 * PIECE))
        program.run("replay", source, "-o", folder / "replayed.csv")
        self.rows = read_csv(folder / "replayed.csv")[3 * PIECE * DEVICES:]
        for number in range(4):
            piece = make_rows(DEVICES, PIECE, first_hour=number * PIECE)
            pipeline.generate(write_csv(folder / f"piece-{number}.csv", piece))
            if number < 3:
                worker = pipeline.detect()
                pipeline.wait_for_all(worker)
                assert worker.terminate() == program.OK
        self.state, self.config = pipeline.state, pipeline.config
        self.first = 3 * PIECE * DEVICES  # offset of the fourth piece
        self.models = models.undisturbed(pipeline)

    def copy(self):
        """The pipeline as another group, whose state and commit are the first one's."""
        self.copies += 1
        pipeline, group = self.pipeline, f"{self.config['kafka']['group_id']}-{self.copies}"
        pipeline.output = f"{self.config['kafka']['output_topic']}-{self.copies}"
        pipeline.state = shutil.copytree(self.state, self.folder / f"state-{self.copies}")
        for path in pipeline.state.glob("*/*/group"):
            path.write_text(group)
        pipeline.config = {**self.config, "state": {**self.config["state"], "dir": str(pipeline.state)},
                           "kafka": {**self.config["kafka"], "group_id": group, "output_topic": pipeline.output}}
        newest = files(pipeline, ".manifest")[-1].name
        program.run("state", "rewind", "-c", pipeline.write_config(), "-p", 0, "--to", newest, "--yes")
        return pipeline


@pytest.fixture(scope="module")
def ready(make_pipeline, tmp_path_factory):
    return Ready(make_pipeline(partitions=1), tmp_path_factory.mktemp("pieces"))


@pytest.fixture
def pipeline(ready):
    return ready.copy()


def files(pipeline, suffix):
    """The lane's manifests or packs, the newest last."""
    return sorted((pipeline.state / pipeline.input / "0").glob(f"*{suffix}"))


def flip_a_byte(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x40
    path.write_bytes(data)


def cut_short(path):
    path.write_bytes(path.read_bytes()[:-7])


def cut_to_nothing(path):
    path.write_bytes(b"")


def remove(path):
    path.unlink()


def set_version(path, version):
    """Sound otherwise."""
    data = bytearray(path.read_bytes())
    struct.pack_into("<H", data, 4, version)
    struct.pack_into("<I", data, len(data) - 4, crc32c(data[:-4]))
    path.write_bytes(data)


def check_goes_on(ready, pipeline, worker):
    """The fourth piece and nothing else is written, with the scores and models of one uninterrupted process."""
    pipeline.wait_for_output(worker, len(ready.rows))
    assert worker.terminate() == program.OK, worker.log
    records = pipeline.broker.read(pipeline.output)
    assert [record.source for record in records] == [(0, ready.first + i) for i in range(len(ready.rows))]
    assert differences([record.json for record in records], ready.rows) == []
    assert models.learned(pipeline) == ready.models


def check_stops(pipeline, *words):
    """It says why, and writes nothing."""
    worker = pipeline.detect()
    assert worker.wait() != program.OK
    for word in words:
        assert word in worker.log, worker.log
    assert pipeline.broker.count(pipeline.output) == 0


def test_the_copy_goes_on_where_the_group_stood(ready, pipeline):
    check_goes_on(ready, pipeline, pipeline.detect())


@pytest.mark.parametrize("damage, suffix", [
    (flip_a_byte, ".manifest"), (flip_a_byte, ".pack"), (cut_short, ".manifest"), (cut_short, ".pack"),
    (cut_to_nothing, ".manifest"), (cut_to_nothing, ".pack"), (remove, ".pack")])
def test_a_damaged_newest_snapshot_is_passed_over_for_the_one_before(ready, pipeline, damage, suffix):
    """What lies between the two snapshots is scored again and not written again."""
    damage(files(pipeline, suffix)[-1])
    worker = pipeline.detect()
    check_goes_on(ready, pipeline, worker)
    assert files(pipeline, ".manifest")[-1].name  # a new one is there
    assert "snapshot refused" in worker.log


def test_two_damaged_snapshots_are_passed_over_for_the_third(ready, pipeline):
    flip_a_byte(files(pipeline, ".manifest")[-1])
    cut_short(files(pipeline, ".pack")[-2])
    worker = pipeline.detect()
    check_goes_on(ready, pipeline, worker)
    assert worker.log.count("snapshot refused") == 2


@pytest.mark.parametrize("damage", [flip_a_byte, cut_to_nothing])
def test_with_devices_that_are_loaded_late_damage_is_found_all_the_same(ready, pipeline, damage):
    pipeline.config["state"]["max_resident_devices"] = 1
    damage(files(pipeline, ".pack")[-1])
    check_goes_on(ready, pipeline, pipeline.detect())


def test_without_any_usable_snapshot_it_stops_and_says_what_to_do(pipeline):
    for path in [*files(pipeline, ".manifest"), *files(pipeline, ".pack")]:
        flip_a_byte(path)
    check_stops(pipeline, str(pipeline.state / pipeline.input / "0"))


def test_a_missing_snapshot_that_the_commit_names_stops_it(pipeline):
    """The folder may be another one than the workers share: older snapshots prove nothing."""
    remove(files(pipeline, ".manifest")[-1])
    check_stops(pipeline, "state.dir is not shared by all workers", "state.store: kafka")


@pytest.mark.parametrize("version", [0, 65535])
def test_a_snapshot_of_another_version_stops_it(pipeline, version):
    """Of the one before the first release, and of one that is not yet."""
    set_version(files(pipeline, ".manifest")[-1], version)
    check_stops(pipeline, f"format version {version}", "run the version that wrote it")


def test_state_that_is_gone_is_never_silently_begun_anew(pipeline):
    shutil.rmtree(pipeline.state)
    check_stops(pipeline, str(pipeline.state))


def test_state_of_another_configuration_is_refused(pipeline):
    worker = pipeline.detect("--set", "detector.seed=7")
    assert worker.wait() == program.USAGE
    assert "model" in worker.log


def test_at_most_three_snapshots_are_kept(ready, pipeline):
    assert len(files(pipeline, ".manifest")) == 3
    worker = pipeline.detect()
    check_goes_on(ready, pipeline, worker)
    assert len(files(pipeline, ".manifest")) <= 3
    assert in_order(pipeline.broker.read(pipeline.output)) != ""  # it goes on, it does not begin anew
