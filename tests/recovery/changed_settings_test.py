# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Somebody changes how records are read or judged between a kill and the next start: what was scored before is not
scored again in another way, unless that was asked for."""
import json
import math

import pytest

from support import models, program

FIRST, SECOND = 600, 300
USED = {"device": "/device", "time": "/time", "value": "/ppm"}
OTHER = {**USED, "value": "/humidity"}


def reading(minute):
    body = {"device": f"pump-{minute % 3}", "time": 1_700_000_000 + 60 * minute,
            "ppm": round(0.05 + 0.03 * math.sin(minute / 20), 4), "humidity": round(40 + 9 * math.cos(minute / 7), 2)}
    return body["device"].encode(), json.dumps(body).encode(), None


def score_and_die(make_pipeline, store):
    """A worker has scored FIRST records and died before any snapshot held a device."""
    pipeline = make_pipeline(partitions=1)
    pipeline.config["state"].update(store=store, checkpoint_interval="24h")
    pipeline.config["input"] = {"format": "json", "mapping": USED}
    pipeline.broker.produce(pipeline.input, [reading(minute) for minute in range(FIRST)])
    worker = pipeline.detect()
    pipeline.wait_for_output(worker, FIRST)
    worker.kill()
    return pipeline


def check_refused(pipeline, *kinds):
    """It says what differs and what to do, and neither writes nor moves anything."""
    worker = pipeline.detect()
    assert worker.wait() == program.USAGE, worker.log
    assert f"under other settings of {', '.join(kinds)}, and" in worker.log, worker.log
    for way in ("end it by SIGTERM", "cortado state rewind", "stream.recovery to best_effort"):
        assert way in worker.log
    assert pipeline.broker.count(pipeline.output) == FIRST


@pytest.mark.parametrize("store", ["directory", "kafka"])
def test_strict_stops_until_the_former_settings_have_left_nothing_to_score_again(make_pipeline, store):
    pipeline = score_and_die(make_pipeline, store)
    pipeline.config["input"]["mapping"] = OTHER
    pipeline.config["alerts"] = {"direction": "up"}
    check_refused(pipeline, "alerts.*", "input.*")
    # The way out that it names: the models are those of a process that nothing happened to.
    pipeline.config["input"]["mapping"] = USED
    del pipeline.config["alerts"]
    worker = pipeline.detect()
    pipeline.wait_until_lanes_run(worker, 1)
    assert worker.terminate() == program.OK, worker.log
    assert models.learned(pipeline) == models.undisturbed(pipeline)
    pipeline.config["alerts"] = {"direction": "up"}
    pipeline.broker.produce(pipeline.input, [reading(minute) for minute in range(FIRST, FIRST + SECOND)])
    worker = pipeline.detect()
    pipeline.wait_for_output(worker, FIRST + SECOND)
    assert "other settings" not in worker.log
    # From its first commit on its records are its own, and a kill changes nothing.
    worker.kill()
    worker = pipeline.detect()
    pipeline.wait_until_lanes_run(worker, 1)
    assert worker.terminate() == program.OK, worker.log
    assert "other settings" not in worker.log
    records = pipeline.broker.read(pipeline.output)
    assert [record.source for record in records] == [(0, offset) for offset in range(FIRST + SECOND)]


@pytest.mark.parametrize("store", ["directory", "kafka"])
def test_best_effort_goes_on_and_says_what_that_does_to_the_models(make_pipeline, store):
    pipeline = score_and_die(make_pipeline, store)
    pipeline.config["input"]["mapping"] = OTHER
    pipeline.config["stream"]["recovery"] = "best_effort"
    pipeline.broker.produce(pipeline.input, [reading(minute) for minute in range(FIRST, FIRST + SECOND)])
    worker = pipeline.detect()
    pipeline.wait_for_output(worker, FIRST + SECOND)
    assert worker.terminate() == program.OK, worker.log
    assert f"the records from offset 0 to {FIRST} were scored under other settings of input.*" in worker.log
    records = pipeline.broker.read(pipeline.output)
    assert [record.source for record in records] == [(0, offset) for offset in range(FIRST + SECOND)]
    # They are the models that the present settings make of all records.
    assert models.learned(pipeline) == models.undisturbed(pipeline)


def test_what_decides_about_no_record_may_change(make_pipeline):
    """Without a word, records to score again or not."""
    pipeline = score_and_die(make_pipeline, "directory")
    pipeline.config["stream"].update(threads=1, max_batch_records=100)
    pipeline.config["http"]["history"] = 900
    worker = pipeline.detect()
    pipeline.wait_until_lanes_run(worker, 1)
    assert worker.terminate() == program.OK, worker.log
    assert f"\"replayed\": \"{FIRST}\"" in worker.log or f"replayed={FIRST}" in worker.log, worker.log
    assert models.learned(pipeline) == models.undisturbed(pipeline)
