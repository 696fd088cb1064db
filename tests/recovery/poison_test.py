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


@pytest.mark.parametrize("command", [("reset", "--to", "beginning"), ("rewind", "--to", "0")])
def test_state_reset_and_rewind_keep_what_was_decided(make_pipeline, readings, command):
    """Else three more processes would have to die of it."""
    pipeline = make_pipeline(partitions=2)
    pipeline.config["kafka"]["instance_id"] = "worker-1"
    pipeline.config["state"]["checkpoint_interval"] = "24h"
    pipeline.generate(readings[0])
    for _ in range(3):
        assert pipeline.detect(CORTADO_POISON=MARK).wait() == -signal.SIGSEGV
    # A static member stays in the group when it leaves.
    del pipeline.config["kafka"]["instance_id"]
    worker = pipeline.detect(CORTADO_POISON=MARK)
    pipeline.wait_for_output(worker, 1499)
    assert worker.terminate() == program.OK, worker.log
    # There is a snapshot without devices at the beginning still, from before the decision.
    told = program.run("state", *command, "-c", pipeline.write_config(), "--yes").stdout
    assert told.count("1 offsets stay passed over") == 1, told
    worker = pipeline.detect(CORTADO_POISON=MARK)
    pipeline.wait_for_output(worker, 2 * 1499)
    assert worker.terminate() == program.OK, worker.log
    first, second = pipeline.broker.read(pipeline.dead_letters)
    assert (first.key, first.value, first.headers) == (second.key, second.value, second.headers)
    assert second.headers["cortado-stage"] == "crash"


def test_deaths_on_several_machines_count_together(make_pipeline, readings, learned):
    """Each has a folder of its own; what a machine knows of its dead it tells the others when it starts again."""
    first, second, rows, _ = readings
    pipeline = make_pipeline(partitions=2)
    pipeline.config["kafka"]["instance_id"] = "worker-1"
    pipeline.config["state"].update(store="kafka", checkpoint_interval="24h")

    def detect_on(machine):
        pipeline.config["state"]["dir"] = str(pipeline.folder / f"machine-{machine}")
        return pipeline.detect(CORTADO_POISON=MARK)
    pipeline.generate(first)
    # The second starts of the first two tell of one death each, and die of it again.
    for machine in (0, 1, 2, 0, 1):
        worker = detect_on(machine)
        assert worker.wait() == -signal.SIGSEGV, worker.log
        assert "it is passed over" not in worker.log
    worker = detect_on(2)
    pipeline.wait_for_output(worker, 1499)
    assert "it is passed over" in worker.log
    pipeline.generate(second)
    pipeline.wait_for_output(worker, len(rows))
    assert worker.terminate() == program.OK, worker.log
    # Machines that hear of their other dead now change nothing any more.
    for machine in (0, 1):
        worker = detect_on(machine)
        pipeline.wait_until_lanes_run(worker, 2)
        assert worker.terminate() == program.OK, worker.log
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
                    "cortado-partition": str(source.partition), "cortado-offset": str(source.offset),
                    "cortado-group": pipeline.config["kafka"]["group_id"]}
