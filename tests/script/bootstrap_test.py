# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""script/bootstrap installs every library that a room links."""
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def rows(path):
    return [[cell.strip() for cell in line.split("|")] for line in path.read_text().splitlines()
            if line.strip() and not line.startswith("#")]


def installed_for(group):
    lines = (ROOT / "script/bootstrap").read_text().splitlines()
    return [line.split()[1] for line in lines if line.startswith(group + " ")]


def test_every_third_party_library_of_a_room_has_its_package():
    packages = installed_for("build")
    used = {library for row in rows(ROOT / "cmake/rooms.txt") for library in row[2].split()}
    assert len(used) > 5
    packages += (ROOT / "python/build-requirements.txt").read_text().splitlines()
    missing = {library for library in used if not any(library in package for package in packages)}
    assert missing == set()


def test_every_library_in_the_table_is_used_by_a_room():
    used = {library for row in rows(ROOT / "cmake/rooms.txt") for library in row[2].split()}
    assert {row[0] for row in rows(ROOT / "cmake/third_party.txt")} == used


def test_running_it_again_says_and_installs_nothing():
    result = subprocess.run([ROOT / "script/bootstrap", "build", "kafka", "test", "python"], capture_output=True,
                            text=True, check=True, timeout=60)
    assert (result.stdout, result.stderr) == ("", "")


def test_an_unknown_group_is_a_usage_error():
    result = subprocess.run([ROOT / "script/bootstrap", "nonsense"], capture_output=True, text=True,
                            check=False)
    assert result.returncode == 2 and "script/bootstrap [build|kafka|test|python|check]" in result.stderr
