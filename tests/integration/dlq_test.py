# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""`cortado dlq` on a real dead-letter topic: count, look, send back byte for byte."""
import base64
import datetime
import json
import subprocess
import time

import pytest
from confluent_kafka import Producer, TopicPartition

from support import program
from support.readings import device_of, make_row

# Of the last hour: retention goes by these, and takes older ones away in the middle of the test.
FIRST_MS = int(time.time() * 1000) - 3_600_000
HEADERS = [("trace", b"t-1"), ("trace", b"t-2"), ("null", None), ("empty", b""), ("bytes", b"\x00\xff")]
BAD = [  # partition, key, value, headers
    (0, b"a", b"not json", HEADERS), (1, None, b"\x00\xff\xfe binary \n\r", []), (1, b"", b"{", []),
    (0, b"b", b'{"stateCode":"36"}', []), (2, b"c", b"", [("only", b"x")])]


@pytest.fixture(scope="module")
def letters(make_pipeline):
    """A pipeline over three partitions whose five bad records are dead letters now."""
    pipeline = make_pipeline(partitions=3)
    producer = Producer({**pipeline.broker.client, "enable.idempotence": True, "max.in.flight": 1})
    good = make_row(1, 0)
    producer.produce(pipeline.input, key=device_of(good), value=json.dumps(good), partition=0)
    for number, (partition, key, value, headers) in enumerate(BAD):
        producer.produce(pipeline.input, key=key, value=value, headers=headers, partition=partition,
                         timestamp=FIRST_MS + number)
    assert producer.flush(60) == 0
    worker = pipeline.detect("--until-end")
    assert worker.wait() == program.BAD_DATA, worker.log
    pipeline.broker.wait_until_settled(pipeline.dead_letters)
    assert pipeline.broker.count(pipeline.dead_letters) == len(BAD)
    return pipeline


def dlq(pipeline, view, *words, expect=program.OK):
    return program.run("dlq", view, "-c", pipeline.write_config(), *words, expect=expect)


