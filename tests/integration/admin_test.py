# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Pause, resume and snapshot of a running worker, asked for over HTTP, on a real Kafka."""
import json
import shutil
import urllib.error
import urllib.request

import pytest

from support import program
from support.readings import make_rows, write_csv
from support.waiting import wait_until

DEVICES, HOURS = 6, 200
TOKEN = "a-token-of-the-tests-0123456789"


@pytest.fixture(scope="module")
def csv(tmp_path_factory):
    return write_csv(tmp_path_factory.mktemp("csv") / "readings.csv", make_rows(DEVICES, HOURS))


@pytest.fixture(scope="module")
def token_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("secret") / "token"
    path.write_text(TOKEN + "\n")
    return path


@pytest.fixture
def pipeline(make_pipeline, token_file):
    made = make_pipeline(3)
    made.config["http"]["admin_token_file"] = str(token_file)
    made.config["state"]["checkpoint_interval"] = "1h"
    return made


def admin(worker, *words, expect=program.OK, token=None):
    """The objects that the command prints."""
    asks = words[0] in ("pause", "resume", "snapshot")
    result = program.run("admin", *words, "--url", worker.url(), "--json", *(["--token-file", token] if asks else []),
                         expect=expect)
    return [json.loads(line) for line in result.stdout.splitlines()] if expect == program.OK else result.stderr


def lanes(worker):
    return {lane["partition"]: lane for lane in admin(worker, "partitions")}


def wait_for_lanes(worker, state):
    wait_until(lambda: worker.check_running() and len(lanes(worker)) == 3
               and {lane["state"] for lane in lanes(worker).values()} == state, lambda: f"{state}: {worker.log}")


def test_a_paused_worker_keeps_its_partitions_and_takes_no_record(pipeline, csv, token_file):
    worker = pipeline.detect()
    wait_for_lanes(worker, {"running"})
    assert {lane["state"] for lane in admin(worker, "pause", token=token_file)} == {"paused"}
    pipeline.generate(csv)
    wait_until(lambda: sum(lane["lag"] or 0 for lane in admin(worker, "lag")) == DEVICES * HOURS, "all of it waits")
    wait_until(lambda: worker.ready() == (503, "not ready: partition 0 is paused on request\n"), lambda: worker.ready())
    assert pipeline.broker.count(pipeline.output) == 0
    wait_until(lambda: 'cortado_lanes{state="paused"} 3' in urllib.request.urlopen(
        worker.url() + "/metrics", timeout=30).read().decode(), "the metric says so")

    # One lane after the other: a pause of all is resumed as a whole.
    assert "whole worker" in admin(worker, "resume", "-p", "1", token=token_file, expect=program.FAILED)
    admin(worker, "resume", token=token_file)
    admin(worker, "pause", "-p", "1", token=token_file)
    ends = pipeline.broker.ends(pipeline.input)
    wait_until(lambda: all(lanes(worker)[p]["lag"] == 0 for p in (0, 2)), "the others go on")
    assert lanes(worker)[1]["state"] == "paused"
    assert admin(worker, "resume", "-p", "1", token=token_file)[0]["nextOffset"] <= ends[1]
    pipeline.wait_for_all(worker)
    records = pipeline.broker.read(pipeline.output)
    assert sorted(record.source for record in records) == sorted(pipeline.wanted_sources())
    for device in {record.json["device"] for record in records}:
        sequences = [record.json["sequence"] for record in records if record.json["device"] == device]
        assert sequences == list(range(1, HOURS + 1)), device
    wait_until(lambda: worker.ready()[0] == 200, "it is ready again")
    assert worker.terminate() == program.OK


def test_a_pause_of_a_partition_outlives_a_rebalance(pipeline, csv, token_file):
    worker = pipeline.detect()
    wait_for_lanes(worker, {"running"})
    admin(worker, "pause", "-p", "2", token=token_file)
    other = pipeline.detect("--set", "http.listen=127.0.0.1:0")
    wait_until(lambda: len(lanes(worker)) + len(lanes(other)) == 3 and lanes(other), lambda: f"both: {other.log}")
    assert other.terminate() == program.OK
    wait_until(lambda: {p: lane["state"] for p, lane in lanes(worker).items()}
               == {0: "running", 1: "running", 2: "paused"}, lambda: f"back: {lanes(worker)}")
    pipeline.generate(csv)
    wait_until(lambda: all(lanes(worker)[p]["lag"] == 0 for p in (0, 1)), "the others go on")
    admin(worker, "resume", "-p", "2", token=token_file)
    pipeline.wait_for_all(worker)
    assert sorted(record.source for record in pipeline.broker.read(pipeline.output)) == sorted(pipeline.wanted_sources())
    assert worker.terminate() == program.OK


