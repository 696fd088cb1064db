# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""`cortado dlq replay` where more than one group has written letters, and where it fails half-way."""
import json
import re

import pytest
from confluent_kafka import KafkaException

from support import program

BAD = [(b"a", b"not json %d" % number, [("trace", b"%d" % number)]) for number in range(6)]


def dlq(pipeline, view, *words, expect=program.OK):
    return program.run("dlq", view, "-c", pipeline.write_config(), *words, expect=expect)


def objects(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def refuse(pipeline):
    """Let a worker make dead letters of all that is new."""
    worker = pipeline.detect("--until-end")
    assert worker.wait() == program.BAD_DATA, worker.log
    pipeline.broker.wait_until_settled(pipeline.dead_letters)


def sent(pipeline, topic):
    return sorted((record.value, record.headers) for record in pipeline.broker.read(topic))


ONCE = sorted((value, {"trace": headers[0][1].decode()}) for _, value, headers in BAD)


@pytest.fixture(scope="module")
def letters(make_pipeline):
    """Two groups have read one input of two partitions, and both refused its records."""
    pipeline = make_pipeline(partitions=2)
    for partition in range(2):
        pipeline.broker.produce(pipeline.input, BAD[partition::2], partition)
    pipeline.groups = [pipeline.config["kafka"]["group_id"] + end for end in ("-one", "-two")]
    for group in pipeline.groups:
        pipeline.config["kafka"]["group_id"] = group
        pipeline.config["state"]["dir"] = str(pipeline.folder / group)
        refuse(pipeline)
    assert pipeline.broker.count(pipeline.dead_letters) == 2 * len(BAD)
    return pipeline


def test_letters_tell_the_group_that_wrote_them(letters):
    first, second = letters.groups
    counted = dlq(letters, "ls", "-J", "--by", "group,stage")
    assert [(row["group"], row["stage"], row["count"]) for row in objects(counted)] == \
        [(first, "decode", len(BAD)), (second, "decode", len(BAD))]
    assert f"several groups: {first}, {second}" in counted.stderr
    assert dlq(letters, "ls", "--by", "group", "--group", second).stdout.split()[:5] == \
        ["COUNT", "GROUP", "FIRST", "NEWEST", str(len(BAD))]
    shown = objects(dlq(letters, "show", "-J", "-c", "100", "--group", second))
    assert [letter["group"] for letter in shown] == [second] * len(BAD)
    assert all([header["name"] for header in letter["headers"]] == ["trace"] for letter in shown)
    assert f"group   {first}\n" in dlq(letters, "show", "--group", first).stdout


def test_a_replay_of_several_groups_wants_to_know_whose(letters):
    before = letters.broker.ends(letters.input)
    for words in (["--all"], ["--stage", "decode"], ["--all", "--dry-run"]):
        refused = dlq(letters, "replay", *words, expect=program.USAGE).stderr
        assert ", ".join(letters.groups) in refused and "--group" in refused
    assert letters.broker.ends(letters.input) == before


def test_a_replay_of_one_group_sends_its_records(letters, unique):
    target = letters.broker.create_topic(unique("repaired"), 2)
    summary = objects(dlq(letters, "replay", "--group", letters.groups[0], "--to", target, "-J"))[-1]
    assert (summary["sent"], summary["repeats"], summary["complete"]) == (len(BAD), 0, True)
    assert sent(letters, target) == ONCE


def test_a_replay_of_both_groups_sends_each_record_once(letters, unique):
    target = letters.broker.create_topic(unique("repaired"), 2)
    both = [word for group in letters.groups for word in ("--group", group)]
    planned = objects(dlq(letters, "replay", *both, "--to", target, "--dry-run", "-J"))
    assert len(planned) - 1 == planned[-1]["would_send"] == planned[-1]["repeats"] == len(BAD)
    told = dlq(letters, "replay", *both, "--to", target).stderr
    assert f"sent {len(BAD)} records back" in told and f"{len(BAD)} letters repeat a record" in told
    assert sent(letters, target) == ONCE


def test_letters_of_builds_that_named_no_group_are_no_group_of_their_own(make_pipeline, unique):
    pipeline = make_pipeline()
    pipeline.broker.produce(pipeline.input, BAD, 0)
    refuse(pipeline)
    older = [(key, value, [*headers, ("cortado-reason", b"?"), ("cortado-stage", b"decode"),
                           ("cortado-topic", pipeline.input.encode()), ("cortado-partition", b"0"),
                           ("cortado-offset", str(100 + number).encode())])
             for number, (key, value, headers) in enumerate(BAD[:2])]
    pipeline.broker.produce(pipeline.dead_letters, older, 0)
    shown = objects(dlq(pipeline, "show", "-J", "--group", ""))
    assert [(letter["sourceOffset"], "group" in letter) for letter in shown] == [(100, False), (101, False)]
    target = pipeline.broker.create_topic(unique("repaired"), 1)
    assert objects(dlq(pipeline, "replay", "--all", "--to", target, "-J"))[-1]["sent"] == len(BAD) + 2


def test_a_replay_that_fails_half_way_tells_where_to_go_on(make_pipeline, unique):
    """A record is too large for the target; once it is not, the replay goes on from where the first one says."""
    pipeline = make_pipeline(partitions=2)
    broker, large = pipeline.broker, 300_000
    values = [[b"not json %d %d" % (p, i) for i in range(6)] for p in range(2)]
    values[1][3] = b"x" * large
    for partition in range(2):
        broker.produce(pipeline.input, [(b"a", value, None) for value in values[partition]], partition)
    refuse(pipeline)
    places = [[r.offset for r in broker.read(pipeline.dead_letters) if r.partition == p] for p in range(2)]
    target = broker.create_topic(unique("narrow"), 2, **{"max.message.bytes": str(large // 2)})
    failed = dlq(pipeline, "replay", "--all", "--to", target, expect=program.FAILED)
    told = re.search(r"sent (\d+) records back(?:; (\d+) of them are behind next)?; .*; next: -p 0 -o (\d+), -p 1 -o (\d+)$",
                     failed.stderr, re.M)
    assert told, failed.stderr
    count, ahead, *following = (int(number or 0) for number in told.groups())
    assert following[0] == places[0][-1] + 1 and following[1] in places[1][:4]
    before = sum(offset < following[1] for offset in places[1])
    assert count == len(values[0]) + before + ahead
    assert broker.count(target) == count
    assert f"letter 1:{following[1]}" in failed.stderr and "message.max.bytes" in failed.stderr
    broker.configure_topic(target, **{"max.message.bytes": str(2 * large)})
    program.wait_until(lambda: takes(broker, target, large), "the topic takes large records")
    rest = objects(dlq(pipeline, "replay", "-p", "1", "-o", following[1], "--to", target, "-J"))[-1]
    assert (rest["sent"], rest["complete"], rest["next"]) == (6 - before, True, {"1": places[1][-1] + 1})
    found = [r.value for r in broker.read(target) if not r.value.startswith(b"probe")]
    assert set(found) == {*values[0], *values[1]} and len(found) == 12 + ahead


def takes(broker, topic, size):
    try:
        broker.produce(topic, [(b"a", b"probe" + b"x" * size, None)], 0)
    except (KafkaException, AssertionError):
        return False
    return True
