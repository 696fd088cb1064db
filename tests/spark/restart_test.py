# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""A batch that was cut off between the sink and its end, and what is different at the next start."""
import dataclasses
import json

import pytest
from confluent_kafka import TopicPartition

import cortado
from cortado_spark import export_file
from cortado_spark.terms import FOLDER
from support import program
from support.spark_topics import row
from support.spark_job import without

ROWS = 30


def late_row(number, **more):
    """Every tenth is a day late."""
    return row("a", number - 1440 if number % 10 == 5 else number, n=number, **more)


def produce(topics, numbers, **more):
    topics.broker.produce(topics.input, [(b"a", late_row(number, **more), None) for number in numbers], 0)


def cut_off(topics):
    """As a kill leaves it: the last batch is in the output, and Spark does not know so. Returns its number."""
    commits = [path for path in (topics.folder / "checkpoint/commits").iterdir() if path.name.isdigit()]
    last = max(commits, key=lambda path: int(path.name))
    last.unlink()
    last.with_name(f".{last.name}.crc").unlink()
    return int(last.name)


def check_copies(topics):
    """Copies of a record are equal; returns the records' numbers by the readers' rule."""
    records, copies = topics.broker.read(topics.output), {}
    for record in records:
        assert copies.setdefault(record.json["sequence"], record.value) == record.value
    assert len(copies) < len(records)
    return [one["n"] for one in without(record.json for record in records)]


def terms_file(topics):
    return max((topics.folder / "checkpoint" / FOLDER).glob("[0-9]*"), key=lambda path: int(path.name))


def test_an_unfinished_batch_is_finished_by_the_settings_that_it_was_begun_with(topics):
    """Policies, an alarm's rules and the largest record: under the new ones other records would have these sequences."""
    topics.config["input"]["late"] = "ignore"
    topics.config["kafka"]["properties"] = {"message.max.bytes": "9000"}
    produce(topics, range(ROWS))
    topics.run()
    produce(topics, range(ROWS, 2 * ROWS))
    topics.broker.produce(topics.input, [(b"a", row("a", 2 * ROWS, n=2 * ROWS, pad="x" * 10_000), None)], 0)
    produce(topics, range(2 * ROWS + 1, 3 * ROWS))
    topics.run()
    assert cut_off(topics) == 1
    produce(topics, range(3 * ROWS, 4 * ROWS))
    topics.config["input"]["late"] = "process"
    topics.config["alerts"] = {"direction": "up"}
    del topics.config["kafka"]["properties"]
    topics.run()
    numbers = check_copies(topics)
    assert numbers == [number for number in range(4 * ROWS) if number != 2 * ROWS and (number % 10 != 5 or number >= 3 * ROWS)]
    letters = topics.broker.read(topics.dead_letters)
    assert {letter.headers["cortado-stage"] for letter in letters} == {"write"} and len(letters) == 2
    assert json.loads(terms_file(topics).read_text())["options"]["input"]["late"] == "process"


def test_a_batch_that_cannot_be_finished_as_it_was_begun_stops_a_strict_start(topics):
    produce(topics, range(ROWS))
    topics.run()
    cut_off(topics)
    told = json.loads(terms_file(topics).read_text())
    terms_file(topics).write_text(json.dumps({**told, "algorithmVersion": told["algorithmVersion"] - 1}))
    (topics.folder / "checkpoint" / FOLDER / ".0.crc").unlink()
    with pytest.raises(cortado.UnsupportedError, match="batch 0 of .* was begun by algorithm version .* and is not finished"):
        topics.start()
    terms_file(topics).write_text(json.dumps({**told, "options": {**told["options"], "input": {"mapping": {"gone": "/x"}}}}))
    with pytest.raises(cortado.UnavailableError, match="(?s)batch 0 of .* cannot be finished by .*input.mapping must be"):
        topics.start()
    topics.config["detector"] = {"preset": "seed"}
    with pytest.raises(cortado.UnsupportedError, match="the models at .* were made by another detector configuration"):
        topics.start()
    topics.config["detector"] = {"preset": "last_value"}
    assert topics.session.streams.active == []
    topics.config["stream"] = {"recovery": "best_effort"}
    topics.run()
    assert check_copies(topics) == list(range(ROWS)) and json.loads(terms_file(topics).read_text()) == told


