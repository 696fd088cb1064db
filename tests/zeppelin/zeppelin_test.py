# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The Zeppelin note, imported and run over the REST interface of a real Zeppelin server."""
import pathlib
import subprocess
import sys
import threading

import pytest

from support import program
from support.readings import make_rows, write_csv
from support.waiting import wait_until
from support.zeppelin import Zeppelin

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "script/zeppelin-note"
DEVICES, HOURS = 3, 300


@pytest.fixture(scope="module")
def zeppelin(tmp_path_factory):
    started = Zeppelin(tmp_path_factory.mktemp("zeppelin"))
    yield started
    started.stop()


def run_note(zeppelin, url):
    """Imports it, runs every section, sees Streaming show newer points until Stop, and that it stops."""
    done = subprocess.run([sys.executable, SCRIPT, zeppelin.url, url], capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "the note works"
    return done.stdout


def copy(broker, topic, records):
    broker.produce(topic, [(record.key, record.value, None) for record in records])


def feed(broker, topic, records, enough):
    """A few at a time, so that the note's Streaming has something to show."""
    for at in range(0, len(records), 10):
        copy(broker, topic, records[at:at + 10])
        if enough.wait(0.2):
            return


def test_the_note_works_before_a_detector(zeppelin, make_pipeline, tmp_path):
    pipeline = make_pipeline(2)
    pipeline.config["http"]["frame_ancestors"] = [zeppelin.url]
    worker = pipeline.detect()
    pipeline.generate(write_csv(tmp_path / "readings.csv", make_rows(DEVICES, HOURS)))
    wait_until(lambda: pipeline.broker.count(pipeline.output) == DEVICES * HOURS, lambda: worker.log)
    more = write_csv(tmp_path / "more.csv", make_rows(DEVICES, 5_000, first_hour=HOURS))
    pipeline.start("generate", more, "--topic", pipeline.input, "-X", f"bootstrap.servers={pipeline.broker.bootstrap}",
                   "--rate", "30/s")
    told = run_note(zeppelin, worker.url())
    assert pipeline.output in told
    assert worker.terminate() == program.OK


def test_the_note_works_over_an_enriched_topic_whose_detector_has_stopped(zeppelin, make_pipeline, tmp_path):
    pipeline = make_pipeline(2)
    pipeline.generate(write_csv(tmp_path / "readings.csv", make_rows(DEVICES, 3_000)))
    assert pipeline.detect("--until-end").wait() == program.OK
    copied = pipeline.broker.create_topic(f"{pipeline.output}-again", 2)
    records = sorted(pipeline.broker.read(pipeline.output), key=lambda record: record.json["sequence"])
    half = len(records) // 2
    copy(pipeline.broker, copied, records[:half])
    view = pipeline.start("view", "-b", pipeline.broker.bootstrap, "-t", copied, "--listen", "127.0.0.1:0")
    enough = threading.Event()
    feeder = threading.Thread(target=feed, args=(pipeline.broker, copied, records[half:], enough))
    feeder.start()
    try:
        assert copied in run_note(zeppelin, view.url())
    finally:
        enough.set()
        feeder.join()
    assert view.terminate() == program.OK
