# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The partition of a device is the one that the real Java client chooses."""
import pathlib
import subprocess
import sys

from support.murmur2 import java_partition, murmur2
from support.readings import by_device, make_rows, write_csv

KAFKA = pathlib.Path(__file__).resolve().parents[2] / "script/kafka"


def java_produce(bootstrap, topic, lines):
    """Kafka's own console producer, `key|value` lines."""
    jars = subprocess.run([sys.executable, KAFKA, "fetch"], capture_output=True, text=True, check=True).stdout
    subprocess.run(
        ["java", "-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", jars.strip() + "/*",
         "org.apache.kafka.tools.ConsoleProducer", "--bootstrap-server", bootstrap, "--topic", topic,
         "--reader-property", "parse.key=true", "--reader-property", "key.separator=|"],
        input="\n".join(lines), text=True, capture_output=True, check=True, timeout=60)


def partition_of_keys(records):
    return {record.key: record.partition for record in records}


def test_generate_places_devices_as_the_java_client_does(broker, make_pipeline, unique, tmp_path):
    rows = make_rows(devices=200, hours=1)
    devices = by_device(rows)
    by_java = broker.create_topic(unique("by-java"), 10)
    java_produce(broker.bootstrap, by_java, [f"{device}|x" for device in devices])
    pipeline = make_pipeline(partitions=10)
    pipeline.generate(write_csv(tmp_path / "readings.csv", rows))
    expected = partition_of_keys(broker.read(by_java))
    assert len(expected) == len(devices) and len(set(expected.values())) == 10
    assert partition_of_keys(broker.read(pipeline.input)) == expected
    # The oracle of the other tests agrees with the real client too.
    assert {key: java_partition(key, 10) for key in expected} == expected
    assert murmur2(b"21") == -973932308 & 0xFFFFFFFF
