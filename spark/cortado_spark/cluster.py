# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The Kafka that a job reads, asked by the client that the connector brings to the driver's JVM."""
from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

from cortado import InvalidConfigError, UnavailableError


@contextlib.contextmanager
def kafka_admin(session: SparkSession, properties: Mapping[str, str]) -> Iterator[Any]:
    """Yield Kafka's own Java AdminClient, and close it.

    Parameters
    ----------
    session : SparkSession
    properties : mapping of str to str
        Spark's options ``kafka.NAME``.

    Raises
    ------
    cortado.InvalidConfigError
        The client refuses a property.
    """
    java = session._jvm
    assert java is not None
    own = java.java.util.Properties()
    for name, value in properties.items():
        own.setProperty(name.removeprefix("kafka."), value)
    try:
        client = java.org.apache.kafka.clients.admin.AdminClient.create(own)
    except Py4JJavaError as failure:
        raise InvalidConfigError(f"Kafka's client refuses its properties: {innermost(failure)[1]}") from None
    try:
        yield client
    finally:
        client.close()


def cluster_id(session: SparkSession, properties: Mapping[str, str]) -> str:
    """Return the cluster's id.

    Raises
    ------
    cortado.UnavailableError
        No broker answers.
    cortado.InvalidConfigError
        As of `kafka_admin`.
    """
    with kafka_admin(session, properties) as client:
        try:
            return str(client.describeCluster().clusterId().get())
        except Py4JJavaError as failure:
            raise UnavailableError(f"Kafka at {properties.get('kafka.bootstrap.servers')} does not tell its cluster's id: "
                                   f"{innermost(failure)[1]}") from None


def end_offsets(session: SparkSession, properties: Mapping[str, str], topic: str) -> dict[int, int]:
    """Return where each partition of a topic ends: the offset behind its last record. Empty if there is no such topic.

    Raises
    ------
    cortado.UnavailableError, cortado.InvalidConfigError
        As of `cluster_id`.
    """
    java = session._jvm
    assert java is not None
    with kafka_admin(session, properties) as client:
        try:
            found = client.describeTopics([topic]).topicNameValues().get(topic).get().partitions()
            places = {one.partition(): java.org.apache.kafka.common.TopicPartition(topic, one.partition()) for one in found}
            latest = java.org.apache.kafka.clients.admin.OffsetSpec.latest()
            told = client.listOffsets({place: latest for place in places.values()})
            return {partition: int(told.partitionResult(place).get().offset()) for partition, place in places.items()}
        except Py4JJavaError as failure:
            kind, words = innermost(failure)
            if kind == "UnknownTopicOrPartitionException":
                return {}
            raise UnavailableError(f"Kafka at {properties.get('kafka.bootstrap.servers')} does not tell where {topic} ends: "
                                   f"{words} ({kind})") from None


def innermost(failure: Py4JJavaError) -> tuple[str, str]:
    """Return the class and the words of what a Java call failed for in the end."""
    thrown = failure.java_exception
    while thrown.getCause() is not None:
        thrown = thrown.getCause()
    return thrown.getClass().getSimpleName(), thrown.getMessage() or ""
