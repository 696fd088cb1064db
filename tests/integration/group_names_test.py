# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Groups and topics with dots in their names: what is a group's own in Kafka is no other's."""
import json

import pytest

from support import program
from support.readings import device_of, make_rows

DEVICES, HOURS = 2, 30


def name(pipeline, group, topic, store):
    pipeline.input, pipeline.output, pipeline.dead_letters = topic, f"{topic}-enriched", f"{topic}.dead-letter"
    pipeline.config["kafka"].update(group_id=group, input_topic=topic, output_topic=pipeline.output)
    pipeline.config["state"]["store"] = store
    pipeline.broker.create_topic(topic, 1)


def send(pipeline, first_hour, hours):
    rows = make_rows(DEVICES, HOURS)[first_hour * DEVICES:(first_hour + hours) * DEVICES]
    pipeline.broker.produce(pipeline.input, [(device_of(row).encode(), json.dumps(row).encode(), None) for row in rows])


def check_all(records):
    """One outcome for each record, none of a model that began anew."""
    numbers = {}
    for record in records:
        numbers.setdefault(record.key, []).append(record.json["sequence"])
    assert list(numbers.values()) == [list(range(1, HOURS + 1))] * DEVICES


@pytest.mark.parametrize("store", ["directory", "kafka"])
def test_groups_whose_names_read_alike_leave_each_other_alone(make_pipeline, unique, store):
    plant, raw = unique("plant"), unique("raw")
    pipelines = [make_pipeline(partitions=0), make_pipeline(partitions=0)]
    name(pipelines[0], plant, f"sensors.{raw}", store)
    name(pipelines[1], f"{plant}.sensors", raw, store)
    workers = []
    for pipeline in pipelines:  # the second one comes when the first one has its state
        send(pipeline, 0, 10)
        workers.append(pipeline.detect())
        pipeline.wait_for_all(workers[-1])
    for hour in range(10, HOURS, 10):
        for pipeline, worker in zip(pipelines, workers):
            send(pipeline, hour, 10)
            pipeline.wait_for_all(worker)
    for pipeline, worker in zip(pipelines, workers):
        assert worker.terminate() == program.OK
        assert worker.log.count("lane is open") == 1, worker.log
        check_all(pipeline.broker.read(pipeline.output))


def test_state_under_the_name_of_a_former_build_is_gone_on_with(broker, make_pipeline, unique):
    plant, raw = unique("plant"), unique("raw")
    pipeline = make_pipeline(partitions=0)
    name(pipeline, f"{plant}.sensors", raw, "kafka")
    send(pipeline, 0, 20)
    first = pipeline.detect()
    pipeline.wait_for_all(first)
    assert first.terminate() == program.OK
    own = f"cortado..{len(plant) + 8}.{plant}.sensors.{raw}.state"
    former = broker.create_topic(f"cortado.{plant}.sensors.{raw}.state", 1, **{"cleanup.policy": "compact"})
    broker.wait_until_settled(own)
    broker.produce(former, [(record.key, record.value, None) for record in broker.read(own)], partition=0)
    broker.admin.delete_topics([own])[own].result(30)
    program.wait_until(lambda: broker.partitions(own) == 0, "the topic is gone")
    send(pipeline, 20, HOURS - 20)
    second = pipeline.detect()
    records = pipeline.wait_for_all(second)
    assert second.terminate() == program.OK
    check_all(records)
    assert broker.partitions(own) == 0
