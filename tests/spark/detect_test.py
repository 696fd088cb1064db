# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The models inside Spark: scores of `cortado replay` bit for bit, whatever becomes of order, cache and batches."""
import json

import pytest

import cortado
from cortado_spark import detect, without_repeats
from cortado_spark.export_file import Export, Lane, Device, read, write
from cortado_spark.settings import Settings
from cortado_spark.state import export, read_exports
from support import program
from support.readings import by_device, make_rows, write_csv
from support.rows import differences, read_csv
from support.spark_stream import to_records

DEVICES, HOURS, PARTITIONS = 5, 240, 3


@pytest.fixture(scope="module")
def rows():
    return make_rows(DEVICES, HOURS)


@pytest.fixture(scope="module")
def records(rows):
    return to_records(rows, PARTITIONS)


@pytest.fixture(scope="module")
def replayed(rows, tmp_path_factory):
    folder = tmp_path_factory.mktemp("replay")
    program.run("replay", write_csv(folder / "in.csv", rows), "-o", folder / "out.csv")
    return read_csv(folder / "out.csv")


def scored(found, after=None):
    """Enriched records as objects, after checking that each device's came in order."""
    last = dict(after or {})
    for row in found:
        if row.sequence is not None:
            assert row.sequence == last.get(row.device, 0) + 1, row.device
            last[row.device] = row.sequence
    return [json.loads(row.value) for row in found if row.sequence is not None]


def headers(row):
    return {header.key: bytes(header.value).decode() for header in row.headers}


def test_shuffled_records_and_a_cold_cache_give_the_scores_of_replay(rows, records, replayed, make_stream):
    """Every model is made again from blob and tail in every batch; in between a sink fails, and the query begins anew."""
    stream = make_stream()
    options = {"liveModels": 0, "snapshotBatches": 3}
    stream.add(records, batches=6)
    first = stream.run(options, fail_at=3)
    second = stream.run(options)
    found = list(without_repeats((row.device, row.sequence, row) for row in first + second))
    assert len(first + second) > len(found) == len(rows)
    assert differences(scored(found), replayed) == []
    copies = {(row.device, row.sequence): bytes(row.value) for row in first}
    assert all(copies.get((row.device, row.sequence), bytes(row.value)) == bytes(row.value) for row in second)
    for row in found:
        told, value = headers(row), json.loads(row.value)
        assert row.topic == "monitoringEnriched2" and bytes(row.key).decode() == row.device == value["device"]
        assert row.sequence == value["sequence"] and told["from"] == "test"
        assert told["cortado-source-timestamp"] == "1600000000000" and told["cortado-source-topic"] == "raw"
    sources = {(headers(row)["cortado-source-partition"], headers(row)["cortado-source-offset"]) for row in found}
    assert len(sources) == len(rows)


def test_live_models_bad_records_and_repeats(rows, records, replayed, make_stream):
    """Records that cannot be scored go to the dead letters, what was scored before and what has no value nowhere."""
    stream = make_stream()
    options = {"snapshotTail": 40, "config": {"kafka": {"output_topic": "out", "dead_letter_topic": "dead"}}}
    moved = {**records[0], "partition": 7, "offset": 10**6}
    bad = [{**records[0], "value": b"?", "key": None, "partition": 0, "offset": 2 * 10**6},
           {**records[0], "value": None, "partition": 0, "offset": 3 * 10**6}]
    stream.add(records[:600], batches=2)
    first = stream.run(options)
    stream.add(records[300:] + bad + [moved], batches=2)
    second = stream.run(options)
    assert differences(scored(first + second), replayed) == []
    assert {row.topic for row in first} == {"out"}
    letters = sorted((row for row in second if row.topic == "dead"), key=lambda row: headers(row)["cortado-stage"])
    assert [headers(row)["cortado-stage"] for row in letters] == ["decode", "route"]
    decode, route = letters
    assert (decode.key, bytes(decode.value), decode.device, headers(decode)["cortado-offset"]) == (None, b"?", None, "2000000")
    assert bytes(route.value) == moved["value"] and headers(route)["cortado-partition"] == "7"
    assert "is on raw[7] but its model is on raw[" in headers(route)["cortado-reason"]


def test_devices_come_from_an_export_and_go_back_into_one(session, rows, records, replayed, make_stream, tmp_path):
    """What a native detector knows after the first half goes on in Spark, and from there in a detector again."""
    half = len(records) // 2 // DEVICES * DEVICES
    native = cortado.Enricher()
    native.run([record["value"] for record in records[:half]], [record["timestamp"] for record in records[:half]])
    ends = {p: 1 + max(r["offset"] for r in records[:half] if r["partition"] == p) for p in {r["partition"] for r in records}}
    placed = {record["key"].decode(): record["partition"] for record in records}
    file = tmp_path / "devices.ctex"
    file.write_bytes(write(Export("raw", PARTITIONS, "cluster", native.model_hash,
                                  tuple(Lane(p, end, end) for p, end in sorted(ends.items())),
                                  tuple(Device(name, placed[name], ends[placed[name]], blob)
                                        for name, blob in sorted(native.save().items())))))
    settings = Settings.of({"snapshotBatches": 5})
    stream = make_stream()
    three_quarters = half + half // 2 // DEVICES * DEVICES
    stream.add(records[half - 100:three_quarters], batches=2)
    found = stream.run(settings, initial=read_exports(session, str(file), settings))
    done = half // DEVICES
    middle = scored(found, {device: done for device in placed})
    wanted = {(row["device"], int(row["sequence"])): row for row in replayed}
    there = [wanted[record["device"], record["sequence"]] for record in middle]
    assert len(middle) == three_quarters - half and differences(middle, there) == []

    ends = {p: 1 + max(r["offset"] for r in records[:three_quarters] if r["partition"] == p) for p in ends}
    named = Settings.of({"config": {"kafka": {"input_topic": "raw"}}})
    back = read(write(export(session, stream.checkpoint, named, "cluster", ends)))
    assert back.topic == "raw" and {device.name for device in back.devices} == set(by_device(rows))
    again = cortado.Enricher()
    for device in back.devices:
        again.load_device(device.name, device.blob)
        assert cortado.blob_head(device.blob).sequence == three_quarters // DEVICES
    last = again.run([record["value"] for record in records[three_quarters:]])
    rest = [json.loads(record.value) for record in last.enriched]
    assert differences(rest, [wanted[one["device"], one["sequence"]] for one in rest]) == []
    with pytest.raises(cortado.UnsupportedError, match="another detector configuration"):
        read_exports(session, str(file), Settings.of({"config": {"detector": {"seed": 1}}}))


@pytest.mark.parametrize("options, words", [
    ({"snapshotBatches": 0}, "snapshotBatches must be 1 to"), ({"snapshots": 3}, "snapshots is unknown"),
    ({"liveModels": "many"}, "must be a number"), ({"config": {"detector": {"preset": "best"}}}, "detector.preset must be")])
def test_a_wrong_option_is_told_before_anything_starts(session, options, words):
    stream = session.readStream.format("rate").load()
    with pytest.raises(cortado.InvalidConfigError, match=words):
        detect(stream, options)
