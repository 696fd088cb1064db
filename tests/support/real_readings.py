# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Seven pollutants of one street, eight years hour by hour, where the real readings are; else made ones."""
import gzip
import itertools
import pathlib

import yaml

from support import program
from support.readings import make_rows, write_csv
from support.rows import read_csv

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE = ROOT.parent / "shared/data/marylebone_all_1998-2005.csv.gz"
RANGES = ROOT / "bench/marylebone.yaml"
ROWS = 427_958


class Readings:
    """A CSV file, the detector's configuration for it, and what an undisturbed run makes of it."""

    def __init__(self, folder, preset, rows):
        """The first so many rows."""
        self.detector = {**yaml.safe_load(RANGES.read_text(encoding="utf-8"))["detector"], "preset": preset}
        self.csv = self._write(folder, rows)
        config = folder / "detector.yaml"
        config.write_text(yaml.safe_dump({"detector": self.detector}))
        program.run("replay", self.csv, "-o", folder / "replayed.csv", "-c", config, timeout=600)
        self.replayed = read_csv(folder / "replayed.csv")
        assert len(self.replayed) == rows

    @staticmethod
    def _write(folder, rows):
        if FILE.exists() and rows == ROWS:
            return FILE
        if not FILE.exists():
            return write_csv(folder / "readings.csv", make_rows(7, -(-rows // 7))[:rows])
        with gzip.open(FILE, "rt", encoding="utf-8") as file:
            (folder / "readings.csv").write_text("".join(itertools.islice(file, rows + 1)), encoding="utf-8")
        return folder / "readings.csv"
