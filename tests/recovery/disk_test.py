# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Snapshots cannot be written for a while, since the disk is full, gone, or the topic refuses them: records go on, and
what is restarted from is whole."""
import re
import resource

import pytest

from support import program
from support.oracle import check_exactly_once
from support.waiting import wait_until


@pytest.fixture
def pipeline(make_pipeline):
    made = make_pipeline(partitions=2)
    made.config["stream"]["batch_interval"] = "50ms"
    made.config["state"]["checkpoint_interval"] = "200ms"
    return made


def limit_files(worker, size):
    """No file of the process grows beyond: what a full disk is to it."""
    most = resource.prlimit(worker.process.pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(worker.process.pid, resource.RLIMIT_FSIZE, (size, most))


def failures(worker):
    return len(re.findall("no snapshot", worker.log))


def snapshots(pipeline):
    return {path.name for path in pipeline.state.glob("*/*/*.manifest")}


def score_while_no_snapshot_is_written(pipeline, worker, messages):
    """From when it says so until the messages are scored and it has said so again."""
    wait_until(lambda: worker.check_running() and failures(worker), lambda: f"a snapshot fails: {worker.log}")
    before = failures(worker)
    sent = sum(pipeline.broker.ends(pipeline.input))
    pipeline.broker.produce(pipeline.input, messages)
    pipeline.wait_for_output(worker, sent + len(messages))
    wait_until(lambda: worker.check_running() and failures(worker) > before, lambda: f"again: {worker.log}")


def test_a_disk_that_is_full_at_the_first_start_is_waited_for(pipeline, messages, readings):
    """There is no state folder yet; no supervisor has to start it again and again."""
    worker = pipeline.detect(piped=True)
    limit_files(worker, 0)
    pipeline.broker.produce(pipeline.input, messages)
    wait_until(lambda: worker.check_running() and worker.log.count("a lane cannot be opened yet") > 2, lambda: worker.log)
    assert "File too large" in worker.log
    assert pipeline.broker.count(pipeline.output) == 0 and not snapshots(pipeline)
    limit_files(worker, resource.RLIM_INFINITY)
    pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK, worker.log
    check_exactly_once(pipeline, readings[1])


@pytest.mark.parametrize("size", [0, 700])
def test_a_disk_is_full_for_a_while(pipeline, messages, readings, size):
    """At once, or in the middle of a file."""
    third = len(messages) // 3
    worker = pipeline.detect(piped=True)
    pipeline.broker.produce(pipeline.input, messages[:third])
    pipeline.wait_for_output(worker, third)
    wait_until(lambda: len(snapshots(pipeline)) > 2, "there are snapshots")
    limit_files(worker, size)
    # Something must have changed for a snapshot to be due.
    pipeline.broker.produce(pipeline.input, messages[third:third + 50])
    score_while_no_snapshot_is_written(pipeline, worker, messages[third + 50:2 * third])
    before = snapshots(pipeline)
    assert not list(pipeline.state.glob("*/*/*.tmp"))
    limit_files(worker, resource.RLIM_INFINITY)
    pipeline.broker.produce(pipeline.input, messages[2 * third:])
    pipeline.wait_for_all(worker)
    wait_until(lambda: snapshots(pipeline) - before, lambda: f"snapshots are written again: {worker.log}")
    assert worker.terminate() == program.OK, worker.log
    check_exactly_once(pipeline, readings[1])


def test_it_dies_while_the_disk_is_full(pipeline, messages, readings):
    half = len(messages) // 2
    worker = pipeline.detect(piped=True)
    pipeline.broker.produce(pipeline.input, messages[:100])
    pipeline.wait_for_output(worker, 100)
    limit_files(worker, 0)
    pipeline.broker.produce(pipeline.input, messages[100:200])
    score_while_no_snapshot_is_written(pipeline, worker, messages[200:half])
    worker.kill()
    worker = pipeline.detect()
    pipeline.broker.produce(pipeline.input, messages[half:])
    pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK, worker.log
    check_exactly_once(pipeline, readings[1])


def test_at_its_end_a_run_says_that_its_state_was_not_written(pipeline, messages):
    worker = pipeline.detect(piped=True)
    pipeline.broker.produce(pipeline.input, messages[:100])
    pipeline.wait_for_output(worker, 100)
    limit_files(worker, 0)
    pipeline.broker.produce(pipeline.input, messages[100:200])
    pipeline.wait_for_output(worker, 200)
    assert worker.terminate() == program.FAILED
    assert "File too large" in worker.log


def test_the_folder_is_gone_for_a_while(pipeline, messages, readings):
    """As a share that is not mounted."""
    half = len(messages) // 2
    worker = pipeline.detect()
    pipeline.broker.produce(pipeline.input, messages[:100])
    pipeline.wait_for_output(worker, 100)
    wait_until(lambda: len(snapshots(pipeline)) > 2, "there are snapshots")
    folder = pipeline.state / pipeline.input
    away = folder.rename(pipeline.state / "away")
    pipeline.broker.produce(pipeline.input, messages[100:200])
    score_while_no_snapshot_is_written(pipeline, worker, messages[200:half])
    away.rename(folder)
    before = snapshots(pipeline)
    pipeline.broker.produce(pipeline.input, messages[half:])
    pipeline.wait_for_all(worker)
    wait_until(lambda: snapshots(pipeline) - before, lambda: f"snapshots are written again: {worker.log}")
    worker.kill()
    worker = pipeline.detect()
    worker.find(r"(lane is open)")
    assert worker.terminate() == program.OK, worker.log
    check_exactly_once(pipeline, readings[1])


def test_the_state_topic_refuses_records_for_a_while(pipeline, messages, readings):
    """Its max.message.bytes is below that of a chunk."""
    half, broker = len(messages) // 2, pipeline.broker
    pipeline.config["state"]["store"] = "kafka"
    topic = f"cortado.{pipeline.config['kafka']['group_id']}.{pipeline.input}.state"
    broker.create_topic(topic, 2, **{"cleanup.policy": "compact", "max.message.bytes": "2000"})
    worker = pipeline.detect()
    broker.produce(pipeline.input, messages[:100])
    score_while_no_snapshot_is_written(pipeline, worker, messages[100:half])
    broker.configure_topic(topic, **{"max.message.bytes": "1048588"})
    broker.produce(pipeline.input, messages[half:half + half // 2])
    pipeline.wait_for_output(worker, half + half // 2)

    def packs():
        return {record.key for record in broker.read(topic) if b".pack/" in record.key and record.value}
    wait_until(packs, lambda: f"a snapshot is there: {worker.log}", pause=0.5)
    worker.kill()
    pipeline.config["state"]["dir"] = str(pipeline.folder / "elsewhere")
    worker = pipeline.detect()
    broker.produce(pipeline.input, messages[half + half // 2:])
    pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK, worker.log
    check_exactly_once(pipeline, readings[1])