def test_a_snapshot_that_was_answered_outlives_a_kill(pipeline, csv, token_file):
    pipeline.generate(csv)
    worker = pipeline.detect()
    pipeline.wait_for_all(worker)
    wait_until(lambda: all(lane["lag"] == 0 for lane in admin(worker, "lag")), "all is committed")
    told = admin(worker, "snapshot", token=token_file)
    assert all(lane["durable"] for lane in told) and sum(lane["devices"] for lane in told) == DEVICES
    assert sum(lane["nextOffset"] for lane in told) == DEVICES * HOURS
    worker.kill()
    stored = [json.loads(line) for line in program.run(
        "state", "ls", "-c", pipeline.write_config(), "--json").stdout.splitlines()]
    assert sum(lane["devices"] for lane in stored) == DEVICES
    assert {lane["partition"]: lane["lowWater"] for lane in stored if "lowWater" in lane} == \
        {lane["partition"]: lane["nextOffset"] for lane in told if lane["devices"]}
    again = pipeline.detect("--until-end")
    assert again.wait() == program.OK
    summary = program.summary_of(again.out)
    assert summary["records_in"] == 0, summary


def test_lag_is_told_of_lanes_that_take_no_records(pipeline, csv, token_file):
    """Of one that was paused before its first record, and of one that stopped when it opened."""
    worker = pipeline.detect()
    wait_for_lanes(worker, {"running"})
    admin(worker, "pause", token=token_file)
    pipeline.generate(csv)
    ends = pipeline.broker.ends(pipeline.input)
    behind = {p: end for p, end in enumerate(ends) if end > 0}

    def told(lags):
        rows = {lane["partition"]: lane for lane in lags}
        return all(rows[p]["lag"] == end and rows[p]["lagSeconds"] is not None and rows[p]["lagSeconds"] > 0
                   for p, end in behind.items())
    wait_until(lambda: told(admin(worker, "lag")), lambda: admin(worker, "lag"))
    admin(worker, "resume", token=token_file)
    pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK
    partition = min(behind)
    shutil.rmtree(pipeline.state / pipeline.input / str(partition))
    worker = pipeline.detect()
    wait_until(lambda: worker.check_running() and lanes(worker).get(partition, {}).get("state") == "stopped",
               lambda: f"it stops: {worker.log}")
    pipeline.generate(csv)
    missed = pipeline.broker.ends(pipeline.input)[partition] - ends[partition]
    name = f'cortado_partition_lag_records{{partition="{partition}"}}'
    wait_until(lambda: lanes(worker)[partition]["lag"] == missed and metric(worker, name) == missed,
               lambda: f"{missed} wait: {lanes(worker)}")
    wait_until(lambda: (metric(worker, name.replace("records", "seconds")) or 0) > 0, "for some time")
    worker.kill()


def metric(worker, name):
    with urllib.request.urlopen(worker.url() + "/metrics", timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    return next((float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name)), None)


def test_only_the_token_opens(pipeline, tmp_path):
    worker = pipeline.detect()
    wrong = tmp_path / "wrong"
    wrong.write_text("another-token-altogether")
    assert "Authorization" in admin(worker, "pause", token=wrong, expect=program.FAILED)
    request = urllib.request.Request(worker.url() + "/api/v1/admin/pause", data=b"{}", method="POST",
                                     headers={"Content-Type": "application/json"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)
    assert refused.value.code == 401 and refused.value.headers["WWW-Authenticate"] == "Bearer"
    assert refused.value.headers["Content-Type"] == "application/problem+json"
    wait_for_lanes(worker, {"running"})
    assert "not one of this worker's" in admin(worker, "pause", "-p", "99", token=pipeline.config["http"][
        "admin_token_file"], expect=program.FAILED)


def test_a_bad_token_file_is_told_before_anything_starts(make_pipeline, tmp_path):
    pipeline = make_pipeline(1)
    short = tmp_path / "short"
    short.write_text("short")
    for path, word in ((short, "16"), (tmp_path / "nowhere", "http.admin_token_file")):
        pipeline.config["http"]["admin_token_file"] = str(path)
        worker = pipeline.detect()
        assert worker.wait() == program.USAGE
        assert word in worker.log
        program.run("validate", "-c", pipeline.write_config(), expect=program.USAGE)