def objects(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_ls_counts_by_stage_and_reason(letters):
    rows = objects(dlq(letters, "ls", "-J"))
    assert sum(row["count"] for row in rows) == len(BAD)
    counts = {}
    for row in rows:
        assert row["reason"]
        counts[row["stage"]] = counts.get(row["stage"], 0) + row["count"]
    assert counts == {"decode": 4, "map": 1}
    text = dlq(letters, "ls").stdout.splitlines()
    assert text[0].split() == ["COUNT", "STAGE", "FIRST", "NEWEST", "REASON"]
    assert len(text) == len(rows) + 1


def test_ls_counts_by_the_inputs_partition(letters):
    rows = objects(dlq(letters, "ls", "-J", "--by", "partition,topic"))
    assert {row["partition"]: row["count"] for row in rows} == {0: 2, 1: 2, 2: 1}
    assert {row["topic"] for row in rows} == {letters.input}


def test_show_prints_every_byte_and_header(letters):
    shown = {(o["sourcePartition"], o["timestamp"]): o for o in objects(dlq(letters, "show", "-J"))}
    assert len(shown) == len(BAD)
    for number, (partition, key, value, headers) in enumerate(BAD):
        letter = shown[partition, FIRST_MS + number]
        assert bytes_of(letter, "key") == key
        assert bytes_of(letter, "value") == value
        assert [(h["name"], bytes_of(h, "value")) for h in letter["headers"]] == headers


def bytes_of(item, name):
    if name + "Base64" in item:
        return base64.b64decode(item[name + "Base64"])
    return None if item[name] is None else item[name].encode()


def test_show_finds_one_record_by_its_place(letters):
    text = dlq(letters, "show", "--source", "1:0").stdout
    assert f"from    {letters.input} [1] offset 0" in text
    assert "00 ff fe 20 62 69 6e 61" in text and "|... binary ..|" in text
    raw = subprocess.run([program.BINARY, "dlq", "show", "-c", letters.write_config(), "--raw",
                          "-p", "1", "-o", "0"], capture_output=True, check=True,
                         env=program.environment())
    assert raw.stdout == BAD[1][2]
    last = objects(dlq(letters, "show", "-J", "-p", "1", "-o", "-100", "-c", "5"))
    assert [item["sourceOffset"] for item in last] == [0, 1]
    assert "no dead letter matches" in \
        dlq(letters, "show", "--source", "1:9", expect=program.FAILED).stderr


def test_flags_of_kcat_need_no_configuration(letters):
    result = program.run("dlq", "ls", "-b", letters.broker.bootstrap, "-t", letters.dead_letters,
                         "-o", "beginning", "-c", "3", "--json")
    assert sum(row["count"] for row in objects(result)) == 3


def test_stage_partition_and_both_ends_choose_in_every_view(letters):
    def places(*words):
        return sorted((o["sourcePartition"], o["sourceOffset"]) for o in objects(dlq(letters, "show", "-J", *words)))
    _, second = [o["offset"] for o in objects(dlq(letters, "show", "-J", "-p", "1"))]
    assert places("-p", "1", "--until", second) == [(1, 0)]
    assert places("-p", "1", "-o", second, "--until", second + 1) == [(1, 1)]
    # Offsets 1 and 2 of partition 0, and the one record of partition 2, have the times 0, 3 and 4.
    assert places("--until", f"e@{FIRST_MS + 3}") == [(0, 1), (1, 0), (1, 1)]
    iso = datetime.datetime.fromtimestamp((FIRST_MS + 3) / 1000, datetime.timezone.utc).isoformat()
    assert places("-o", f"s@{FIRST_MS + 1}", "--until", iso) == [(1, 0), (1, 1)]
    assert places("--stage", "map", "--until", f"e@{FIRST_MS + 4}") == [(0, 2)]
    rows = objects(dlq(letters, "ls", "-J", "--stage", "decode", "-p", "1", "--until", second))
    assert [(row["stage"], row["count"]) for row in rows] == [("decode", 1)]
    planned = objects(dlq(letters, "replay", "--dry-run", "-J", "--until", f"e@{FIRST_MS + 1}"))
    assert planned[-1]["would_send"] == 1 and planned[0]["toPartition"] == 0
    assert "--until" in dlq(letters, "ls", "--until", "tomorrow", expect=program.USAGE).stderr
    assert "--until" in dlq(letters, "show", "--help").stdout


def test_replay_without_a_selection_is_refused(letters):
    refused = dlq(letters, "replay", expect=program.USAGE)
    assert "--all" in refused.stderr and "--dry-run" in refused.stderr


def test_a_dry_run_says_what_would_be_sent_and_sends_nothing(letters):
    before = letters.broker.ends(letters.input)
    result = dlq(letters, "replay", "--all", "--dry-run", "-J")
    *planned, summary = objects(result)
    assert summary["would_send"] == len(BAD) and summary["sent"] == 0
    assert sorted(p["toPartition"] for p in planned) == [0, 0, 1, 1, 2]
    assert {p["to"] for p in planned} == {letters.input}
    assert letters.broker.ends(letters.input) == before


def test_replay_sends_key_value_and_headers_back_byte_for_byte(letters, unique):
    broker = letters.broker
    target = broker.create_topic(unique("repaired"), 3)
    summary = objects(dlq(letters, "replay", "--all", "--to", target, "-J"))[-1]
    assert summary["sent"] == len(BAD)
    last = {str(r.partition): r.offset + 1 for r in broker.read(letters.dead_letters)}
    assert summary["next"] == last
    consumer = broker._consumer()  # with its own headers: a dict would lose the two of one name
    found = {}
    consumer.assign([TopicPartition(target, p, 0) for p in range(3)])
    program.wait_until(lambda: collect(consumer, found) >= len(BAD), "all are back")
    consumer.close()
    for number, (partition, key, value, headers) in enumerate(BAD):
        assert found[FIRST_MS + number] == (partition, key, value, headers or None)


def collect(consumer, found):
    for message in consumer.consume(100, 0.2):
        if message.error() is not None:  # the end of a partition
            continue
        found[message.timestamp()[1]] = (message.partition(), message.key(), message.value(),
                                         message.headers())
    return len(found)


def test_what_is_sent_back_to_the_input_topic_is_scored(letters):
    """A record is refused, the configuration mended, the record sent back: it is scored then."""
    pipeline = letters
    broken = json.dumps({"id": "boiler-1", "v": 0.05}).encode()
    pipeline.broker.produce(pipeline.input, [(b"boiler-1", broken, [("trace", b"again")])])
    worker = pipeline.detect("--until-end")
    assert worker.wait() == program.BAD_DATA, worker.log
    pipeline.broker.wait_until_settled(pipeline.dead_letters)
    pipeline.broker.wait_until_settled(pipeline.output)
    enriched = pipeline.broker.count(pipeline.output)
    sent = objects(dlq(pipeline, "replay", "--reason", "the device cannot be told", "-o",
                       f"s@{FIRST_MS + 60_000}", "-J"))[-1]
    assert sent["sent"] == 1
    pipeline.config["input"] = {"mapping": {"device": "/id", "value": "/v"}}
    pipeline.config["kafka"]["group_id"] += "-mended"
    pipeline.config["state"]["dir"] = str(pipeline.folder / "mended")
    worker = pipeline.detect("--until-end")
    assert worker.wait() == program.BAD_DATA, worker.log
    pipeline.broker.wait_until_settled(pipeline.output)
    again = [r for r in pipeline.broker.read(pipeline.output) if r.key == b"boiler-1"]
    assert pipeline.broker.count(pipeline.output) >= enriched + 2
    assert [r.json["sequence"] for r in again] == [1, 2]
    assert again[1].headers["trace"] == "again"
