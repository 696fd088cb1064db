# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The models inside Spark: scores of `cortado replay` bit for bit, whatever becomes of order, cache and batches."""
import importlib
import json
import pathlib
import re

import pytest
from pyspark.errors import StreamingQueryException

import cortado
from cortado_spark import detect, without_repeats
from cortado_spark.job import main
from cortado_spark.settings import Settings
from cortado_spark.state import export
from support import program
from support.readings import make_rows, write_csv
from support.rows import differences, read_csv
from support.spark_stream import to_records

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEVICES, HOURS, PARTITIONS = 5, 240, 3


@pytest.fixture(scope="module")
def rows():
    return make_rows(DEVICES, HOURS)


@pytest.fixture(scope="module")
def records(rows):
    return to_records(rows, PARTITIONS)


@pytest.fixture(scope="module")
def replay(rows, tmp_path_factory):
    """What one undisturbed run gives with a preset."""
    folder = tmp_path_factory.mktemp("replay")
    source = write_csv(folder / "in.csv", rows)

    def run(preset):
        program.run("replay", source, "-o", folder / "out.csv", "--preset", preset)
        return read_csv(folder / "out.csv")
    return run


def scored(found):
    """Enriched records as objects, after checking that each device's came in order."""
    last = {}
    for row in found:
        if row.sequence is not None:
            assert row.sequence == last.get(row.device, 0) + 1, row.device
            last[row.device] = row.sequence
    return [json.loads(row.value) for row in found if row.sequence is not None]


def headers(row):
    return {header.key: bytes(header.value).decode() for header in row.headers}


def test_shuffled_records_and_a_cold_cache_give_the_scores_of_replay(rows, records, replay, make_stream):
    """Every model is made again from blob and tail in every batch; in between a sink fails, and the query begins anew."""
    stream = make_stream()
    options = {"liveModels": 0, "snapshotBatches": 2, "config": {"detector": {"preset": "seed"}}}
    stream.add(records, batches=4)
    first = stream.run(options, fail_at=2)
    second = stream.run(options)
    found = list(without_repeats((row.device, row.sequence, row) for row in first + second))
    assert len(first + second) > len(found) == len(rows)
    assert differences(scored(found), replay("seed")) == []
    copies = {(row.device, row.sequence): bytes(row.value) for row in first}
    assert all(copies.get((row.device, row.sequence), bytes(row.value)) == bytes(row.value) for row in second)
    for row in found:
        told, value = headers(row), json.loads(row.value)
        assert row.topic == "monitoringEnriched2" and bytes(row.key).decode() == row.device == value["device"]
        assert row.sequence == value["sequence"] and told["from"] == "test"
        assert told["cortado-source-timestamp"] == "1600000000000" and told["cortado-source-topic"] == "raw"
    sources = {(headers(row)["cortado-source-partition"], headers(row)["cortado-source-offset"]) for row in found}
    assert len(sources) == len(rows)


def test_the_guides_rule_for_a_whole_topic_keeps_each_record_once(session):
    """Its lines, as written, over what a write leaves that was refused in part and came again."""
    lines = re.findall(r"^(?:told|once) = .*", (ROOT / "docs/spark.md").read_text(encoding="utf-8"), re.M)
    values = [(json.dumps({"device": device, "sequence": sequence}).encode(),)
              for device, sequences in (("a", [1, 2, 6, 1, 2, 3, 4, 5, 6]), ("b", [1, 2, 2])) for sequence in sequences]
    names = {"records": session.createDataFrame(values, "value binary")}
    for line in lines:
        exec(line, names)
    found = names["once"].orderBy("device", "sequence").collect()
    assert [(row.device, row.sequence) for row in found] == [("a", n) for n in range(1, 7)] + [("b", 1), ("b", 2)]
    assert all(json.loads(row.value)["sequence"] == row.sequence for row in found)


def test_live_models_bad_records_and_repeats(rows, records, replay, make_stream):
    """Records that cannot be scored go to the dead letters, what was scored before and what has no value nowhere."""
    stream = make_stream()
    options = {"snapshotTail": 40, "config": {"detector": {"preset": "multiscale"},
                                              "kafka": {"output_topic": "out", "dead_letter_topic": "dead"}}}
    moved = {**records[0], "partition": 7, "offset": 10**6}
    bad = [{**records[0], "value": b"?", "key": None, "partition": 0, "offset": 2 * 10**6},
           {**records[0], "value": None, "partition": 0, "offset": 3 * 10**6}]
    stream.add(records[:600], batches=2)
    first = stream.run(options)
    stream.add(records[300:] + bad + [moved], batches=2)
    second = stream.run(options)
    assert differences(scored(first + second), replay("multiscale")) == []
    assert {row.topic for row in first} == {"out"}
    letters = sorted((row for row in second if row.topic == "dead"), key=lambda row: headers(row)["cortado-stage"])
    assert [headers(row)["cortado-stage"] for row in letters] == ["decode", "route"]
    decode, route = letters
    assert (decode.key, bytes(decode.value), decode.device, headers(decode)["cortado-offset"]) == (None, b"?", None, "2000000")
    assert bytes(route.value) == moved["value"] and headers(route)["cortado-partition"] == "7"
    assert "is on raw[7] but its model is on raw[" in headers(route)["cortado-reason"]


