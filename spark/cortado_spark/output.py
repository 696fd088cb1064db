# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Outcomes as records of the output and dead-letter topics, with the headers of the native detector."""
from __future__ import annotations

from typing import Any

import pandas as pd

from cortado import DeadLetter, Outcomes

from cortado_spark import schemas
from cortado_spark.settings import Settings

COLUMNS = schemas.OUTPUT.fieldNames()


class Rows:
    """The records that one device's batch writes, in the input's order."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._rows: list[tuple[Any, ...]] = []

    def add(self, frame: pd.DataFrame, outcomes: Outcomes, first_sequence: int = 1) -> None:
        """Add the outcomes of a frame's records; their offsets are rows of the frame."""
        inputs = frame.to_dict("records")
        letters = {letter.offset: letter for letter in outcomes.dead_letters}
        scored = {record.offset: record for record in outcomes.enriched}
        sequence = first_sequence
        for index, source in enumerate(inputs):
            if index in letters:
                self._dead_letter(source, letters[index])
            elif index in scored:
                self._enriched(source, scored[index].value, scored[index].device, sequence)
                sequence += 1

    def add_second_partition(self, device: str, topic: str, partition: int, frame: pd.DataFrame) -> None:
        """Refuse records of a device whose model stands on another partition."""
        for source in frame.to_dict("records"):
            reason = (f"device {device} is on {source['topic']}[{source['partition']}] but its model is on "
                      f"{topic}[{partition}]: give all records of a device the same key")
            self._dead_letter(source, DeadLetter(0, device, "route", reason))

    def frame(self) -> pd.DataFrame:
        """Return the rows as Spark takes them."""
        return pd.DataFrame(self._rows, columns=COLUMNS)

    def _enriched(self, source: dict[str, Any], value: bytes, device: str, sequence: int) -> None:
        headers = [*own_headers(source), header("cortado-source-topic", source["topic"]),
                   header("cortado-source-partition", source["partition"]),
                   header("cortado-source-offset", source["offset"]), *timestamp_header(source)]
        # Without a key the sink would scatter a device's records over the partitions.
        key = source["key"] if source["key"] is not None else device.encode()
        self._rows.append((self._settings.output, key, value, headers, device, sequence))

    def _dead_letter(self, source: dict[str, Any], letter: DeadLetter) -> None:
        headers = [*own_headers(source), header("cortado-reason", letter.reason), header("cortado-stage", letter.stage),
                   header("cortado-topic", source["topic"]), header("cortado-partition", source["partition"]),
                   header("cortado-offset", source["offset"]), *timestamp_header(source)]
        topic = self._settings.dead_letters(source["topic"])
        self._rows.append((topic, source["key"], source["value"], headers, letter.device or None, None))


def header(name: str, value: Any) -> dict[str, Any]:
    """Return one header as Spark takes it."""
    return {"key": name, "value": str(value).encode()}


def own_headers(source: dict[str, Any]) -> list[dict[str, Any]]:
    """The input record's headers."""
    found = source.get("headers")
    if found is None:
        return []
    return [{"key": one["key"], "value": one["value"]} for one in found]


def timestamp_header(source: dict[str, Any]) -> list[dict[str, Any]]:
    """Spark's sink cannot copy a record's timestamp: a header carries it."""
    return [] if pd.isna(source["timestamp"]) else [header("cortado-source-timestamp", int(source["timestamp"]))]
