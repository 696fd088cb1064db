# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The topics that the job reads and fills, before it starts: three different ones, partition by partition alike."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

from cortado import InvalidConfigError

from cortado_spark.cluster import innermost, kafka_admin, refused
from cortado_spark.settings import Settings

PARTITIONS = 10  # of an input topic that is made here, as the native detector makes it


def check_names(settings: Settings) -> None:
    """Refuse a topic that would be read and written: the job would score its own records without end."""
    if len({settings.input, settings.output, settings.dead_letters(settings.input)}) < 3:
        raise InvalidConfigError("kafka.input_topic, kafka.output_topic and kafka.dead_letter_topic must differ, also where "
                                 "outputTopic or deadLetterTopic name them")


def ensure(session: SparkSession, settings: Settings, properties: Mapping[str, str]) -> None:
    """Make the topics that are missing, and refuse those whose partitions are not the input's.

    A record leaves on the partition of its input record, so that a device stays on one.

    Parameters
    ----------
    session : SparkSession
        With the Kafka connector, whose client is used.
    settings : Settings
        `kafka.create_topics`, `replication_factor`, `input_partitions` and the topics' settings count as for the native
        detector.
    properties : mapping of str to str
        Spark's options ``kafka.NAME``.

    Raises
    ------
    cortado.InvalidConfigError
        A topic has another number of partitions, or is missing and must not be made.
    cortado.UnavailableError, cortado.DeniedError
        What the brokers answer.
    """
    block = settings.config.get("kafka") or {}
    wanted = {role: _number(block, f"{role}_partitions", 0) for role in ("input", "output")}
    with kafka_admin(session, properties) as client:
        admin = _Admin(session, client, block, properties)
        partitions = admin.ensure("input", settings.input, wanted["input"] or PARTITIONS)
        _check_wanted(wanted, settings.input, partitions)
        for role, name in (("output", settings.output), ("dead_letter", settings.dead_letters(settings.input))):
            _check_equal(name, admin.ensure(role, name, partitions), settings.input, partitions)


def _check_wanted(wanted: Mapping[str, int], source: str, partitions: int) -> None:
    for role, number in wanted.items():
        if number not in (0, partitions):
            raise InvalidConfigError(f"kafka.{role}_partitions is {number}, but {source} has {partitions} partitions: set that "
                                     "number, or leave it empty")


def _check_equal(name: str, found: int, source: str, partitions: int) -> None:
    if found != partitions:
        raise InvalidConfigError(
            f"topic {name} has {found} partitions, but {source} has {partitions}: on Spark a record leaves on its input's "
            f"partition, so that a device stays on one; give {name} {partitions}, or name a topic that has them or is missing")


def _number(block: Mapping[str, Any], key: str, default: int) -> int:
    value = block.get(key)
    try:
        return default if value in (None, "") else int(value)
    except (TypeError, ValueError):
        raise InvalidConfigError(f"kafka.{key} must be a number, not {value!r}") from None


class _Admin:
    """What is done to topics through Kafka's own client."""

    def __init__(self, session: SparkSession, client: Any, block: Mapping[str, Any],
                 properties: Mapping[str, str]) -> None:
        self._java, self._client, self._block, self._properties = session._jvm, client, block, properties
        self._replicas = _number(block, "replication_factor", -1)

    def ensure(self, role: str, name: str, partitions: int) -> int:
        """Return a topic's number of partitions, after making it with so many if it is missing."""
        found = self._partitions(name)
        if found is None:
            self._create(role, name, partitions)
            found = self._partitions(name)
        return partitions if found is None else found  # a broker may learn of a new topic a moment later

    def _partitions(self, name: str) -> int | None:
        try:
            return int(self._client.describeTopics([name]).topicNameValues().get(name).get().partitions().size())
        except Py4JJavaError as failure:
            if innermost(failure)[0] == "UnknownTopicOrPartitionException":
                return None
            raise refused(self._properties, f"topic {name}", failure) from None

    def _create(self, role: str, name: str, partitions: int) -> None:
        if str(self._block.get("create_topics", True)).lower() == "false":
            raise InvalidConfigError(f"topic {name} does not exist and kafka.create_topics is false; make it with {partitions} "
                                     "partitions")
        assert self._java is not None
        topic = self._java.org.apache.kafka.clients.admin.NewTopic(name, partitions, self._replicas)
        of_all, of_role = (self._block.get(key) or {} for key in ("topic_configs", f"{role}_topic_configs"))
        topic = topic.configs({key: str(value) for key, value in {**of_all, **of_role}.items()})
        try:
            self._client.createTopics([topic]).all().get()
        except Py4JJavaError as failure:
            if innermost(failure)[0] != "TopicExistsException":  # somebody else made it meanwhile
                raise refused(self._properties, f"topic {name}", failure) from None
