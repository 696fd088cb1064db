# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The job that spark-submit starts: topic to topic, settings from outside."""
from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Callable, Mapping
from typing import Any

from pyspark.errors import IllegalArgumentException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.streaming import StreamingQuery

from cortado import InvalidConfigError, read_config

from cortado_spark import topics
from cortado_spark.checkpoint import finished_batches
from cortado_spark.cluster import cluster_id, end_offsets
from cortado_spark.detect import SESSION, detect
from cortado_spark.initial import find_exports, read_exports
from cortado_spark.kafka_properties import client_properties, refusal
from cortado_spark.settings import Settings
from cortado_spark.sizes import producer_sizes

PREFIX = "spark.cortado."


@dataclasses.dataclass(frozen=True)
class JobSettings:
    """What the job can be told beside `Settings`; names as in Spark where it has them.

    Attributes
    ----------
    config : str
        Cortado's configuration file, the native detector's own.
    checkpointLocation : str
        Where the query keeps its offsets and state; on storage that driver and executors share.
    triggerInterval : str
        A batch begins so often, such as "3 seconds".
    maxOffsetsPerTrigger : str
        At most so many records a batch; empty: all that there are.
    startingOffsets : str
        earliest, latest, or Spark's JSON; for the first start alone.
    initialState : str
        A file of ``cortado state export`` of the same cluster and topic, or a folder of such files; for the first
        start alone, and not looked at later.
    queryName : str
        The query's name on Spark's page.
    """

    config: str = ""
    checkpointLocation: str = ""
    triggerInterval: str = "3 seconds"
    maxOffsetsPerTrigger: str = "100000"
    startingOffsets: str = "earliest"
    initialState: str = ""
    queryName: str = "anomaly_detector"

    def __post_init__(self) -> None:
        """Refuse what Spark would only find wrong when the query runs."""
        if not self.checkpointLocation:
            raise InvalidConfigError("checkpointLocation is not set: the query would forget its models")
        if self.maxOffsetsPerTrigger and not (self.maxOffsetsPerTrigger.isdecimal() and int(self.maxOffsetsPerTrigger)):
            raise InvalidConfigError("maxOffsetsPerTrigger must be a whole number above 0, or empty, not "
                                     f"{self.maxOffsetsPerTrigger!r}")
        if self.startingOffsets.lower() not in ("earliest", "latest") and not _are_offsets(self.startingOffsets):
            raise InvalidConfigError("startingOffsets must be earliest, latest, or the next offset of each partition as JSON, "
                                     f'such as {{"monitoring20": {{"0": 23}}}}, not {self.startingOffsets!r}')


def _are_offsets(text: str) -> bool:
    try:
        found = json.loads(text)
        return bool(found) and all(partition.isdecimal() and type(offset) is int for partitions in found.values()
                                   for partition, offset in partitions.items())
    except (ValueError, AttributeError):
        return False


JOB_NAMES = [field.name for field in dataclasses.fields(JobSettings)]
# Where records are told that are too large, the producer's own property counts.
MODEL_NAMES = [field.name for field in dataclasses.fields(Settings) if field.name not in ("config", "maxRequestSize")]


def parse_words(words: list[str] | None) -> dict[str, str]:
    """Read ``--name value`` or ``--name=value`` for every name; ``--kafka.NAME`` goes to Spark's source and sink."""
    parser = argparse.ArgumentParser(
        allow_abbrev=False, description="Scores a Kafka topic with Cortado's models inside Spark.",
        epilog=f"Each may also stand in Spark's own configuration as {PREFIX}NAME; words win. --kafka.NAME VALUE "
               "sets a property of the Kafka clients, by the Java clients' names.")
    for name in JOB_NAMES + MODEL_NAMES:
        parser.add_argument(f"--{name}")
    known, rest = parser.parse_known_args(words)
    found = {name: value for name, value in vars(known).items() if value is not None}
    while rest:
        word, *rest = rest
        name, equals, value = word.partition("=")
        if not name.startswith("--kafka."):
            parser.error(f"{word} is unknown")
        if not equals:
            if not rest or rest[0].startswith("--kafka."):
                parser.error(f"{name} has no value")
            value, *rest = rest
        found[name[2:]] = value
    return found


