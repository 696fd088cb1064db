# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What a worker says of itself is true: readiness, partitions, lag, dead letters, levels of the log."""
import json
import os
import signal
import urllib.request

import pytest

from support.readings import make_rows, write_csv
from support.waiting import wait_until

PARTITIONS = 4


@pytest.fixture(scope="module")
def pipeline(make_pipeline, tmp_path_factory):
    made = make_pipeline(PARTITIONS)
    made.levels = tmp_path_factory.mktemp("levels") / "levels"
    made.config["log"] = {"level_file": str(made.levels)}
    made.csv = write_csv(tmp_path_factory.mktemp("csv") / "readings.csv", make_rows(3, 200))
    return made


@pytest.fixture(scope="module")
def worker(pipeline):
    started = pipeline.detect()
    wait_until(lambda: started.ready()[0] == 200, lambda: f"ready: {started.ready()} {started.log}")
    return started


def ask(worker, name):
    with urllib.request.urlopen(f"{worker.url()}/api/v1/{name}", timeout=30) as answer:
        return json.load(answer)


def rows(worker, name):
    answer = ask(worker, name)
    return [dict(zip(answer["columns"], row)) for row in answer["rows"]]


def metric(worker, name):
    with urllib.request.urlopen(worker.url() + "/metrics", timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name)}


def test_partitions_follow_the_assignment(worker):
    info = ask(worker, "info")
    assert info["ready"] and info["partitionsTotal"] == PARTITIONS
    wait_until(lambda: ask(worker, "info")["partitionsOwned"] == PARTITIONS, "all partitions are owned")
    assert metric(worker, "cortado_partitions_owned")["cortado_partitions_owned"] == PARTITIONS
    wait_until(lambda: {lane["state"] for lane in rows(worker, "partitions")} == {"running"}, "all lanes run")
    assert [lane["partition"] for lane in rows(worker, "partitions")] == list(range(PARTITIONS))
    assert any(entry["kind"] == "rebalance" and "assigned" in entry["message"] for entry in rows(worker, "journal"))


def test_lanes_tell_what_was_committed_and_how_far_behind_they_are(pipeline, worker):
    pipeline.generate(pipeline.csv)
    ends = pipeline.broker.ends(pipeline.input)

    def caught_up():
        lanes = rows(worker, "partitions")
        return lanes if [lane["nextOffset"] for lane in lanes] == ends == [lane["endOffset"] for lane in lanes] else None
    lanes = wait_until(caught_up, lambda: f"{rows(worker, 'partitions')} reach {ends}")
    assert [lane["lag"] for lane in lanes] == [0] * PARTITIONS == [lane["lagSeconds"] for lane in lanes]
    assert sum(lane["devices"] for lane in lanes) == 3
    def lag():
        return metric(worker, "cortado_partition_lag_records")
    wait_until(lambda: set(lag().values()) == {0.0} and len(lag()) == PARTITIONS, lambda: f"no lag: {lag()}")
    wait_until(lambda: metric(worker, "cortado_input_records_total")["cortado_input_records_total"] >= sum(ends), "all input")


def test_dead_letters_are_counted_by_lane_and_told_with_their_reason(pipeline, worker):
    pipeline.broker.produce(pipeline.input, [("key", b"no record", None)] * 3)
    wait_until(lambda: sum(lane["deadLetters"] for lane in rows(worker, "partitions")) == 3, "three dead letters")
    wait_until(lambda: ask(worker, "engine")["deadLetters"] == 3, "the engine's count")

    def letters():
        return [entry for entry in rows(worker, "journal") if entry["kind"] == "dead_letter"]
    wait_until(lambda: sum(entry["count"] for entry in letters()) == 3, lambda: f"the journal's: {letters()}")
    assert letters()[0]["message"].startswith("decode: ")


def test_batches_have_stages_that_fit_into_the_processing_time(pipeline, worker):
    pipeline.generate(pipeline.csv)
    batches = wait_until(lambda: rows(worker, "batches"), "batches")
    for batch in batches:
        stages = batch["poll"] + batch["score"] + batch["produce"] + batch["commit"]
        assert stages <= batch["processingTime"] * 1.05 + 1, batch
        assert abs(batch["totalDelay"] - batch["schedulingDelay"] - batch["processingTime"]) < 0.1
    assert sum(batch["inputRows"] for batch in batches) == sum(
        batch[what] for batch in batches for what in ("enriched", "deadLetters", "ignored"))


def test_levels_of_the_log_change_without_a_restart(pipeline, worker):
    pipeline.levels.write_text("level: error\n")
    pipeline.levels.write_text("level: debug\n# all of it\n")
    wait_until(lambda: "levels have changed" in worker.log, "the change is logged")
    pipeline.levels.write_text("level: shout\n")
    wait_until(lambda: "the level file has a mistake" in worker.log, "the mistake is logged")
    wait_until(lambda: any("the level file" in entry["message"] for entry in rows(worker, "journal")),
               "the page's journal has the warning")


def test_a_broker_that_goes_away_makes_the_worker_not_ready_until_it_is_back(pipeline, worker):
    pid = json.loads((pipeline.broker.folder / "broker.json").read_text())["nodes"][0]["pid"]
    os.kill(pid, signal.SIGSTOP)
    try:
        wait_until(lambda: worker.ready()[0] == 503, "not ready")
        status, reason = worker.ready()
        assert status == 503 and len(reason) > len("not ready: ") and not ask(worker, "info")["ready"]
        wait_until(lambda: metric(worker, "cortado_ready")["cortado_ready"] == 0, "the metric tells it too")
    finally:
        os.kill(pid, signal.SIGCONT)
    wait_until(lambda: worker.ready()[0] == 200, lambda: f"ready again: {worker.ready()} {worker.log}")

    def told():
        said = [entry["message"] for entry in rows(worker, "journal") if entry["kind"] == "ready"]
        return said[-1] == "ready" and any(word.startswith("not ready: ") for word in said)
    wait_until(told, "the journal tells both")


def test_a_worker_that_starts_again_shows_the_batches_from_before(pipeline, worker):
    before = {batch["run"] for batch in rows(worker, "batches")}
    assert worker.terminate() == 0
    again = pipeline.detect()
    wait_until(lambda: again.ready()[0] == 200, lambda: f"ready: {again.log}")
    wait_until(lambda: before <= {batch["run"] for batch in rows(again, "batches")}, "the batches from before")
    wait_until(lambda: ask(again, "timeline")["rows"], "their sums")