def export(topics):
    """What the native detector has learned of the topic, as a file."""
    topics.detect(expect=program.OK)
    file = topics.folder / "devices.ctex"
    program.run("state", "export", "-c", topics.folder / "native.yaml", "-o", file)
    return file


def test_a_query_that_began_with_devices_is_not_started_without_them_before_a_batch_is_finished(topics):
    """Every model would begin anew, with sequences that stand in the output already."""
    produce(topics, range(ROWS))
    file = export(topics)
    produce(topics, range(ROWS, 2 * ROWS))
    topics.run("--initialState", str(file))
    assert cut_off(topics) == 0
    with pytest.raises(cortado.InvalidConfigError, match="began with an initialState, and none of its batches is finished"):
        topics.start()
    other = topics.folder / "other.ctex"
    other.write_bytes(export_file.write(dataclasses.replace(export_file.read(file.read_bytes()), devices=())))
    with pytest.raises(cortado.InvalidConfigError, match="began with another initialState"):
        topics.start("--initialState", str(other))
    topics.run("--initialState", str(file.rename(topics.folder / "renamed.ctex")))
    produce(topics, range(2 * ROWS, 3 * ROWS))
    topics.run()
    assert check_copies(topics) == list(range(ROWS, 3 * ROWS))


def test_a_query_that_began_without_devices_is_not_given_some_before_a_batch_is_finished(topics):
    produce(topics, range(ROWS))
    file = export(topics)
    topics.run()
    assert cut_off(topics) == 0
    with pytest.raises(cortado.InvalidConfigError, match="began with no initialState, and none of its batches is finished"):
        topics.start("--initialState", str(file))


def test_devices_that_lack_records_before_the_querys_beginning_are_refused(topics):
    produce(topics, range(ROWS))
    words = "--initialState", str(export(topics))
    produce(topics, range(ROWS, 3 * ROWS))
    lacks = rf"lacks the records of {topics.input}\[0\] from offset {ROWS} on, but the query begins at "
    for starting, begin in (("latest", 3 * ROWS), (json.dumps({topics.input: {"0": 2 * ROWS, "1": -2, "2": -1}}), 2 * ROWS)):
        with pytest.raises(cortado.InvalidConfigError, match=f"{lacks}{begin}: {begin - ROWS} offsets would never be scored"):
            topics.start(*words, "--startingOffsets", starting)
    for done in topics.broker.admin.delete_records([TopicPartition(topics.input, 0, 2 * ROWS)]).values():
        done.result(30)
    with pytest.raises(cortado.InvalidConfigError, match=f"{lacks}{2 * ROWS}: {ROWS} offsets would never be scored"):
        topics.start(*words)
    assert not (topics.folder / "checkpoint").exists() and topics.session.streams.active == []
    topics.config["stream"] = {"recovery": "best_effort"}
    topics.run(*words)
    found = [record.json for record in topics.broker.read(topics.output)]
    assert [(one["n"], one["sequence"]) for one in found] == [(2 * ROWS + i, ROWS + 1 + i) for i in range(ROWS)]


def test_offsets_that_are_not_of_this_topic_are_refused(topics):
    produce(topics, range(ROWS))
    for told, words in (({"elsewhere": {"0": 1}}, f"startingOffsets names elsewhere, but this job reads {topics.input}"),
                        ({topics.input: {"0": 1, "1": 0}}, f"must name each partition of {topics.input}, which has 3, and names 0, 1"),
                        ({topics.input: {"0": 31, "1": 0, "2": 0}}, rf"begins {topics.input}\[0\] at 31, which holds 0 to 30")):
        with pytest.raises(cortado.InvalidConfigError, match=words):
            topics.start("--startingOffsets", json.dumps(told))
    assert not (topics.folder / "checkpoint").exists() and topics.session.streams.active == []


def test_a_broker_that_does_not_answer_is_named(topics):
    words = [word for name, ms in (("default.api.timeout", "1500"), ("request.timeout", "1000"))
             for word in (f"--kafka.{name}.ms", ms)]
    with pytest.raises(cortado.UnavailableError, match="Kafka at 127.0.0.1:1 does not answer .*check kafka.bootstrap_servers"):
        topics.start(*words, bootstrap_servers="127.0.0.1:1")