def gather(session: SparkSession, words: list[str] | None) -> dict[str, str]:
    """Return all settings by name: Spark's configuration, and the words above it."""
    options = {name.removeprefix(PREFIX): value for name, value in session.sparkContext.getConf().getAll()
               if name.startswith(PREFIX)}
    options.update(parse_words(words))
    unknown = [name for name in options if name not in JOB_NAMES + MODEL_NAMES and not name.startswith("kafka.")]
    if unknown:
        raise InvalidConfigError(f"{unknown[0]} is unknown; known are {', '.join(JOB_NAMES + MODEL_NAMES)}")
    for name in options:
        if name.startswith("kafka.") and (reason := refusal(name.removeprefix("kafka."))):
            raise InvalidConfigError(f"{name} cannot be set: {reason}")
    return options


def client_options(config: Mapping[str, Any], options: Mapping[str, str]) -> dict[str, str]:
    """Return Spark's options for the Kafka clients: the file's, and the words' above them."""
    block = config.get("kafka") or {}
    return {"kafka.bootstrap.servers": str(block.get("bootstrap_servers") or ""),
            **client_properties(block.get("properties") or {}),
            **{name: value for name, value in options.items() if name.startswith("kafka.")}}


def source(session: SparkSession, job: JobSettings, settings: Settings, kafka: Mapping[str, str]) -> DataFrame:
    """Return the stream of the input topic."""
    reader = (session.readStream.format("kafka").options(**kafka).option("subscribe", settings.input)
              .option("kafka.isolation.level", "read_committed").option("startingOffsets", job.startingOffsets)
              .option("includeHeaders", "true").option("failOnDataLoss", "true"))
    if job.maxOffsetsPerTrigger:
        reader = reader.option("maxOffsetsPerTrigger", job.maxOffsetsPerTrigger)
    return reader.load()


def _check_interval(session: SparkSession, interval: str) -> None:
    assert session._jvm is not None
    try:
        session._jvm.org.apache.spark.sql.streaming.Trigger.ProcessingTime(interval)
    except IllegalArgumentException as why:
        raise InvalidConfigError(f'triggerInterval must be a time such as "3 seconds", not {interval!r}: {why}') from None


def _initial(session: SparkSession, job: JobSettings, settings: Settings, kafka: Mapping[str, str]) -> DataFrame | None:
    """Devices to go on from, until the first batch is finished; then the checkpoint has them, and no file is looked at."""
    if not job.initialState or finished_batches(session, job.checkpointLocation):
        return None
    find_exports(job.initialState)  # what is not there is told before Kafka is asked
    return read_exports(session, job.initialState, settings, cluster_id(session, kafka),
                        end_offsets(session, kafka, settings.input))


def start(session: SparkSession, words: list[str] | None = None,
          through: Callable[[DataFrame], DataFrame] | None = None) -> StreamingQuery:
    """Start the query that the settings describe.

    Parameters
    ----------
    session : SparkSession
    words : list of str, optional
        The command's words; this process's own otherwise.
    through : callable, optional
        What the input's records pass before they are scored, such as a filter; from Kafka's columns to the same.

    Raises
    ------
    cortado.InvalidConfigError
        A setting is unknown or wrong, there is no checkpointLocation or broker, or a topic is not as it must be
        (`topics.ensure`).
    """
    options = gather(session, words)
    job = JobSettings(**{name: options[name] for name in JOB_NAMES if name in options})
    _check_interval(session, job.triggerInterval)
    config = read_config(job.config)
    kafka = client_options(config, options)
    limit, more = producer_sizes(kafka)
    kafka |= more
    settings = Settings.of({"config": config, "maxRequestSize": limit,
                            **{name: options[name] for name in MODEL_NAMES if name in options}})
    settings.make_enricher()  # what is wrong in the file is told before Kafka is asked
    topics.check_names(settings)
    if not kafka["kafka.bootstrap.servers"]:
        raise InvalidConfigError("kafka.bootstrap_servers is not set: name a broker, for example localhost:9092")
    for name, value in SESSION.items():
        session.conf.set(name, value)
    initial = _initial(session, job, settings, kafka)
    records = source(session, job, settings, kafka)
    outcomes = detect(through(records) if through else records, settings, initial)
    writer = (outcomes.select("topic", "partition", "key", "value", "headers").writeStream.format("kafka").options(**kafka)
              .option("includeHeaders", "true").option("kafka.acks", "all")
              .option("kafka.enable.idempotence", "true").queryName(job.queryName))
    writer = writer.option("checkpointLocation", job.checkpointLocation).trigger(processingTime=job.triggerInterval)
    topics.ensure(session, settings, kafka)  # last: no topic is made for a setting that is wrong
    return writer.start()


def main(words: list[str] | None = None) -> None:
    """Run until the query ends; its failure is the job's."""
    session = SparkSession.builder.appName("anomaly_detector").getOrCreate()
    start(session, words).awaitTermination()
