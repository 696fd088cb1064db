# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""One device's records of a batch to its outcomes, with the device's model in Spark's state."""
from __future__ import annotations

import logging
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import pandas as pd
from pyspark import TaskContext
from pyspark.sql.streaming import StatefulProcessor, StatefulProcessorHandle

from cortado import DeviceEnricher, Outcomes, blob_head

from cortado_spark import live, schemas, tail
from cortado_spark.output import Rows
from cortado_spark.settings import Settings

LOG = logging.getLogger("cortado.spark")


class Head(NamedTuple):
    """Where a device stands; the fields of schemas.HEAD."""

    version: str
    sequence: int
    algorithmVersion: int
    modelHash: str
    topic: str
    partition: int
    offset: int
    batches: int
    rows: int


class DeviceProcessor(StatefulProcessor):
    """Scores each device's records in the order of their offsets.

    State: `head` tells where the device stands, `model` its blob as of some batch, `tail` its records since then.
    The blob is written every so many batches, at different ones for different devices, because it is large and a
    batch is short.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def init(self, handle: StatefulProcessorHandle) -> None:
        """Name the state."""
        self._head = handle.getValueState("head", schemas.HEAD)
        self._model = handle.getValueState("model", schemas.MODEL)
        self._tail = handle.getListState("tail", schemas.TAIL)

    def close(self) -> None:
        """Leave the live models to the next batch."""

    def handleInitialState(self, key: Any, initialState: pd.DataFrame, timerValues: Any) -> None:
        """Take a device that was exported elsewhere."""
        row = initialState.iloc[0]
        blob = bytes(row["blob"])
        live.enricher(self._settings).make_device(key[0], blob)  # refuses it now, not at its first record
        told = blob_head(blob)
        self._model.update((blob,))
        self._head.update(Head(live.next_version("", [int(row["offset"])]), told.sequence, told.algorithm_version,
                               told.model_hash, row["topic"], int(row["partition"]), int(row["offset"]),
                               self._first_wait(key[0]), 0))

    def handleInputRows(self, key: Any, rows: Iterator[pd.DataFrame], timerValues: Any) -> Iterator[pd.DataFrame]:
        """Score a batch's records of one device, or refuse those that have no device."""
        device, lane = key
        frame = pd.concat(list(rows)).sort_values(["partition", "offset"], kind="stable")
        out = Rows(self._settings)
        if lane >= 0:
            out.add(frame, self._refused(frame))
        else:
            self._score(device, frame, out)
        yield out.frame()

    def _refused(self, frame: pd.DataFrame) -> Outcomes:
        return live.enricher(self._settings).refuse(*columns(frame), offsets=range(len(frame)))

    def _score(self, device: str, frame: pd.DataFrame, out: Rows) -> None:
        found = self._head.get()
        head = Head(*found) if found is not None else self._new_head(device, frame)
        mine = (frame["partition"] == head.partition) & (frame["topic"] == head.topic)
        fresh = frame[mine & (frame["offset"] > head.offset)].drop_duplicates("offset")
        elsewhere = frame[~mine]
        if len(fresh) + len(elsewhere) < len(frame):
            LOG.warning("%s: %d records at or below offset %d were scored before and are refused", device,
                        len(frame) - len(fresh) - len(elsewhere), head.offset)
        out.add_second_partition(device, head.topic, head.partition, elsewhere)
        if len(fresh):
            self._learn(device, head, fresh, out)

    def _learn(self, device: str, head: Head, fresh: pd.DataFrame, out: Rows) -> None:
        query = query_id()
        model = live.MODELS.take(query, device, head.version) or self._load(device)
        outcomes = model.run(*columns(fresh), offsets=range(len(fresh)))
        offsets = [int(offset) for offset in fresh["offset"]]
        head = head._replace(version=live.next_version(head.version, offsets), offset=offsets[-1],
                             sequence=head.sequence + len(outcomes.enriched), batches=head.batches + 1,
                             rows=head.rows + len(fresh))
        self._head.update(self._keep(head, model, fresh))
        live.MODELS.put(query, device, head.version, model, self._settings.liveModels)
        out.add(fresh, outcomes, first_sequence=head.sequence - len(outcomes.enriched) + 1)

    def _keep(self, head: Head, model: DeviceEnricher, fresh: pd.DataFrame) -> Head:
        """Write the model if its turn has come, else the records that it has just learned."""
        if head.batches < self._settings.snapshotBatches and head.rows < self._settings.snapshotTail:
            self._tail.appendValue((tail.pack(*columns(fresh)),))
            return head
        blob = model.save()
        self._tail.clear()
        head = head._replace(batches=0, rows=0)
        if not blob:  # nothing that it was given has reached a model
            return head
        self._model.update((blob,))
        told = blob_head(blob)
        return head._replace(algorithmVersion=told.algorithm_version, modelHash=told.model_hash)

    def _load(self, device: str) -> DeviceEnricher:
        """Make the model from the state: the blob, then the records since. A failure stops the query and says why."""
        found = self._model.get()
        model = live.enricher(self._settings).make_device(device, bytes(found[0]) if found is not None else None)
        for (packed,) in self._tail.get():
            model.run(*tail.unpack(bytes(packed)))
        return model

    def _new_head(self, device: str, frame: pd.DataFrame) -> Head:
        """A device lives on the partition of its first record; of several at once, on the first of them."""
        enricher = live.enricher(self._settings)
        first = frame.iloc[0]
        return Head("", 0, enricher.algorithm_version, enricher.model_hash, first["topic"], int(first["partition"]), -1,
                    self._first_wait(device), 0)

    def _first_wait(self, device: str) -> int:
        """Batches that a new device is taken to have waited already, so that not all are written at once."""
        return zlib.crc32(device.encode()) % self._settings.snapshotBatches


def query_id() -> str:
    """The running query's own id, which its checkpoint keeps."""
    context = TaskContext.get()
    return (context and context.getLocalProperty("sql.streaming.queryId")) or ""


def columns(frame: pd.DataFrame) -> tuple[list[bytes | None], list[int | None]]:
    """Values and timestamps of a frame's records."""
    values = [None if value is None else bytes(value) for value in frame["value"]]
    return values, [None if pd.isna(time) else int(time) for time in frame["timestamp"]]
