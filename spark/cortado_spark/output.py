# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Outcomes as records of the output and dead-letter topics, with the headers of the native detector."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyspark.sql import Column, DataFrame, Row
from pyspark.sql import functions as f

from cortado import Outcomes

from cortado_spark import schemas
from cortado_spark.records import Records
from cortado_spark.settings import Settings

COLUMNS = Row(*schemas.OUTCOME.fieldNames())
RECORDS_A_ROW = 5000


class Rows:
    """What one device's batch writes, in the input's order; `to_kafka` makes records of it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._rows: list[tuple[Any, ...]] = []

    def add(self, records: Records, outcomes: Outcomes, first_sequence: int = 1) -> None:
        """Add the outcomes of records; their offsets are rows."""
        sequence = first_sequence
        rows: list[tuple[int, tuple[Any, ...]]] = []
        for index, device, value, _, _ in outcomes.enriched:
            # Without a key the sink would scatter a device's records over the partitions.
            key = records.key[index] if records.key[index] is not None else device.encode()
            rows.append((index, (self._settings.output, key, value, device, sequence, None, None, *source(records, index))))
            sequence += 1
        for index, device, stage, reason in outcomes.dead_letters:
            rows.append((index, self._dead_letter(records, index, device, stage, reason)))
        if outcomes.dead_letters:
            rows.sort(key=lambda row: row[0])
        self._rows += [row for _, row in rows]

    def add_second_partition(self, device: str, topic: str, partition: int, records: Records) -> None:
        """Refuse records of a device whose model stands on another partition."""
        for index in range(records.size):
            reason = (f"device {device} is on {records.topic[index]}[{records.partition[index]}] but its model is on "
                      f"{topic}[{partition}]: give all records of a device the same key")
            self._rows.append(self._dead_letter(records, index, device, "route", reason))

    def take(self) -> Iterator[Row]:
        """Yield rows of schemas.OUTCOMES, each of so many records that it is not too large for one."""
        for start in range(0, len(self._rows), RECORDS_A_ROW):
            yield COLUMNS(*map(list, zip(*self._rows[start:start + RECORDS_A_ROW])))

    def _dead_letter(self, records: Records, index: int, device: str, stage: str, reason: str) -> tuple[Any, ...]:
        topic = self._settings.dead_letters(records.topic[index])
        return (topic, records.key[index], records.value[index], device or None, None, stage, reason,
                *source(records, index))


def source(records: Records, index: int) -> tuple[Any, ...]:
    """Where a record came from, and its own headers."""
    return (records.topic[index], records.partition[index], records.offset[index], records.timestamp[index],
            records.headers[index])


def to_kafka(outcomes: DataFrame) -> DataFrame:
    """Return schemas.OUTPUT of schemas.OUTCOMES: headers are made here, by Spark's compiled code."""
    outcomes = outcomes.select(f.inline(f.arrays_zip(*outcomes.columns)))
    scored = f.array(_header("cortado-source-topic", "sourceTopic"), _header("cortado-source-partition", "partition"),
                     _header("cortado-source-offset", "offset"))
    refused = f.array(_header("cortado-reason", "reason"), _header("cortado-stage", "stage"),
                      _header("cortado-topic", "sourceTopic"), _header("cortado-partition", "partition"),
                      _header("cortado-offset", "offset"))
    # Spark's sink cannot set a record's timestamp.
    time = f.array(_header("cortado-source-timestamp", "timestamp"))
    headers = f.concat(_or_none(f.from_json("headers", schemas.HEADERS)), f.when(f.isnull("stage"), scored).otherwise(refused),
                       _or_none(f.when(f.isnotnull("timestamp"), time)))
    return outcomes.select("topic", "key", "value", headers.alias("headers"), "device", "sequence")


def _header(name: str, column: str) -> Column:
    return f.struct(f.lit(name).alias("key"), f.col(column).cast("string").cast("binary").alias("value"))


def _or_none(headers: Column) -> Column:
    return f.coalesce(headers, f.array().cast(schemas.HEADERS))
