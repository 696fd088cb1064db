# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Wall clocks that jump and that differ between workers change no outcome and no model."""
import pathlib
import re
import struct
import subprocess

import pytest

from support import program
from support.oracle import check_exactly_once

SOURCE = pathlib.Path(__file__).resolve().parents[1] / "support/clock.c"
HOUR, DAY = 3600, 86400


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    made = tmp_path_factory.mktemp("clock") / "clock.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", made, SOURCE], check=True)
    return made


class Clock:
    """The wall clock of one worker."""

    def __init__(self, library, path):
        self.path = path
        self.jump(0)
        self.variables = {"LD_PRELOAD": str(library), "CLOCK_OFFSET": str(path)}

    def jump(self, seconds):
        """To that far from the true time; in place, since it is mapped."""
        with open(self.path, "r+b" if self.path.exists() else "wb") as file:
            file.write(struct.pack("=q", seconds))


def first_year(worker):
    return int(re.search(r"\b(20\d\d)-\d\d-\d\dT", worker.log).group(1))


def test_clocks_jump(library, make_pipeline, messages, readings, tmp_path):
    pipeline = make_pipeline(partitions=4)
    pipeline.config["stream"]["batch_interval"] = "50ms"
    pipeline.config["state"].update(checkpoint_interval="300ms", idle_after="100ms")
    clock = Clock(library, tmp_path / "offset")
    worker = pipeline.detect(**clock.variables)
    sent, size = 0, len(messages) // 6
    for jump in (HOUR, -2 * HOUR, 400 * DAY, -400 * DAY, 0):
        pipeline.broker.produce(pipeline.input, messages[sent:sent + size])
        clock.jump(jump)
        sent += size
        pipeline.wait_for_output(worker, sent)
    # Its successor lives in another year, beside one that does not.
    worker.kill()
    clock.jump(-800 * DAY)
    workers = [pipeline.detect(**clock.variables), pipeline.detect()]
    pipeline.broker.produce(pipeline.input, messages[sent:])
    pipeline.wait_for_all(workers[0])
    assert [worker.terminate() for worker in workers] == [program.OK, program.OK]
    check_exactly_once(pipeline, readings[1])
    # It really lived there: what it says stands in that year.
    assert first_year(workers[0]) < first_year(workers[1]) - 1
    times = {(r.partition, r.offset): r.timestamp for r in pipeline.broker.read(pipeline.input)}
    assert {r.source: r.timestamp for r in pipeline.broker.read(pipeline.output)} == times

