# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The whole program, cross-built for arm64 and run by qemu: what it writes is, byte for byte, what this machine's own writes."""
import pathlib

import pytest

from support import program
from support.readings import make_rows, write_csv
from support.rows import read_csv

ROOT = pathlib.Path(__file__).resolve().parents[2]
ARM64 = ["qemu-aarch64", "-L", ROOT / "build/arm64-sysroot", ROOT / "build/arm64-full/apps/cortado/cortado"]
# Written on x86-64.
SNAPSHOTS = ROOT / "libs/checkpoint/tests/data/state-v1"


def written(path, *words):
    """What both programs write into the file `path` of the command's last option: this machine's, arm64's."""
    contents = []
    for number, command in enumerate([[program.BINARY], ARM64]):
        output = path.with_suffix(f".{number}")
        program.run(*words, output, command=command, timeout=600)
        contents.append(output.read_bytes())
    return contents


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Five months of three devices, with a fault that the default preset alarms of."""
    rows = make_rows(devices=3, hours=3600)
    for row in rows[9000:9060:3]:
        row["sampleMeasurement"] = "0.6"
    return write_csv(tmp_path_factory.mktemp("arm64") / "in.csv", rows)


def test_it_says_its_version_and_that_of_its_kafka_client():
    said = program.run("version", command=ARM64).stdout
    assert "cortado" in said and "librdkafka" in said
    # No x86's among its kernels.
    assert "kernels plain of plain\n" in said


@pytest.mark.parametrize("preset", ["seed", "nupic", "multiscale"])
def test_a_replay_writes_the_same_bytes(source, tmp_path, preset):
    native, emulated = written(tmp_path / "out.csv", "replay", source, "--preset", preset, "-o")
    assert emulated == native
    rows = read_csv(tmp_path / "out.1")
    assert len(rows) == 10_800
    assert preset != "multiscale" or any(row["status"] == "alarm" for row in rows)


def test_snapshots_of_the_other_processor_are_read_and_exported_as_there(tmp_path):
    stored = ["--offline", "--set", f"state.dir={SNAPSHOTS}", "--set", "kafka.input_topic=in"]
    verified = [program.run("state", "verify", *stored, command=command).stdout for command in ([program.BINARY], ARM64)]
    assert verified[0].count("ok, 3 devices") == 2 and verified[1] == verified[0]
    native, emulated = written(tmp_path / "states.bin", "state", "export", *stored, "-o")
    assert emulated == native