def test_a_checkpoint_of_another_configuration_stops_the_query_and_says_so(records, make_stream):
    """In the same session, whose workers still have the models that the first query made."""
    stream = make_stream()
    stream.add(records[:100], batches=1)
    assert len(stream.run({"config": {"detector": {"preset": "seed"}}})) == 100
    stream.add(records[100:200], batches=1)
    hashes = [cortado.Enricher(detector={"preset": preset}).model_hash for preset in ("seed", "multiscale")]
    with pytest.raises(StreamingQueryException, match="another detector configuration .{}, not {}".format(*hashes)):
        stream.run({"config": {"detector": {"preset": "multiscale"}}})
    second = stream.run({"config": {"detector": {"preset": "seed"}, "output": {"format": "binary"}}})
    assert len(second) == 100 and all(bytes(row.value).startswith(b"\xc0\x52") for row in second)


def test_another_mapping_counts_from_the_restart_on_in_state_and_exports_too(session, make_stream):
    """The fleet's firmware renames a field: records behind the models are still those of the former name."""
    stream = make_stream()
    def options(field):
        return {"config": {"detector": {"preset": "last_value"}, "input": {"mapping": {"device": "/d", "value": field}},
                           "kafka": {"input_topic": "raw"}}}
    def records(field, start):
        return [{"key": b"a", "value": json.dumps({"d": "a", field: 1 + i % 3}).encode(), "topic": "raw", "partition": 0, "offset": i,
                 "timestamp": 1_600_000_000_000 + 1000 * i, "headers": []} for i in range(start, start + 15)]
    stream.add(records("v", 0), batches=1)
    assert len(stream.run(options("/v"))) == 15
    right, other, none = (export(session, stream.checkpoint, Settings.of({"config": config}), "id", {0: 15}) for config in (
        options("/v")["config"], options("/w")["config"], {"detector": {"preset": "last_value"}, "kafka": {"input_topic": "raw"}}))
    assert right == other == none
    (device,) = right.devices
    stream.add(records("w", 15), batches=1)
    values = [json.loads(row.value) for row in stream.run(options("/w"))]
    assert [(value["sequence"], value["modelAge"]) for value in values] == [(i, i) for i in range(16, 31)]
    assert cortado.blob_head(device.blob).sequence == 15


def test_kafkas_timestamp_of_minus_one_is_none(session):
    """As for the native detector: without a time in the mapping it would be the reading's."""
    frame = session.sql("select binary('k') key, binary('v') value, 't' topic, 0 partition, id offset, "
                        "timestamp_millis(id - 1) timestamp from range(3)")
    rows = importlib.import_module("cortado_spark.detect")._records(frame).orderBy("offset").collect()
    assert [row.timestamp for row in rows] == [None, 0, 1]


@pytest.mark.parametrize("options, words", [
    ({"snapshotBatches": 0}, "snapshotBatches must be 1 to"), ({"snapshots": 3}, "snapshots is unknown"),
    ({"liveModels": "many"}, "must be a whole number"), ({"snapshotBatches": None}, "snapshotBatches must be a whole number, not None"),
    ({"snapshotTail": 1.9}, "must be a whole number"), ({"snapshotTail": True}, "must be a whole number"),
    ({"config": "cortado.yaml"}, "config must be a mapping of blocks, not 'cortado.yaml'"),
    ({"config": None}, "config must be a mapping"), ({"config": {"input": "x"}}, "input is a block of keys"),
    ({"outputTopic": 5}, "outputTopic must be a topic's name"), ("cortado.yaml", "options must be"), ([], "options must be"),
    ({"config": {"input": {"tombstone": "forget"}}}, "input.tombstone: forget is the native detector's alone"), ({"config": {"detector": {"preset": "best"}}}, "detector.preset must be")])
def test_a_wrong_option_is_told_before_anything_starts(session, options, words):
    stream = session.readStream.format("rate").load()
    with pytest.raises(cortado.InvalidConfigError, match=words):
        detect(stream, options)


def test_a_batch_frame_is_refused(session):
    frame = session.createDataFrame([], "key binary, value binary, topic string, partition int, offset long, timestamp timestamp")
    with pytest.raises(cortado.InvalidConfigError, match="no streaming frame"):
        detect(frame)


@pytest.mark.parametrize("job_words, words", [
    (["--snapshotBatches", "0"], "snapshotBatches must be 1 to 10000, not 0"),
    (["--initialState", "/nowhere"], "no state export at /nowhere"),
    (["--kafka.isolation.level", "read_uncommitted"], "aborted transactions must not reach a model"),
    (["--maxOffsetsPerTrigger", "many"], "maxOffsetsPerTrigger must be a whole number above 0, or empty, not 'many'"),
    (["--maxOffsetsPerTrigger", "0"], "maxOffsetsPerTrigger must be"), (["--startingOffsets", "middle"], "startingOffsets must be"),
    (["--startingOffsets", '{"raw": 5}'], "startingOffsets must be"), (["--startingOffsets", '{"raw": {"0": "5"}}'], "startingOffsets must"),
    (["--triggerInterval", "abc"], "triggerInterval must be a time"), (["--triggerInterval", ""], "triggerInterval must be a time"),
    (["--triggerInterval", "3"], "triggerInterval must be a time"), (["--triggerInterval", "-3 seconds"], "triggerInterval must be a time"),
    (["--kafka.bootstrap.servers", ""], "kafka.bootstrap_servers is not set"),
    (["--checkpointLocation", ""], "checkpointLocation is not set")])
def test_a_wrong_word_ends_the_job_with_its_name(session, tmp_path, job_words, words):
    with pytest.raises(cortado.InvalidConfigError, match=words):
        main(["--checkpointLocation", str(tmp_path / "checkpoint"), "--kafka.bootstrap.servers", "localhost:1", *job_words])
    assert not (tmp_path / "checkpoint").exists() and session.streams.active == []
