# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""A record that ends every process that scores it: three die, the fourth passes it over, for good."""
import signal

import pytest

from support import models, program
from support.oracle import check_exactly_once
from support.readings import make_rows, write_csv
from support.rows import read_csv

DEVICES, HOURS, POISONED = 5, 400, 1003
MARK = "POISON"


@pytest.fixture(scope="module")
def readings(tmp_path_factory):
    """A file with one such record in two parts, and what an undisturbed run makes of the others."""
    folder = tmp_path_factory.mktemp("readings")
    rows = make_rows(DEVICES, HOURS)
    harmless = rows[:POISONED] + rows[POISONED + 1:]
    source = write_csv(folder / "harmless.csv", harmless)
    program.run("replay", source, "-o", folder / "replayed.csv")
    poisoned = {**rows[POISONED], "qualifier": MARK}
    first = write_csv(folder / "first.csv", rows[:POISONED] + [poisoned] + rows[POISONED + 1:1500])
    return first, write_csv(folder / "second.csv", rows[1500:]), read_csv(folder / "replayed.csv"), source


@pytest.fixture(scope="module")
def learned(make_pipeline, readings):
    """What models are that never met it."""
    pipeline = make_pipeline(partitions=2)
    pipeline.generate(readings[3])
    return models.undisturbed(pipeline)


@pytest.mark.parametrize("store", ["directory", "kafka"])
def test_the_fourth_process_goes_on_without_it(make_pipeline, readings, learned, store):
    first, second, rows, _ = readings
    pipeline = make_pipeline(partitions=2)
    # A static member is followed by the next one at once, without waiting for its session to end.
    pipeline.config["kafka"]["instance_id"] = "worker-1"
    pipeline.config["state"].update(store=store, checkpoint_interval="24h")
    pipeline.generate(first)
    for _ in range(3):
        worker = pipeline.detect(CORTADO_POISON=MARK)
        assert worker.wait() == -signal.SIGSEGV, worker.log
    worker = pipeline.detect(CORTADO_POISON=MARK)
    pipeline.wait_for_output(worker, 1499)
    assert "it is passed over" in worker.log
    # No snapshot was taken since: the successor scores all again, without meeting it.
    worker.kill()
    pipeline.generate(second)
    worker = pipeline.detect(CORTADO_POISON=MARK)
    pipeline.wait_for_output(worker, len(rows))
    assert worker.terminate() == program.OK, worker.log
    assert "it is passed over" not in worker.log
    check_exactly_once(pipeline, rows, learned=learned)
    check_letter(pipeline)


def check_letter(pipeline):
    """The record as it was, and why it is there."""
    [letter] = pipeline.broker.read(pipeline.dead_letters)
    source = next(record for record in pipeline.broker.read(pipeline.input) if MARK.encode() in record.value)
    assert (letter.key, letter.value, letter.timestamp) == (source.key, source.value, source.timestamp)
    ours = {name: value for name, value in letter.headers.items() if name not in source.headers}
    assert ours == {"cortado-stage": "crash", "cortado-topic": pipeline.input,
                    "cortado-reason": "every process that scored this record died at it",
                    "cortado-partition": str(source.partition), "cortado-offset": str(source.offset)}
