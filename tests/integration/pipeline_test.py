# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""generate -> Kafka -> detect -> Kafka, looked at by an independent client, over 10 and 1 partitions."""
import dataclasses
import json

import pytest
from confluent_kafka import Producer

from support import program
from support.murmur2 import java_partition
from support.readings import by_device, device_of, make_rows, write_csv
from support.rows import differences, read_csv

DEVICES, HOURS = 5, 800
DEVICE_FIELDS = ("stateCode", "countyCode", "siteNum", "parameterCode", "poc")


@dataclasses.dataclass
class Flow:
    """What one run left behind."""
    partitions: int
    rows: list
    raw: list
    enriched: list
    replayed: list
    generated: dict
    exit_code: int
    summary: dict


@pytest.fixture(scope="module", params=[10, 1], ids=["10 partitions", "1 partition"])
def flow(request, make_pipeline, tmp_path_factory):
    folder = tmp_path_factory.mktemp("csv")
    rows = make_rows(DEVICES, HOURS)
    source = write_csv(folder / "readings.csv", rows)
    program.run("replay", source, "-o", folder / "replayed.csv")
    pipeline = make_pipeline(partitions=0)
    pipeline.config["kafka"]["input_partitions"] = request.param
    generated = pipeline.generate(source, "--set", f"kafka.input_partitions={request.param}")
    worker = pipeline.detect()
    enriched = pipeline.wait_for_all(worker)
    exit_code = worker.terminate()
    return Flow(request.param, rows, pipeline.broker.read(pipeline.input), enriched,
                read_csv(folder / "replayed.csv"), program.summary_of(generated.stdout), exit_code,
                program.summary_of(worker.out))


def devices_in(records):
    grouped = {}
    for record in records:
        grouped.setdefault(record.key.decode(), []).append(record)
    return grouped


def test_the_topic_holds_every_row_of_the_file(flow):
    expected = {device: [row["dateGMT"] + row["timeGMT"] + row["sampleMeasurement"] for row in rows]
                for device, rows in by_device(flow.rows).items()}
    found = {device: [r.json["dateGMT"] + r.json["timeGMT"] + r.json["sampleMeasurement"] for r in records]
             for device, records in devices_in(flow.raw).items()}
    assert found == expected
    assert flow.generated["records_out"] == len(flow.rows)


def test_a_device_stays_on_the_partition_that_the_java_client_gives_it(flow):
    partitions = {(record.key, record.partition) for record in flow.raw}
    assert partitions == {(device.encode(), java_partition(device.encode(), flow.partitions))
                          for device in by_device(flow.rows)}
    assert {record.partition for record in flow.raw} <= set(range(flow.partitions))


def test_every_input_record_has_one_enriched_record_on_the_same_partition(flow):
    raw = {(record.partition, record.offset): record for record in flow.raw}
    assert sorted(record.source for record in flow.enriched) == sorted(raw)
    for record in flow.enriched:
        source = raw[record.source]
        assert (record.partition, record.key, record.timestamp) == \
            (source.partition, source.key, source.timestamp)
        assert record.headers["cortado-source-topic"].endswith("-raw")


def test_the_order_of_a_devices_records_is_kept(flow):
    expected = {device: [(number, row["dateGMT"], row["timeGMT"]) for number, row in enumerate(rows, 1)]
                for device, rows in by_device(flow.rows).items()}
    found = {device: [(r.json["sequence"], r.json["dateGMT"], r.json["timeGMT"]) for r in records]
             for device, records in devices_in(flow.enriched).items()}
    assert found == expected


def test_there_is_one_model_per_device(flow):
    for device, records in devices_in(flow.enriched).items():
        age, next_prediction = 0, None
        for values in (record.json for record in records):
            assert values["device"] == device == device_of(values)
            valid = values["sampleMeasurement"] != ""
            age += valid
            assert values["modelAge"] == age
            if not valid:
                assert values["status"] == "invalid" and values["anomaly"] is None
            elif next_prediction is not None:
                assert values["prediction"] == next_prediction
            next_prediction = values["predictionNext"] if valid else next_prediction
        assert age > 0.9 * HOURS
    assert flow.summary["devices"] == len(by_device(flow.rows)) == DEVICES


def test_the_enriched_records_are_those_of_replay_bit_for_bit(flow):
    assert len(flow.replayed) == len(flow.rows)
    assert differences([record.json for record in flow.enriched], flow.replayed) == []


def test_scores_are_those_of_a_model_that_learns(flow):
    late = [r.json for r in flow.enriched if r.json["sequence"] > 600 and r.json["anomaly"] is not None]
    mean = sum(values["anomaly"] for values in late) / len(late)
    assert 0 < mean < 0.5
    assert all(0 <= values["anomaly"] <= 1 for values in late)
    assert {values["status"] for values in late} <= {"ok", "alarm"}


def test_sigterm_ends_with_a_summary_and_exit_0(flow):
    assert flow.exit_code == program.OK
    summary = flow.summary
    assert (summary["records_in"], summary["records_out"], summary["records_rejected"]) == \
        (len(flow.rows), len(flow.rows), 0)
    alarms = sum(record.json["status"] == "alarm" for record in flow.enriched)
    assert summary["anomalies"] == alarms
    assert summary["batches"] > 0 and summary["records_per_s"] > 0
    assert 0 <= summary["latency_ms_p50"] <= summary["latency_ms_p99"]


def test_until_end_ends_behind_a_transaction(broker, make_pipeline):
    pipeline = make_pipeline(partitions=1)
    producer = Producer({**broker.client, "transactional.id": pipeline.input})
    producer.init_transactions(60)
    for commits in (True, False, True):
        producer.begin_transaction()
        for row in range(10):
            reading = json.dumps({**dict.fromkeys(DEVICE_FIELDS, "1"), "dateGMT": "2005-01-01",
                                  "timeGMT": f"{row:02}:00", "sampleMeasurement": str(row / 100)})
            producer.produce(pipeline.input, key=b"1-1-1-1-1", value=reading)
        producer.flush(60)
        if commits:
            producer.commit_transaction(60)
        else:
            producer.abort_transaction(60)
    worker = pipeline.detect("--until-end")
    assert worker.wait() == program.OK, worker.log
    assert program.summary_of(worker.out)["records_in"] == 20  # what was aborted reaches no model
    assert [record.source[1] for record in broker.read(pipeline.output)] == [*range(10), *range(22, 32)]
