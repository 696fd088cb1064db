# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The job that spark-submit starts: topic to topic, settings from outside."""
from __future__ import annotations

import argparse
import dataclasses
import logging
from collections.abc import Callable, Mapping
from typing import Any

from pyspark.errors import IllegalArgumentException, StreamingQueryException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.streaming import DataStreamWriter, StreamingQuery

from cortado import Error, InvalidConfigError, UnavailableError, read_config

from cortado_spark import starting, topics
from cortado_spark.checkpoint import Stand, read_stand
from cortado_spark.cluster import check_properties, cluster_id, log_bounds
from cortado_spark.detect import SESSION, detect
from cortado_spark.initial import find_exports, read_exports
from cortado_spark.kafka_properties import client_properties, refusal
from cortado_spark.settings import Settings
from cortado_spark.sizes import producer_sizes
from cortado_spark.terms import Terms, digest, read_terms, write_terms

LOG = logging.getLogger("cortado.spark")
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
        if not self.checkpointLocation.strip():
            raise InvalidConfigError("checkpointLocation is not set: the query would forget its models")
        most = self.maxOffsetsPerTrigger
        if most and not (most.isdecimal() and 0 < int(most) < 2**63):
            raise InvalidConfigError(f"maxOffsetsPerTrigger must be a whole number, 1 to {2**63 - 1}, or empty, not {most!r}")
        starting.check(self.startingOffsets)
        if not self.queryName.strip():
            raise InvalidConfigError("queryName is empty: Spark's page would not name the query")


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


def _first_start(session: SparkSession, job: JobSettings, settings: Settings, kafka: Mapping[str, str],
                 stand: Stand) -> DataFrame | None:
    """Devices to go on from, until the first batch is finished; then the checkpoint has them, and no file is looked at."""
    if stand.finished >= 0 or not (job.initialState or starting.names_offsets(job.startingOffsets)):
        return None
    bounds = log_bounds(session, kafka, settings.input)
    # Later Spark knows where the query began, and looks at no startingOffsets.
    begins = {} if stand.is_begun else starting.begins(job.startingOffsets, settings.input, bounds)
    if not job.initialState:
        return None
    return read_exports(session, job.initialState, settings, cluster_id(session, kafka),
                        {partition: one.end for partition, one in bounds.items()}, begins)


@dataclasses.dataclass(frozen=True)
class _Query:
    """A query as far as all its starts have it in common."""

    session: SparkSession
    job: JobSettings
    kafka: Mapping[str, str]
    through: Callable[[DataFrame], DataFrame] | None
    initial: DataFrame | None

    def write(self, settings: Settings, kafka: Mapping[str, str]) -> DataStreamWriter:
        """Return what starts it under such settings."""
        records = source(self.session, self.job, settings, kafka)
        outcomes = detect(self.through(records) if self.through else records, settings, self.initial)
        return (outcomes.select("topic", "partition", "key", "value", "headers").writeStream.format("kafka").options(**kafka)
                .option("includeHeaders", "true").option("kafka.acks", "all").option("kafka.enable.idempotence", "true")
                .queryName(self.job.queryName).option("checkpointLocation", self.job.checkpointLocation))

    def finish(self, batch: int, terms: Terms, settings: Settings) -> None:
        """Run the unfinished batch alone, by what it was begun with.

        Raises
        ------
        cortado.UnavailableError
            It cannot be finished so.
        """
        LOG.warning("batch %d is finished by the settings that it was begun with", batch)
        # The producer takes the largest record of then, too.
        sizes = {name: str(max(int(self.kafka.get(name, 0)), terms.maxRequestSize))
                 for name in ("kafka.max.request.size", "kafka.buffer.memory") if name in ("kafka.max.request.size", *self.kafka)}
        _, more = producer_sizes({**self.kafka, **sizes})
        try:
            # Once: it runs the batch that stands in the checkpoint, and no other.
            self.write(terms.settings(settings), {**self.kafka, **sizes, **more}).trigger(once=True).start().awaitTermination()
        except (StreamingQueryException, Error) as why:
            raise UnavailableError(
                f"batch {batch} of the query at {self.job.checkpointLocation} was begun with other settings and cannot be finished by "
                "them: mend the cause, or set stream.recovery to best_effort to write it again by the present ones (a device's records "
                f"may then be lost or stand twice in {settings.output}). It failed with: {str(why).strip().splitlines()[0]}") from why


def _settle(query: _Query, settings: Settings, terms: Terms, stand: Stand) -> bool:
    """Note what the next batch is begun with; first finish a batch that was begun otherwise, and return whether there was one."""
    session, place, batch = query.session, query.job.checkpointLocation, stand.unfinished
    former, finished = read_terms(session, place), False
    if former is not None and terms.same_bytes(former, stand):
        return False
    if batch is not None and former is not None:
        try:
            former.check_algorithm(terms, batch, place)
            query.finish(batch, former, settings)
            finished = True
        except Error as why:
            if settings.recovery != "best_effort" and not former.keeps_sequences(terms):
                raise
            LOG.warning("batch %d is written again by the present settings: %s", batch, why)
    write_terms(session, place, stand.begun + 1 if batch is None or finished else batch, terms)
    return finished


def start(session: SparkSession, words: list[str] | None = None,
          through: Callable[[DataFrame], DataFrame] | None = None) -> StreamingQuery:
    """Start the query that the settings describe.

    A batch that was cut off under other settings is finished first, by those that it was begun with.

    Parameters
    ----------
    session : SparkSession
    words : list of str, optional
        The command's words; this process's own otherwise.
    through : callable, optional
        What the input's records pass before they are scored, such as a filter; from Kafka's columns to the same. It must stay
        the same while a batch is unfinished, of which other records would come again.

    Raises
    ------
    cortado.InvalidConfigError
        A setting is unknown or wrong, there is no checkpointLocation or broker, a topic is not as it must be
        (`topics.ensure`), or the query began with another initialState.
    cortado.UnsupportedError, cortado.UnavailableError
        An unfinished batch cannot be finished as it was begun, and `stream.recovery` is not ``best_effort``; or the
        models were made by another detector configuration.
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
    check_properties(session, kafka)
    stand = read_stand(session, job.checkpointLocation)
    files = find_exports(job.initialState) if job.initialState and stand.finished < 0 else []
    terms, former = Terms.of(settings, digest(files)), read_terms(session, job.checkpointLocation)
    if former is not None:
        former.check_initial(terms.initial, stand, job.checkpointLocation)
        if stand.begun >= 0:
            former.check_models(terms, job.checkpointLocation)
    for name, value in SESSION.items():
        session.conf.set(name, value)
    query = _Query(session, job, kafka, through, _first_start(session, job, settings, kafka, stand))
    writer = query.write(settings, kafka).trigger(processingTime=job.triggerInterval)
    topics.ensure(session, settings, kafka)  # last: no topic is made for a setting that is wrong
    if _settle(query, settings, terms, stand):
        writer = dataclasses.replace(query, initial=None).write(settings, kafka).trigger(processingTime=job.triggerInterval)
    return writer.start()


def main(words: list[str] | None = None) -> None:
    """Run until the query ends; its failure is the job's."""
    session = SparkSession.builder.appName("anomaly_detector").getOrCreate()
    start(session, words).awaitTermination()
