# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Readings that the recovery tests share."""
import json

import pytest

from support import program
from support.readings import device_of, make_rows, write_csv
from support.rows import read_csv

DEVICES, HOURS = 5, 900


@pytest.fixture(scope="session")
def readings(tmp_path_factory):
    """A file and what an undisturbed run makes of it."""
    folder = tmp_path_factory.mktemp("readings")
    source = write_csv(folder / "readings.csv", make_rows(DEVICES, HOURS))
    program.run("replay", source, "-o", folder / "replayed.csv")
    return source, read_csv(folder / "replayed.csv")


@pytest.fixture(scope="session")
def messages():
    """The same readings as records for a topic, in the same order."""
    return [(device_of(row).encode(), json.dumps(row).encode(), None) for row in make_rows(DEVICES, HOURS)]
