# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""People bring their own data: any JSON object with a device, a time and a value."""
import json
import math

from support import program


def reading(sensor, minute):
    return {"sensor": {"id": sensor, "room": "attic"}, "ts": 1_700_000_000 + 60 * minute,
            "v": round(0.05 + 0.03 * math.sin(minute / 20), 4), "tags": ["a", {"b": None}]}


def test_a_mapped_topic_is_enriched_with_the_original_object_kept(make_pipeline):
    pipeline = make_pipeline(partitions=3)
    pipeline.config["input"] = {
        "format": "json", "mapping": {"device": "/sensor/id", "time": "/ts", "value": "/v"}}
    sent = [reading(sensor, minute) for minute in range(50) for sensor in ("north", "south")]
    pipeline.broker.produce(pipeline.input, [
        (value["sensor"]["id"].encode(), json.dumps(value).encode(), [("unit", b"ppm")]) for value in sent])
    worker = pipeline.detect()
    enriched = pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK
    for sensor in ("north", "south"):
        mine = [record for record in enriched if record.key == sensor.encode()]
        originals = [value for value in sent if value["sensor"]["id"] == sensor]
        assert len(mine) == len(originals) == 50
        for number, (record, original) in enumerate(zip(mine, originals), 1):
            values = record.json
            assert {name: values[name] for name in original} == original
            assert (values["device"], values["sequence"], values["modelAge"]) == (sensor, number, number)
            assert 0 <= values["anomaly"] <= 1 and values["status"] == "warming"
            assert values["schemaVersion"] and values["modelHash"]
            assert record.headers["unit"] == "ppm"
    assert program.summary_of(worker.out)["devices"] == 2


def test_a_two_field_object_without_a_time_is_enough(make_pipeline):
    pipeline = make_pipeline(partitions=1)
    pipeline.config["input"] = {"format": "json", "mapping": {"device": "/d", "value": "/v"}}
    pipeline.broker.produce(pipeline.input, [
        (b"pump", json.dumps({"d": "pump", "v": value}).encode(), None) for value in (0.01, "0.02", None, "x")])
    worker = pipeline.detect()
    values = [record.json for record in pipeline.wait_for_all(worker)]
    worker.terminate()
    assert [value["status"] for value in values] == ["warming", "warming", "invalid", "invalid"]
    assert [value["v"] for value in values] == [0.01, "0.02", None, "x"]
