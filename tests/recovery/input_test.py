# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Inputs that are not a plain run of records: gaps, repeats, compaction, deletion, poison, more partitions."""
import json
import signal

import pytest
from confluent_kafka import ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import NewPartitions

from support import models, program
from support.murmur2 import java_partition
from support.oracle import check_exactly_once, judge
from support.readings import device_of, make_rows, write_csv
from support.rows import read_csv
from support.waiting import wait_until

PARTITIONS = 2


@pytest.fixture
def pipeline(make_pipeline):
    made = make_pipeline(PARTITIONS)
    made.config["stream"]["batch_interval"] = "50ms"
    made.config["state"]["checkpoint_interval"] = "300ms"
    return made


def score_with_kills(pipeline, send, parts):
    """A worker that is killed after each part but the last; `send` sends one."""
    for number, part in enumerate(parts):
        worker = pipeline.detect()
        before = pipeline.broker.count(pipeline.output)
        send(part)
        if number + 1 < len(parts):
            pipeline.wait_for_output(worker, before + len(part) // 2)
            worker.kill()
    return worker


def thirds(records):
    size = len(records) // 3
    return [records[:size], records[size:2 * size], records[2 * size:]]


def test_offsets_have_gaps(pipeline, readings, messages):
    """The producer's transactions take offsets, and so do records of those that it aborted."""
    producer = Producer({**pipeline.broker.client, "transactional.id": f"{pipeline.input}-producer",
                         "partitioner": "murmur2_random"})
    producer.init_transactions(60)

    def send_once(part, abort):
        producer.begin_transaction()
        for key, value, _ in part:
            producer.produce(pipeline.input, key=key, value=value)
        # What was never sent would leave no gap.
        assert producer.flush(60) == 0
        (producer.abort_transaction if abort else producer.commit_transaction)(60)

    def send(part):
        for at in range(0, len(part), 50):
            if at % 150 == 0:
                send_once(part[at:at + 50], abort=True)
            send_once(part[at:at + 50], abort=False)
    worker = score_with_kills(pipeline, send, thirds(messages))
    pipeline.wait_for_output(worker, len(messages))
    assert worker.terminate() == program.OK, worker.log
    sources = {(record.partition, record.offset) for record in pipeline.broker.read(pipeline.input)}
    assert len(sources) == len(messages) < len(pipeline.wanted_sources()) - len(messages) // 4
    check_exactly_once(pipeline, readings[1], sources)


def doubled(records):
    return [record for record in records for _ in range(2)]


@pytest.mark.parametrize("policy", ["process", "dead_letter"])
def test_records_are_delivered_twice(pipeline, messages, policy, tmp_path):
    """By a producer that repeats: two offsets, and each has its outcome."""
    rows = make_rows(5, 900)
    pipeline.config["input"] = {"duplicate": policy}
    source = write_csv(tmp_path / "twice.csv", doubled(rows))
    expect = program.OK if policy == "process" else program.BAD_DATA
    program.run("replay", source, "-o", tmp_path / "replayed.csv", "--set", f"input.duplicate={policy}", expect=expect)
    wanted = read_csv(tmp_path / "replayed.csv")
    assert len(wanted) == 2 * len(rows) if policy == "process" else len(rows) < len(wanted) < 1.1 * len(rows)
    parts = thirds(messages)
    worker = score_with_kills(pipeline, lambda part: pipeline.broker.produce(pipeline.input, doubled(part)), parts)
    pipeline.wait_for_output(worker, len(wanted))
    assert worker.terminate() == program.OK, worker.log
    check_exactly_once(pipeline, wanted)


def test_the_input_is_compacted(make_pipeline, tmp_path):
    """Of some keys the last record alone is left, before it is read."""
    pipeline = make_pipeline(partitions=0)
    broker, rows = pipeline.broker, make_rows(3, 400)
    pipeline.config["state"]["checkpoint_interval"] = "300ms"
    broker.create_topic(pipeline.input, 1, **{
        "cleanup.policy": "compact", "min.cleanable.dirty.ratio": "0.01", "segment.ms": "50",
        "min.compaction.lag.ms": "0"})
    # Two hours of a device share a key.
    keys = [f"{device_of(row)}/{number // 6}".encode() for number, row in enumerate(rows)]
    sent = [(key, json.dumps(row).encode(), None) for key, row in zip(keys, rows)]
    for at in range(0, len(sent), 200):  # each begins a segment; the last is not compacted
        broker.produce(pipeline.input, sent[at:at + 200])
    wait_until(lambda: len(broker.read(pipeline.input)) < len(rows) * 3 // 4, "it is compacted", pause=0.5)
    start(pipeline, "kafka.group_id=another", f"kafka.output_topic={pipeline.output}-another", "state.dir=").find(
        "(is compacted at once: .* min.compaction.lag.ms)")
    pipeline.programs[-1].kill()
    # No more: what a lane must read again after a death has to be there still.
    broker.configure_topic(pipeline.input, **{"min.compaction.lag.ms": "86400000"})
    left = settled(lambda: broker.read(pipeline.input))
    source = write_csv(tmp_path / "left.csv", [json.loads(record.value) for record in left])
    program.run("replay", source, "-o", tmp_path / "replayed.csv")
    assert start(pipeline, CORTADO_CRASH_AT="send_offsets:6").wait() == -signal.SIGKILL
    worker = start(pipeline)
    pipeline.wait_for_output(worker, len(left))
    assert "is compacted at once" not in worker.log
    assert worker.terminate() == program.OK, worker.log
    check_exactly_once(pipeline, read_csv(tmp_path / "replayed.csv"),
                       {(record.partition, record.offset) for record in left})


def start(pipeline, *keys, **variables):
    """A worker with small batches, so that it may die between two."""
    words = [word for key in ("stream.max_batch_records=50", *keys) for word in ("--set", key)]
    return pipeline.detect(*words, **variables)


def settled(read):
    """What is read twice in a row."""
    last = [None]

    def look():
        before, last[0] = last[0], read()
        return before is not None and len(before) == len(last[0])
    wait_until(look, "it changes no more", pause=2)
    return last[0]


@pytest.fixture
def deleted_below(pipeline, messages):
    """The worker is dead, and what it would read next is deleted."""
    half = len(messages) // 2
    broker = pipeline.broker
    worker = pipeline.detect()
    broker.produce(pipeline.input, messages[:half])
    pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK
    broker.wait_until_settled(pipeline.output)
    broker.produce(pipeline.input, messages[half:])
    ends = broker.ends(pipeline.input)
    cut = [TopicPartition(pipeline.input, p, end - 20) for p, end in enumerate(ends) if end > 20]
    for done in broker.admin.delete_records(cut).values():
        done.result(30)
    pipeline.kept = {(p, offset) for p, end in enumerate(ends) for offset in range(max(end - 20, 0), end)}
    pipeline.before = broker.count(pipeline.output)
    return pipeline


def test_the_committed_offset_lies_below_the_logs_start(deleted_below):
    worker = deleted_below.detect()
    assert worker.wait() == program.FAILED
    assert "offsets were deleted before they could be read" in worker.log
    assert "stream.recovery to best_effort" in worker.log
    assert deleted_below.broker.count(deleted_below.output) == deleted_below.before


def test_with_best_effort_it_goes_on_without_the_deleted_records(deleted_below):
    pipeline = deleted_below
    pipeline.config["stream"]["recovery"] = "best_effort"
    worker = pipeline.detect()
    pipeline.wait_for_output(worker, pipeline.before + len(pipeline.kept))
    assert worker.terminate() == program.OK, worker.log
    assert "going on without them" in worker.log
    fresh = pipeline.broker.read(pipeline.output)
    sources = [record.source for record in fresh]
    assert len(sources) == len(set(sources)) == pipeline.before + len(pipeline.kept)
    assert pipeline.kept <= set(sources)


def test_poison_among_the_records(pipeline, readings, messages):
    """Nobody can decode them: each becomes one dead letter, whatever dies."""
    poisoned = []
    for number, (key, value, headers) in enumerate(messages):
        poisoned.append((key, value, headers))
        if number % 9 == 0:
            poisoned.append((key, b"\x00poison %d" % number, [("trace", b"%d" % number)]))
    parts = thirds(poisoned)
    worker = score_with_kills(pipeline, lambda part: pipeline.broker.produce(pipeline.input, part), parts)
    pipeline.wait_for_output(worker, len(messages))
    wanted = sum(value.startswith(b"\x00") for _, value, _ in poisoned)
    wait_until(lambda: pipeline.broker.count(pipeline.dead_letters) >= wanted, lambda: f"dead letters: {worker.log}")
    assert worker.terminate() == program.OK, worker.log
    check_exactly_once(pipeline, readings[1])
    letters = pipeline.broker.read(pipeline.dead_letters)
    assert sorted(letter.value for letter in letters) == \
        sorted(value for _, value, _ in poisoned if value.startswith(b"\x00"))


def with_tombstones(messages):
    """After every 7th record one of the same device without a value; where they will lie is known once they are sent."""
    return [one for number, (key, value, headers) in enumerate(messages)
            for one in [(key, value, headers), *[(key, None, None)] * (number % 7 == 0)]]


@pytest.mark.parametrize("policy", ["ignore", "dead_letter", "forget"])
def test_tombstones_among_the_records(pipeline, readings, messages, policy):
    """enriched + dead letters + ignored = input, whatever dies; a device that is forgotten begins anew in its place."""
    pipeline.config["input"] = {"tombstone": policy}
    parts = thirds(with_tombstones(messages))
    worker = score_with_kills(pipeline, lambda part: pipeline.broker.produce(pipeline.input, part), parts)
    pipeline.wait_for_output(worker, len(messages))
    records = pipeline.broker.read(pipeline.input)
    empty = {(record.partition, record.offset) for record in records if record.value is None}
    assert len(empty) == len(records) - len(messages) > len(messages) // 8
    # The last ones may lie behind the last reading.
    wait_until(lambda: worker.check_running() and positions(pipeline) == pipeline.broker.ends(pipeline.input),
               lambda: f"all is committed: {positions(pipeline)} {worker.log}")
    assert worker.terminate() == program.OK, worker.log
    if policy == "forget":
        return check_against_one_process(pipeline, empty)
    verdict = judge(pipeline, readings[1], ignored=empty if policy == "ignore" else set())
    assert verdict.sound(), str(verdict)
    assert len(verdict.records) + verdict.dead_letters + verdict.ignored == len(records)
    assert verdict.dead_letters == (len(empty) if policy == "dead_letter" else 0)


def positions(pipeline):
    """The group's committed offsets."""
    group, topic = pipeline.config["kafka"]["group_id"], pipeline.input
    wish = ConsumerGroupTopicPartitions(group, [TopicPartition(topic, p) for p in range(PARTITIONS)])
    found = pipeline.broker.admin.list_consumer_group_offsets([wish])[group].result(30)
    return [place.offset for place in found.topic_partitions]


def check_against_one_process(pipeline, empty):
    """The same bytes for the same offsets; no reading of a file says when a device is forgotten."""
    want = models.undisturbed(pipeline)
    alone = pipeline.broker.read(f"{pipeline.output}-alone")
    records = pipeline.broker.read(pipeline.output)
    assert [(record.source, record.value) for record in records] == [(record.source, record.value) for record in alone]
    assert {record.source for record in records} == pipeline.wanted_sources() - empty
    assert sum(record.json["sequence"] == 1 for record in records) > len(empty) // 2
    assert models.learned(pipeline) == want


def add_partitions(broker, topic, count):
    broker.admin.create_partitions([NewPartitions(topic, count)])[topic].result(30)
    wait_until(lambda: broker.partitions(topic) == count, f"{topic} has {count} partitions")


def test_more_partitions_between_two_runs_stop_it(pipeline, messages):
    """Devices have changed their partitions, and their models have not."""
    half = len(messages) // 2
    worker = pipeline.detect()
    pipeline.broker.produce(pipeline.input, messages[:half])
    pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK
    pipeline.broker.wait_until_settled(pipeline.output)
    before = pipeline.broker.count(pipeline.output)
    add_partitions(pipeline.broker, pipeline.input, PARTITIONS + 1)
    pipeline.broker.produce(pipeline.input, messages[half:])
    worker = pipeline.detect()
    # A new partition has no state that could contradict; those that have stop.
    worker.find(r"a lane has stopped: (.*partition count was \\?\"2\\?\", not \\?\"3)")
    worker.terminate()
    sources = {record.source[0] for record in pipeline.broker.read(pipeline.output)[before:]}
    assert sources <= {PARTITIONS}


def test_more_partitions_beneath_a_worker(pipeline, messages):
    """It finds out by itself, and no device's model is begun anew on another partition."""
    half = len(messages) // 2
    pipeline.config["kafka"]["properties"]["topic.metadata.refresh.interval.ms"] = "500"
    worker = pipeline.detect()
    pipeline.broker.produce(pipeline.input, messages[:half])
    pipeline.wait_for_all(worker)
    count = next(n for n in range(PARTITIONS + 1, 12)
                 if any(java_partition(key, n) >= PARTITIONS for key, _, _ in messages))
    add_partitions(pipeline.broker, pipeline.input, count)
    pipeline.broker.produce(pipeline.input, messages[half:])
    worker.find(r"(partition count was)")
    worker.terminate()
    first = {}
    for record in pipeline.broker.read(pipeline.output):
        device, sequence = record.json["device"], record.json["sequence"]
        assert sequence == first.get(device, 0) + 1, f"{device} was begun anew"
        first[device] = sequence


