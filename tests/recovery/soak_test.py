# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""script/soak for a moment: faults at random, and the verdict."""
import pathlib
import random
import subprocess

SOAK = pathlib.Path(__file__).resolve().parents[2] / "script/soak"


def test_a_short_soak_is_sound(tmp_path, kafka, full):
    minutes = "5" if full else "0.3"
    seed = str(random.SystemRandom().randrange(10**9) if full else 3)
    report = tmp_path / "report.txt"
    words = ["--kafka", kafka] if kafka else []
    result = subprocess.run([SOAK, "--minutes", minutes, "--seed", seed, "--report", report, *words],
                            capture_output=True, text=True, timeout=1200, check=False)
    print(result.stderr)
    assert result.returncode == 0, result.stdout
    text = report.read_text()
    assert text == result.stdout
    assert f"seed {seed}" in text
    assert "0 lost, 0 doubled, 0 out of order, 0 with other bytes" in text
    assert "48 of 48 models equal" in text and text.endswith("\nsound\n")
