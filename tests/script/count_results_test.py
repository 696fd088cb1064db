# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""script/count-results: the last line of script/test says how many tests passed and failed."""
import pathlib
import subprocess
import sys

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "script/count-results"


def count(folder):
    result = subprocess.run([sys.executable, SCRIPT, folder], capture_output=True, text=True, check=False)
    return result.returncode, result.stdout.splitlines()


def write(folder, name, *cases):
    body = "".join(f'<testcase classname="room" name="t{i}">{case}</testcase>'
                   for i, case in enumerate(cases))
    (folder / name).write_text(f"<testsuites><testsuite>{body}</testsuite></testsuites>")


def test_passed_tests_of_all_files_are_added(tmp_path):
    write(tmp_path, "unit.xml", "", "")
    write(tmp_path, "web.xml", "")
    assert count(tmp_path) == (0, ["3 passed, 0 failed"])


def test_failures_errors_and_skips_are_named(tmp_path):
    write(tmp_path, "unit.xml", "", "<failure/>", "<error/>", "<skipped/>")
    code, lines = count(tmp_path)
    assert code == 1
    assert lines == ["failed: unit: room.t1", "failed: unit: room.t2", "skipped: unit: room.t3",
                     "1 skipped, as listed above", "1 passed, 2 failed"]


def test_a_step_that_failed_without_a_failed_test_counts_once(tmp_path):
    write(tmp_path, "unit.xml", "")
    (tmp_path / "unit.failed").touch()
    (tmp_path / "build.failed").touch()
    code, lines = count(tmp_path)
    assert (code, lines[-1]) == (1, "1 passed, 2 failed")


def test_a_step_with_a_failed_test_is_not_counted_twice(tmp_path):
    write(tmp_path, "unit.xml", "<failure/>", "")
    (tmp_path / "unit.failed").touch()
    assert count(tmp_path)[1][-1] == "1 passed, 1 failed"


def test_a_broken_file_and_no_test_at_all_are_failures(tmp_path):
    assert count(tmp_path) == (1, ["0 passed, 0 failed"])
    (tmp_path / "unit.xml").write_text("<testsuites>")
    code, lines = count(tmp_path)
    assert (code, lines[-1]) == (1, "0 passed, 1 failed")
