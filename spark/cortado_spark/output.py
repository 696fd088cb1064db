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
from cortado_spark.sizes import Headers, read_headers, record_size

COLUMNS = Row(*schemas.OUTCOME.fieldNames())
RECORDS_A_ROW = 5000

# Headers of the native detector by the columns that they are made from; those of a record that is no dead letter, and of one.
SCORED = {"cortado-source-topic": "sourceTopic", "cortado-source-partition": "partition", "cortado-source-offset": "offset"}
REFUSED = {"cortado-reason": "reason", "cortado-stage": "stage", "cortado-topic": "sourceTopic",
           "cortado-partition": "partition", "cortado-offset": "offset"}
# Of a dead letter, behind them: the consumer group, which tells it from other detectors' of the same input.
GROUP = "cortado-group"
# Behind them, where there is something to tell; Spark's sink cannot set a record's timestamp.
SOMETIMES = {"cortado-lost-bytes": "lostBytes", "cortado-source-timestamp": "timestamp"}
# More than names and numbers of these headers take; a topic's name has up to 249 bytes.
ROOM = 1000


class Rows:
    """What one device's batch writes, in the input's order; `to_kafka` makes records of it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._rows: list[tuple[Any, ...]] = []

    def add(self, records: Records, outcomes: Outcomes, first_sequence: int = 1) -> None:
        """Add the outcomes of records; their offsets are rows."""
        rows: list[tuple[int, tuple[Any, ...]]] = []
        for sequence, (index, device, value, _, _) in enumerate(outcomes.enriched, first_sequence):
            rows.append((index, self._enriched(records, index, device, value, sequence)))
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

    def _enriched(self, records: Records, index: int, device: str, value: bytes, sequence: int) -> tuple[Any, ...]:
        """The scored record; one that is too large is a dead letter, and its sequence is left out."""
        row = (self._settings.output, records.key[index], value, device, sequence, None, None, *source(records, index), None)
        size = self._too_large(row)
        if not size:
            return row
        return self._dead_letter(records, index, device, "write", f"the enriched record is too large: {size} bytes, "
                                 f"max.request.size is {self._settings.maxRequestSize}")

    def _dead_letter(self, records: Records, index: int, device: str, stage: str, reason: str) -> tuple[Any, ...]:
        """The record as it came; of one that is too large for the topic what fits, so that its place remains."""
        topic, key, value = self._settings.dead_letters(records.topic[index]), records.key[index], records.value[index]
        *place, headers = source(records, index)
        row = (topic, key, value, device or None, None, stage, reason, *place, headers, None)
        # Without the value; if need be without what else has no bound.
        for part in ((key, headers, reason), (key, None, reason), (None, None, reason[:200])):
            if not self._too_large(row):
                break
            key, headers, reason = part
            row = (topic, key, None, device or None, None, stage, reason, *place, headers, len(value or b""))
        return row

    def _too_large(self, row: tuple[Any, ...]) -> int:
        """How large a record is that the producer would refuse, and the query with it; 0 for one that it takes."""
        limit = self._settings.maxRequestSize
        _, key, value, _, _, _, reason, _, _, _, _, headers, _ = row
        # Nearly all: a character has at most four bytes, and headers as JSON are longer than they are in a record.
        most = len(key or b"") + len(value or b"") + 4 * (len(headers or "") + len(reason or "") + len(self._settings.group)) + ROOM
        if most <= limit:
            return 0
        size = record_size(key, value, _headers(dict(zip(COLUMNS, row)), self._settings.group))
        return size if size > limit else 0


def _headers(one: dict[str, Any], group: str) -> Headers:
    """What `to_kafka` makes, for its size."""
    def made(names: dict[str, str]) -> Headers:
        return [(name, str(one[column]).encode()) for name, column in names.items()]
    ours = made(SCORED) if one["stage"] is None else [*made(REFUSED), (GROUP, group.encode())]
    return read_headers(one["headers"]) + ours + made({name: column for name, column in SOMETIMES.items() if one[column] is not None})


def source(records: Records, index: int) -> tuple[Any, ...]:
    """Where a record came from, and its own headers."""
    return (records.topic[index], records.partition[index], records.offset[index], records.timestamp[index],
            records.headers[index])


def to_kafka(outcomes: DataFrame, group: str) -> DataFrame:
    """Return schemas.OUTPUT of schemas.OUTCOMES: headers are made here, by Spark's compiled code; `group` is told in dead letters."""
    outcomes = outcomes.select(f.inline(f.arrays_zip(*outcomes.columns)))
    refused = f.concat(_array(REFUSED), f.array(_header(GROUP, f.lit(group))))
    made = f.when(f.isnull("stage"), _array(SCORED)).otherwise(refused)
    more = (f.when(f.isnotnull(column), _array({name: column})) for name, column in SOMETIMES.items())
    headers = f.concat(_or_none(f.from_json("headers", schemas.HEADERS)), made, *map(_or_none, more))
    # On the input's partition, as the native detector writes where there are as many: a device's records stay together
    # whatever their keys are.
    return outcomes.select("topic", "partition", "key", "value", headers.alias("headers"), "device", "sequence")


def _array(names: dict[str, str]) -> Column:
    return f.array(*(_header(name, f.col(column)) for name, column in names.items()))


def _header(name: str, value: Column) -> Column:
    return f.struct(f.lit(name).alias("key"), value.cast("string").cast("binary").alias("value"))


def _or_none(headers: Column) -> Column:
    return f.coalesce(headers, f.array().cast(schemas.HEADERS))
