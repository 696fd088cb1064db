# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the tests of the installed Python module."""
import numpy as np
import pytest

from support import program
from support.rows import read_csv


@pytest.fixture(scope="session")
def hours():
    """hours(n): the first n hours of 2020 as datetime64[ms]."""
    return lambda n: np.datetime64("2020-01-01T00", "ms") + np.arange(n) * np.timedelta64(3_600_000, "ms")


@pytest.fixture(scope="session")
def wave():
    """wave(n): a daily cycle with a ripple, ozone-like."""
    def make(n):
        t = np.arange(n)
        return np.round(0.03 + 0.02 * np.sin(t * np.pi / 12) + (t * 7919 % 11) / 2000, 3)
    return make


@pytest.fixture(scope="session")
def replay():
    """replay(csv, out, words...): the rows that the program gives for a file."""
    def run(source, output, *words):
        program.run("replay", source, "-o", output, *words, timeout=300)
        return read_csv(output)
    return run
