# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The page in a real browser before programs on a real Kafka."""
import json
import os
import pathlib
import subprocess
import urllib.parse
import urllib.request

import pytest

from support import program
from support.readings import device_of, make_rows, write_csv
from support.waiting import wait_until

WEB = pathlib.Path(__file__).resolve().parents[2] / "libs/dashboard/web"
DEVICES, HOURS, RESIDENT = 6, 400, 2
TOKEN = "a-token-of-the-tests-0123456789"


def click(name, **variables):
    """Run a file of browser tests."""
    result = subprocess.run(["node", "--test", f"tests/browser/{name}.browser.mjs"], cwd=WEB, capture_output=True, text=True,
                            env={**os.environ, **variables}, timeout=600, check=False)
    assert result.returncode == 0, result.stdout[-6000:] + result.stderr[-2000:]


def ask(worker, name, **query):
    with urllib.request.urlopen(f"{worker.url()}/api/v1/{name}?{urllib.parse.urlencode(query)}", timeout=30) as answer:
        return json.load(answer)


def states(worker):
    return ask(worker, "devices", limit=1)["totals"]["states"]


@pytest.fixture
def pipeline(make_pipeline, tmp_path):
    made = make_pipeline(3)
    made.generate(write_csv(tmp_path / "readings.csv", make_rows(DEVICES, HOURS)))
    return made


def test_view_serves_the_page_over_an_enriched_topic_whose_detector_has_stopped(pipeline):
    assert pipeline.detect("--until-end").wait() == program.OK
    view = pipeline.start("view", "-b", pipeline.broker.bootstrap, "-t", pipeline.output, "--listen", "127.0.0.1:0")
    click("view", VIEW_URL=view.url() + "/", VIEW_DEVICES=str(DEVICES), VIEW_RECORDS=str(DEVICES * HOURS))
    assert view.terminate() == program.OK


def test_the_page_shows_which_models_have_left_memory_and_come_back(pipeline, tmp_path):
    """With room for two of six models, and nobody silent."""
    pipeline.config["http"]["silent_after"] = "31d"
    pipeline.config["detector"] = {"faults": {"limits": [{"device": "36-*", "low": 0, "high": 0.5}]}}
    pipeline.config["state"] |= {"max_resident_devices": RESIDENT, "checkpoint_interval": "500ms"}
    worker = pipeline.detect()
    wait_until(lambda: pipeline.broker.count(pipeline.output) == DEVICES * HOURS, lambda: f"all is scored: {worker.log}")
    wait_until(lambda: states(worker)["evicted"] == DEVICES - RESIDENT, lambda: f"four have left: {states(worker)}")
    again = next(row[0] for row in ask(worker, "devices", state="evicted")["rows"])
    rows = [row for row in make_rows(DEVICES, 10, first_hour=HOURS) if device_of(row) == again]
    rows[-1]["sampleMeasurement"] = "0.700"
    more = [program.BINARY, "generate", write_csv(tmp_path / "more.csv", rows), "--topic", pipeline.input,
            "-X", f"bootstrap.servers={pipeline.broker.bootstrap}"]
    click("memory", WORKER_URL=worker.url() + "/", WORKER_DEVICES=str(DEVICES), WORKER_RESIDENT=str(RESIDENT),
          WORKER_MORE=json.dumps([str(word) for word in more]), WORKER_AGAIN=again)
    assert worker.terminate() == program.OK


def test_the_page_shows_what_the_process_before_it_did(pipeline):
    assert pipeline.detect("--until-end").wait() == program.OK
    worker = pipeline.detect()
    click("former", WORKER_URL=worker.url() + "/", WORKER_RECORDS=str(DEVICES * HOURS))
    assert worker.terminate() == program.OK


def test_the_page_shows_silent_devices_paused_lanes_and_dead_letters(pipeline, tmp_path):
    token = tmp_path / "token"
    token.write_text(TOKEN)
    pipeline.config["http"] |= {"admin_token_file": str(token), "silent_after": "1s"}
    pipeline.config["state"] |= {"idle_after": "1s", "checkpoint_interval": "500ms"}
    pipeline.broker.produce(pipeline.input, [(b"k", b"no record", None)])
    worker = pipeline.detect()
    wait_until(lambda: pipeline.broker.count(pipeline.output) == DEVICES * HOURS, lambda: f"all is scored: {worker.log}")
    program.run("admin", "pause", "-p", "1", "--url", worker.url(), "--token-file", token)
    click("worker", WORKER_URL=worker.url() + "/")
    assert worker.terminate() == program.OK
