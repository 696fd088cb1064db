# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""state.store: kafka. A worker on another machine goes on from the topic alone; what is superseded is
deleted; what is damaged is refused and the snapshot before it used."""
import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import NewTopic

from support import program
from support.oracle import check_exactly_once

PARTITIONS = 2


@pytest.fixture
def pipeline(make_pipeline):
    made = make_pipeline(PARTITIONS)
    made.config["state"].update(store="kafka", checkpoint_interval="500ms")
    made.config["stream"]["batch_interval"] = "50ms"
    return made


def state_topic(pipeline):
    return f"cortado.{pipeline.config['kafka']['group_id']}.{pipeline.input}.state"


def live(pipeline):
    """Keys of the state topic that are not deleted, with their last record."""
    last = {record.key: record for record in pipeline.broker.read(state_topic(pipeline))}
    return {key.decode(): record for key, record in last.items() if record.value is not None}


def test_a_worker_elsewhere_goes_on_from_the_topic(pipeline, readings):
    """kill -9 three times; each successor has a state folder that is empty."""
    source, rows = readings
    generator = pipeline.generate_slowly(source)
    for machine in range(4):
        pipeline.config["state"]["dir"] = str(pipeline.folder / f"machine-{machine}")
        worker = pipeline.detect()
        if machine < 3:
            # On a slow machine all may be there before the third kill; that is as good a moment.
            pipeline.wait_for_output(worker, min(pipeline.broker.count(pipeline.output) + 400, len(rows)))
            worker.kill()
    assert generator.wait() == program.OK
    pipeline.wait_until_lanes_run(worker, 2)
    pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK
    check_exactly_once(pipeline, rows)
    assert not list((pipeline.folder / "machine-3").glob("*/*/*.manifest"))


@pytest.mark.parametrize("guarantee", ["exactly_once", "at_least_once"])
def test_what_is_superseded_is_deleted(pipeline, readings, guarantee):
    """Of a long run's snapshots a few manifests are left, and no pack that none of them names."""
    source, rows = readings
    pipeline.config["stream"]["guarantee"] = guarantee
    pipeline.config["state"]["checkpoint_interval"] = "100ms"
    generator = pipeline.start("generate", source, "--topic", pipeline.input, "-X",
                               f"bootstrap.servers={pipeline.broker.bootstrap}", "--rate", "400/s")
    worker = pipeline.detect()
    assert generator.wait() == program.OK
    pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK
    check_exactly_once(pipeline, rows)
    written = {record.key for record in pipeline.broker.read(state_topic(pipeline))}
    manifests = [key for key in written if b".manifest/" in key]
    kept = [key for key in live(pipeline) if ".manifest/" in key]
    print(f"{len(manifests)} manifests were written, {len(kept)} are left")
    assert len(manifests) > 8 * PARTITIONS and len(kept) <= 6 * PARTITIONS
    snapshots = program.run("state", "verify", "-c", pipeline.write_config()).stdout
    assert ": ok, " in snapshots and "damaged" not in snapshots


def test_a_damaged_chunk_is_refused_and_the_snapshot_before_it_used(pipeline, readings):
    source, rows = readings
    generator = pipeline.generate_slowly(source)
    worker = pipeline.detect()
    pipeline.wait_for_output(worker, 1500)
    assert worker.terminate() == program.OK
    newest = max((key for key in live(pipeline) if ".manifest/" in key), key=lambda key: key[:16])
    record = live(pipeline)[newest]
    bytes_ = bytearray(record.value)
    bytes_[len(bytes_) // 2] ^= 1
    producer = Producer(pipeline.broker.client)
    producer.produce(state_topic(pipeline), key=record.key, value=bytes(bytes_), partition=record.partition)
    assert producer.flush(60) == 0
    worker = pipeline.detect()
    assert generator.wait() == program.OK
    pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK
    assert "snapshot refused" in worker.log
    check_exactly_once(pipeline, rows)


def test_a_state_topic_that_was_deleted_stops_the_lanes_and_says_what_to_do(pipeline, readings):
    source, _ = readings
    pipeline.generate(source)
    worker = pipeline.detect()
    pipeline.wait_for_output(worker, 300)
    assert worker.terminate() == program.OK
    pipeline.broker.wait_until_settled(pipeline.output)
    before = pipeline.broker.count(pipeline.output)
    pipeline.broker.admin.delete_topics([state_topic(pipeline)])[state_topic(pipeline)].result(30)
    program.wait_until(lambda: pipeline.broker.partitions(state_topic(pipeline)) == 0, "it is gone")
    worker = pipeline.detect()
    assert worker.wait() == program.FAILED
    assert "the state topic was deleted or emptied" in worker.log and "cortado state rewind" in worker.log
    assert "state.dir is not shared" not in worker.log
    assert pipeline.broker.count(pipeline.output) == before


def test_a_topic_that_is_not_compacted_is_refused(pipeline):
    pipeline.broker.admin.create_topics([NewTopic(state_topic(pipeline), PARTITIONS, 1)])[
        state_topic(pipeline)].result(30)
    program.wait_until(lambda: pipeline.broker.partitions(state_topic(pipeline)) == PARTITIONS, "it is there")
    refused = program.run("detect", "-c", pipeline.write_config(), expect=program.USAGE)
    assert "cleanup.policy delete" in refused.stderr and "kafka-configs.sh" in refused.stderr
