# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""An operator has a record passed over that is still to be scored: it goes to the dead-letter topic, and no model sees
it, in a replay neither."""
import json

import pytest

from support import models, program
from support.oracle import check_exactly_once
from support.readings import device_of, make_rows, write_csv
from support.rows import read_csv

DEVICES, HOURS, FIRST = 4, 300, 500
SKIPPED = 801


def as_messages(rows):
    return [(device_of(row).encode(), json.dumps(row).encode(), [("trace", b"x")]) for row in rows]


@pytest.fixture(scope="module")
def rows():
    return make_rows(DEVICES, HOURS)


@pytest.fixture(scope="module")
def without(rows, make_pipeline, tmp_path_factory):
    """What one process makes of the other records, and its models."""
    folder = tmp_path_factory.mktemp("without")
    source = write_csv(folder / "without.csv", rows[:SKIPPED] + rows[SKIPPED + 1:])
    program.run("replay", source, "-o", folder / "replayed.csv")
    pipeline = make_pipeline(partitions=1)
    pipeline.generate(source)
    return read_csv(folder / "replayed.csv"), models.undisturbed(pipeline)


def skip(pipeline, *words, expect=program.OK):
    return program.run("state", "skip", "-c", pipeline.write_config(), *words, expect=expect)


@pytest.mark.parametrize("store", ["directory", "kafka"])
def test_a_record_is_skipped_for_good(make_pipeline, rows, without, store):
    pipeline = make_pipeline(partitions=1)
    pipeline.config["state"].update(store=store, checkpoint_interval="24h")
    pipeline.broker.produce(pipeline.input, as_messages(rows[:FIRST]))
    worker = pipeline.detect()
    pipeline.wait_for_output(worker, FIRST)
    assert worker.terminate() == program.OK, worker.log
    pipeline.broker.produce(pipeline.input, as_messages(rows[FIRST:1000]))
    for offset, reason in ((FIRST - 1, "has its outcome already"), (1000, "is not there yet")):
        assert reason in skip(pipeline, "-p", 0, "--offset", offset, "--yes", expect=program.USAGE).stderr
    assert "nothing was changed" in skip(pipeline, "-p", 0, "--offset", SKIPPED).stderr
    skip(pipeline, "-p", 0, "--offset", SKIPPED, "--yes")
    worker = pipeline.detect()
    pipeline.wait_for_output(worker, 999)
    # No snapshot was taken since: the successor scores all again, without meeting it.
    worker.kill()
    pipeline.broker.produce(pipeline.input, as_messages(rows[1000:]))
    worker = pipeline.detect()
    pipeline.wait_for_output(worker, len(rows) - 1)
    assert worker.terminate() == program.OK, worker.log
    scored, learned = without
    check_exactly_once(pipeline, scored, learned=learned)
    [letter] = pipeline.broker.read(pipeline.dead_letters)
    source = pipeline.broker.read(pipeline.input)[SKIPPED]
    assert (letter.key, letter.value, letter.timestamp) == (source.key, source.value, source.timestamp)
    assert letter.headers == {
        **source.headers, "cortado-stage": "skipped", "cortado-topic": pipeline.input, "cortado-partition": "0",
        "cortado-reason": "an operator had it passed over (cortado state skip)", "cortado-offset": str(SKIPPED),
        "cortado-group": pipeline.config["kafka"]["group_id"]}


def test_the_decision_goes_where_the_models_go(make_pipeline, rows):
    """Into another group, and once more over what is there by then."""
    pipeline = make_pipeline(partitions=1)
    pipeline.broker.produce(pipeline.input, as_messages(rows[:FIRST]))
    assert pipeline.detect("--until-end").wait() == program.OK
    pipeline.broker.produce(pipeline.input, as_messages(rows[FIRST:1000]))
    skip(pipeline, "-p", 0, "--offset", SKIPPED, "--yes")
    export = pipeline.folder / "all.ctex"
    program.run("state", "export", "-c", pipeline.write_config(), "-o", export)
    kafka = pipeline.config["kafka"]
    kafka.update(group_id=f"{kafka['group_id']}-other", output_topic=f"{pipeline.output}-other",
                 dead_letter_topic=f"{pipeline.output}-letters")
    pipeline.config["state"]["dir"] = str(pipeline.folder / "state-other")
    program.run("state", "import", "-c", pipeline.write_config(), export)
    program.run("state", "import", "-c", pipeline.write_config(), export, "--replace")
    worker = pipeline.detect("--until-end")
    assert worker.wait() in (program.OK, program.BAD_DATA), worker.log
    pipeline.broker.wait_until_settled(kafka["output_topic"])
    [letter] = pipeline.broker.read(kafka["dead_letter_topic"])
    assert (letter.headers["cortado-stage"], letter.headers["cortado-offset"]) == ("skipped", str(SKIPPED))
    scored = [record.source[1] for record in pipeline.broker.read(kafka["output_topic"])]
    assert scored == [*range(FIRST, SKIPPED), *range(SKIPPED + 1, 1000)]
