# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What a worker's page shows of records that it did not score itself, and of devices that it scores no more."""
import contextlib
import json
import urllib.parse
import urllib.request

import pytest

from support.readings import make_rows, write_csv
from support.waiting import wait_until

DEVICES, HOURS, PARTITIONS = 6, 700, 4
SHOWN = ("device", "partition", "offset", "sequence", "time", "value", "score", "status", "reason", "modelAge",
         "lastAnomalySequence", "lastAnomalyTime", "lastAnomalyScore")


@pytest.fixture(scope="module")
def pipeline(make_pipeline, tmp_path_factory):
    made = make_pipeline(PARTITIONS)
    made.config["http"]["silent_after"] = "1s"
    made.config["detector"] = {"preset": "multiscale"}
    rows = make_rows(DEVICES, HOURS)
    rows[-DEVICES * 20]["Sample Measurement"] = "99"  # one alarm at least
    made.generate(write_csv(tmp_path_factory.mktemp("csv") / "readings.csv", rows))
    return made


@contextlib.contextmanager
def detecting(pipeline, *words):
    """A worker that leaves as it should at the end."""
    worker = pipeline.detect(*words)
    try:
        yield worker
        assert worker.terminate() == 0
    finally:
        worker.end()


@pytest.fixture(scope="module")
def before(pipeline):
    """What the page of the worker that scored it all says."""
    with detecting(pipeline) as worker:
        wait_until(lambda: ask(worker, "devices")["totals"]["records"] == DEVICES * HOURS, lambda: f"all: {worker.log}")
        seen = shown(worker)
        assert len(seen["devices"]) == DEVICES and seen["alarms"]
    return seen


def ask(page, name, **query):
    with urllib.request.urlopen(f"{page.url()}/api/v1/{name}?{urllib.parse.urlencode(query)}", timeout=30) as answer:
        return json.load(answer)


def table(page, name, **query):
    answer = ask(page, name, **query)
    return [dict(zip(answer["columns"], row)) for row in answer["rows"]]


def names(page):
    return {row["device"] for row in table(page, "devices")}


def shown(page):
    devices = [{name: row[name] for name in SHOWN} for row in table(page, "devices")]
    points = {row["device"]: ask(page, "series", device=row["device"], limit=200)["rows"] for row in devices}
    alarms = {(row["device"], row["sequence"], row["offset"]) for row in table(page, "anomalies")}
    return {"devices": devices, "points": points, "alarms": alarms}


def test_a_worker_that_starts_again_shows_what_was_scored_before(pipeline, before):
    with detecting(pipeline) as again:
        wait_until(lambda: shown(again) == before, lambda: f"as before: {shown(again)['devices']} {again.log}")
        assert {row["state"] for row in table(again, "devices")} == {"silent"}, "although nothing came since the start"
        totals = ask(again, "devices")["totals"]
        assert (totals["records"], totals["alarms"], totals["states"]["silent"]) == (0, 0, DEVICES)

        def metrics():
            with urllib.request.urlopen(again.url() + "/metrics", timeout=30) as answer:
                return answer.read().decode().splitlines()
        wait_until(lambda: f'cortado_devices_by_state{{state="silent"}} {DEVICES}' in metrics(), metrics)
        assert 'cortado_records_total{status="ok"} 0' in metrics()


def test_a_device_is_shown_by_the_worker_that_scores_it(pipeline, before):
    everything = {row["device"] for row in before["devices"]}
    with detecting(pipeline) as first:
        wait_until(lambda: names(first) == everything, lambda: f"all devices: {first.log}")
        with detecting(pipeline) as second:
            def shared():
                mine, others = names(first), names(second)
                return mine and others and not mine & others and mine | others == everything
            wait_until(shared, lambda: f"{names(first)} and {names(second)} are {everything}")
        wait_until(lambda: shown(first) == before, lambda: f"all again: {names(first)} {first.log}")


def test_a_page_may_begin_empty(pipeline, before):
    del before
    with detecting(pipeline, "--set", "http.former_records=0") as worker:
        wait_until(lambda: ask(worker, "info")["partitionsOwned"] == PARTITIONS, "its partitions")
        assert names(worker) == set()
