# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The installed program runs by itself, wherever it was put and from any folder."""
import csv
import pathlib
import subprocess

import pytest

from support import program
from support.readings import make_rows, write_csv

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    prefix = tmp_path_factory.mktemp("prefix")
    subprocess.run(["cmake", "--install", ROOT / "build/release", "--prefix", prefix], check=True,
                   capture_output=True)
    return prefix / "bin/cortado"


def run(binary, folder, *words, **environment):
    return subprocess.run([binary, *words], cwd=folder, env={"PATH": "/usr/bin", **environment},
                          capture_output=True, text=True, timeout=60, check=False)


def test_it_says_its_version_and_that_of_its_kafka_client(installed, tmp_path):
    result = run(installed, tmp_path, "version")
    assert result.returncode == program.OK
    assert "cortado" in result.stdout and "librdkafka" in result.stdout


def test_it_scores_a_file_without_anything_else(installed, tmp_path):
    source = write_csv(tmp_path / "in.csv", make_rows(devices=2, hours=30))
    result = run(installed, tmp_path, "replay", source.name, "-o", "out.csv", "--json")
    assert result.returncode == program.OK, result.stderr
    assert program.summary_of(result.stdout)["records_out"] == 60
    with open(tmp_path / "out.csv", newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 60
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_every_kernel_set_gives_the_same_rows(installed, tmp_path):
    source = write_csv(tmp_path / "in.csv", make_rows(devices=2, hours=300))
    said = run(installed, tmp_path, "version").stdout
    sets = next(line.split(" of ")[1].split() for line in said.splitlines() if line.startswith("kernels "))
    assert sets[-1] == "plain"
    rows = set()
    for name in sets:
        result = run(installed, tmp_path, "replay", source.name, "-o", f"{name}.csv", CORTADO_KERNELS=name)
        assert result.returncode == program.OK, result.stderr
        assert f"kernels {name} of" in run(installed, tmp_path, "version", CORTADO_KERNELS=name).stdout
        rows.add((tmp_path / f"{name}.csv").read_bytes())
    assert len(rows) == 1
    refused = run(installed, tmp_path, "version", CORTADO_KERNELS="mmx")
    assert refused.returncode == program.USAGE and "plain" in refused.stderr
