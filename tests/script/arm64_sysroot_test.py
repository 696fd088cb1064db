# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""script/arm64-sysroot: fetches every library that a room links, once, and leaves nothing half done."""
import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
APT_GET = """#!/bin/sh
echo "$*" >> "$CALLS"
for word; do
  case $word in
    install) : > "$(sed -n 's/^Dir::Cache "\\(.*\\)";/\\1/p' "$2")/archives/libz.deb" ;;
  esac
done
[ -z "$FAILS" ]
"""
DPKG_DEB = """#!/bin/sh
mkdir -p "$3/lib" "$3/usr/lib"
: > "$3/lib/libz.so.1"
ln -s /lib/libz.so.1 "$3/usr/lib/libz.so"
"""


class Clone:
    """The script in a tree of its own, between tools that only pretend."""

    def __init__(self, folder):
        self.script, self.sysroot, self.calls = folder / "script", folder / "build/arm64-sysroot", folder / "calls"
        self.script.mkdir()
        for name in ("arm64-sysroot", "bootstrap", "lib.sh"):
            shutil.copy(ROOT / "script" / name, self.script)
        tools = folder / "tools"
        tools.mkdir()
        for name, text in {"apt-get": APT_GET, "dpkg-deb": DPKG_DEB}.items():
            (tools / name).write_text(text)
            (tools / name).chmod(0o755)
        self.environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "CALLS": str(self.calls), "FAILS": ""}

    def run(self, **variables):
        return subprocess.run([self.script / "arm64-sysroot"], env={**self.environment, **variables},
                              capture_output=True, text=True, check=False)

    def apt_calls(self):
        return self.calls.read_text().splitlines() if self.calls.exists() else []


@pytest.fixture
def clone(tmp_path):
    return Clone(tmp_path)


def test_it_fetches_the_libraries_and_no_program_of_the_build_group(clone):
    result = clone.run()
    assert (result.returncode, result.stdout) == (0, f"{clone.sysroot}\n"), result.stderr
    words = clone.apt_calls()[1].split()
    packages = words[words.index("install") + 1:]
    table = (ROOT / "cmake/third_party.txt").read_text().splitlines()
    linked = {line.split()[0] for line in table if not line.startswith("#")} - {"pybind11"}  # the Python module's
    assert {name for name in linked if not any(name in package for package in packages)} == set()
    assert not {"g++", "cmake", "python3", "libgtest-dev"} & set(packages)


def test_a_second_run_fetches_nothing_until_the_table_changes(clone):
    clone.run()
    first = clone.apt_calls()
    again = clone.run()
    assert (again.returncode, again.stdout, again.stderr) == (0, f"{clone.sysroot}\n", "")
    assert clone.apt_calls() == first
    bootstrap = clone.script / "bootstrap"
    bootstrap.write_text(bootstrap.read_text().replace("build libzstd-dev  ", "build libother-dev "))
    assert clone.run().returncode == 0
    assert len(clone.apt_calls()) == 2 * len(first) and "libother-dev" in clone.apt_calls()[-1]


def test_links_stay_in_the_folder(clone):
    clone.run()
    link = clone.sysroot / "usr/lib/libz.so"
    assert os.readlink(link) == "../../lib/libz.so.1" and link.exists()


def test_what_failed_is_told_and_tried_again(clone):
    failed = clone.run(FAILS="yes")
    assert failed.returncode == 1 and "apt-get" in failed.stderr and not clone.sysroot.exists()
    assert clone.run().returncode == 0 and clone.sysroot.exists()
