# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""script/spark-demo looks at its words before it installs, builds or starts anything."""
import pathlib
import subprocess

import pytest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "script/spark-demo"


def run(*words, **options):
    return subprocess.run([SCRIPT, *words], capture_output=True, text=True, timeout=60, check=False, **options)


@pytest.mark.parametrize("words, told", [
    (["--typo"], "script/spark-demo [FILE.csv[.gz]]"), (["a.csv", "b.csv"], "script/spark-demo [FILE.csv[.gz]]"),
    (["missing.csv"], "missing.csv is no file that can be read"), (["."], ". is no file that can be read")])
def test_a_wrong_word_ends_it_at_once(tmp_path, words, told):
    result = run(*words, cwd=tmp_path, env={"PATH": "/usr/bin:/bin", "SPARK_DEMO_HOME": str(tmp_path / "home")})
    assert result.returncode == 2 and result.stdout == "" and told in result.stderr, result.stderr
    assert not (tmp_path / "home").exists()


def test_help_is_no_mistake():
    result = run("--help")
    assert result.returncode == 0 and "script/spark-demo [FILE.csv[.gz]]" in result.stdout
