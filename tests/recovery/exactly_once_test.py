# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Workers die, are paused, come and go: a reader of committed records sees each outcome once, with the
scores of one undisturbed run."""
import collections
import json
import signal
import urllib.request

import pytest

from support import program
from support.broker import Broker
from support.oracle import check_exactly_once
from support.readings import device_of, make_rows, write_csv

DEVICES, HOURS = 5, 900
# Every step of a lane's life and of its transactions; the second number is which of them is the last.
STEPS = {
    "directory": ["fence:2", "fenced:1", "position:2", "begin:3", "append:57", "send_offsets:4", "commit:5", "committed:3",
                  "write:1", "written:4", "read:2", "write:6", "remove:2", "removed:5"],
    "kafka": ["fenced:1", "position:2", "append:57", "commit:5", "committed:3", "write:2", "written:3", "read:4",
              "write:9", "discard:2"]}


@pytest.fixture
def pipeline(make_pipeline):
    made = make_pipeline(partitions=4)
    made.config["stream"]["batch_interval"] = "50ms"
    made.config["state"]["checkpoint_interval"] = "300ms"
    return made


@pytest.mark.parametrize("store", STEPS)
def test_kill_at_every_step_of_a_lanes_life(pipeline, readings, store):
    source, rows = readings
    pipeline.config["state"]["store"] = store
    # A static member is followed by the next one at once, without waiting for its session to end.
    pipeline.config["kafka"]["instance_id"] = "worker-1"
    generator = pipeline.start("generate", source, "--topic", pipeline.input, "-X",
                               f"bootstrap.servers={pipeline.broker.bootstrap}", "--rate", "200/s")
    for step in STEPS[store]:
        worker = pipeline.detect(CORTADO_CRASH_AT=step)
        assert worker.wait() == -signal.SIGKILL, f"{step}: {worker.log}"
    generator.end()
    pipeline.generate(write_csv(pipeline.folder / "rest.csv", not_sent(pipeline)))
    worker = pipeline.detect()
    pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK
    check_exactly_once(pipeline, rows)


@pytest.mark.parametrize("store", STEPS)
def test_kill_within_a_replay(pipeline, readings, store):
    """No snapshot was taken: all is scored again, twice."""
    source, rows = readings
    pipeline.config["kafka"]["instance_id"] = "worker-1"
    pipeline.config["state"].update(store=store, checkpoint_interval="1h")
    pipeline.generate(source)
    worker = pipeline.detect("--set", "stream.max_batch_records=50")
    pipeline.wait_for_output(worker, 1500)
    worker.kill()
    worker = pipeline.detect("--set", "stream.max_batch_records=50", CORTADO_CRASH_AT="replay:5")
    assert worker.wait() == -signal.SIGKILL, worker.log
    worker = pipeline.detect()
    pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK, worker.log
    check_exactly_once(pipeline, rows)


def not_sent(pipeline):
    """The readings that the topic lacks: it may hold more of one device than of another."""
    sent = collections.Counter(record.key.decode() for record in pipeline.broker.read(pipeline.input))
    rest = []
    for row in make_rows(DEVICES, HOURS):
        device = device_of(row)
        if sent[device] == 0:
            rest.append(row)
        else:
            sent[device] -= 1
    return rest


def test_a_worker_paused_past_its_session_commits_nothing(pipeline, readings):
    source, rows = readings
    generator = pipeline.generate_slowly(source)
    zombie = pipeline.detect()
    pipeline.wait_for_output(zombie, 300)
    zombie.process.send_signal(signal.SIGSTOP)
    successor = pipeline.detect()
    pipeline.wait_for_output(successor, pipeline.broker.count(pipeline.output) + 300)
    zombie.process.send_signal(signal.SIGCONT)
    # It notices, and takes its share again.
    zombie.find(r"(partition lost|partitions lost)")
    assert generator.wait() == program.OK
    pipeline.wait_for_all(successor)
    for worker in (zombie, successor):
        assert worker.terminate() == program.OK, worker.log
    check_exactly_once(pipeline, rows)


def running_lanes(worker):
    with urllib.request.urlopen(f"{worker.url()}/api/v1/partitions", timeout=30) as answer:
        table = json.load(answer)
    return [row[table["columns"].index("state")] for row in table["rows"]].count("running")


def test_workers_join_and_leave(pipeline, readings):
    source, rows = readings
    generator = pipeline.generate_slowly(source)
    workers = [pipeline.detect()]
    pipeline.wait_for_output(workers[0], 100)
    for number in range(4):
        workers.append(pipeline.detect())
        workers[-1].find(r"(lane is open)")
        leaver = workers.pop(0)
        if number % 2 == 0:
            assert leaver.terminate() == program.OK, leaver.log
        else:
            leaver.kill()
        pipeline.wait_for_output(workers[-1], min(len(rows), pipeline.broker.count(pipeline.output) + 50))
    assert generator.wait() == program.OK
    pipeline.wait_for_all(workers[-1])
    # It has a lane twice in its log that a rebalance took and gave back.
    program.wait_until(lambda: running_lanes(workers[-1]) == 4, lambda: workers[-1].log)
    assert workers[-1].terminate() == program.OK
    check_exactly_once(pipeline, rows)


def test_a_folder_that_the_workers_do_not_share_stops_the_lane_and_says_so(pipeline, readings):
    source, _ = readings
    pipeline.generate(source)
    first = pipeline.detect()
    pipeline.wait_for_output(first, 100)
    assert first.terminate() == program.OK
    pipeline.config["state"]["dir"] = str(pipeline.folder / "elsewhere")
    before = program.summary_of(first.out)["records_out"]
    program.wait_until(lambda: pipeline.broker.count(pipeline.output) == before, f"{before} records are there")
    second = pipeline.detect()
    assert second.wait() == program.FAILED
    assert "state.dir is not shared by all workers" in second.log
    assert "state.store: kafka" in second.log
    assert pipeline.broker.count(pipeline.output) == before


def test_a_broker_that_dies_and_comes_back(readings, make_pipeline, kafka, tmp_path):
    source, rows = readings
    broker = Broker(tmp_path / "kafka", kafka)
    try:
        pipeline = make_pipeline(partitions=0)
        pipeline.broker = broker
        pipeline.config["kafka"]["bootstrap_servers"] = broker.bootstrap
        pipeline.config["stream"]["batch_interval"] = "50ms"
        broker.create_topic(pipeline.input, 4)
        generator = pipeline.generate_slowly(source)
        worker = pipeline.detect()
        pipeline.wait_for_output(worker, 500)
        broker.kill()
        broker.start_again()
        assert generator.wait(120) == program.OK
        pipeline.wait_for_all(worker)
        assert worker.terminate() == program.OK, worker.log
        check_exactly_once(pipeline, rows)
    finally:
        broker.stop()


def test_readers_of_uncommitted_records_may_see_aborted_ones_and_readers_of_committed_never(pipeline, readings):
    """What is promised holds for read_committed; this shows that there is something to hide."""
    source, rows = readings
    pipeline.config["kafka"]["instance_id"] = "worker-1"
    pipeline.generate(source)
    worker = pipeline.detect(CORTADO_CRASH_AT="send_offsets:6")
    assert worker.wait() == -signal.SIGKILL
    written = sum(pipeline.broker.ends(pipeline.output))
    worker = pipeline.detect()
    pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK
    records = check_exactly_once(pipeline, rows)
    assert written > 0
    # Control records and aborted ones take offsets; committed ones are as many as the input.
    assert sum(pipeline.broker.ends(pipeline.output)) > len(records)
    assert len(records) == len(rows)
