# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The Kafka that a job reads, asked by the client that the connector brings to the driver's JVM."""
from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

from cortado import DeniedError, Error, InvalidConfigError, UnavailableError

ANSWERS_WITHIN_MS = 30_000  # unless the client's own properties say otherwise; its default is twice that

# What Spark adds.
_BYTES = "org.apache.kafka.common.serialization.ByteArray"
_CONSUMER = {name: _BYTES + "Deserializer" for name in ("key.deserializer", "value.deserializer")}
_PRODUCER = {"key.serializer": _BYTES + "Serializer", "value.serializer": _BYTES + "Serializer", "acks": "all",
             "enable.idempotence": "true"}


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
    java, own = session._jvm, _java_properties(session, properties)
    assert java is not None
    if not {"kafka.default.api.timeout.ms", "kafka.request.timeout.ms"} & properties.keys():
        own.setProperty("default.api.timeout.ms", str(ANSWERS_WITHIN_MS))
    try:
        client = java.org.apache.kafka.clients.admin.AdminClient.create(own)
    except Py4JJavaError as failure:
        raise InvalidConfigError(f"Kafka's client refuses its properties: {innermost(failure)[1]}") from None
    try:
        yield client
    finally:
        client.close()


def _java_properties(session: SparkSession, properties: Mapping[str, str]) -> Any:
    assert session._jvm is not None
    own = session._jvm.java.util.Properties()
    for name, value in properties.items():
        own.setProperty(name.removeprefix("kafka."), value)
    return own


def check_properties(session: SparkSession, properties: Mapping[str, str]) -> None:
    """Refuse what the source's consumers or the sink's producers would refuse in a task, after minutes of tries.

    Raises
    ------
    cortado.InvalidConfigError
        A property has a value that the client does not take, alone or beside another.
    """
    assert session._jvm is not None
    clients = session._jvm.org.apache.kafka.clients
    for client, more in ((clients.consumer.ConsumerConfig, _CONSUMER), (clients.producer.ProducerConfig, _PRODUCER)):
        try:
            client(_java_properties(session, {**properties, **more}))
        except Py4JJavaError as failure:
            raise InvalidConfigError(f"Kafka's client refuses its properties (kafka.NAME): {innermost(failure)[1]}") from None


def cluster_id(session: SparkSession, properties: Mapping[str, str]) -> str:
    """Return the cluster's id.

    Raises
    ------
    cortado.UnavailableError, cortado.DeniedError
        As of `refused`.
    cortado.InvalidConfigError
        As of `kafka_admin`.
    """
    with kafka_admin(session, properties) as client:
        try:
            return str(client.describeCluster().clusterId().get())
        except Py4JJavaError as failure:
            raise refused(properties, "the cluster's id", failure) from None


class Bounds(NamedTuple):
    """The offset of a partition's first record, and the one behind its last."""

    begin: int
    end: int


def log_bounds(session: SparkSession, properties: Mapping[str, str], topic: str) -> dict[int, Bounds]:
    """Return where each partition of a topic begins and ends. Empty if there is no such topic.

    Raises
    ------
    cortado.UnavailableError, cortado.DeniedError, cortado.InvalidConfigError
        As of `cluster_id`.
    """
    java = session._jvm
    assert java is not None
    with kafka_admin(session, properties) as client:
        try:
            found = client.describeTopics([topic]).topicNameValues().get(topic).get().partitions()
            places = {one.partition(): java.org.apache.kafka.common.TopicPartition(topic, one.partition()) for one in found}
            spec = java.org.apache.kafka.clients.admin.OffsetSpec
            told = [client.listOffsets({place: which for place in places.values()}) for which in (spec.earliest(), spec.latest())]
            return {partition: Bounds(*(int(one.partitionResult(place).get().offset()) for one in told))
                    for partition, place in places.items()}
        except Py4JJavaError as failure:
            if innermost(failure)[0] == "UnknownTopicOrPartitionException":
                return {}
            raise refused(properties, f"topic {topic}", failure) from None


def innermost(failure: Py4JJavaError) -> tuple[str, str]:
    """Return the class and the words of what a Java call failed for in the end."""
    thrown = failure.java_exception
    while thrown.getCause() is not None:
        thrown = thrown.getCause()
    return thrown.getClass().getSimpleName(), thrown.getMessage() or ""


def refused(properties: Mapping[str, str], what: str, failure: Py4JJavaError) -> Error:
    """The error of a question that Kafka did not answer as it should: denied, or unavailable, with the address where none answers."""
    kind, words = innermost(failure)
    if kind.endswith(("AuthorizationException", "AuthenticationException")):
        return DeniedError(f"{what}: {words} ({kind})")
    if kind != "TimeoutException":
        return UnavailableError(f"{what}: {words} ({kind})")
    return UnavailableError(f"{what}: Kafka at {properties.get('kafka.bootstrap.servers')} does not answer ({words}): check "
                            "kafka.bootstrap_servers, that a broker runs there, and in kafka.properties its security.protocol")
