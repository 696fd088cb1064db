# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""One device's records of a batch to its outcomes, with the device's model in Spark's state."""
from __future__ import annotations

import logging
import zlib
from collections.abc import Iterator
from typing import Any

from pyspark import TaskContext
from pyspark.sql import Row
from pyspark.sql.streaming import StatefulProcessor, StatefulProcessorHandle

from cortado import DeviceEnricher, Outcomes, blob_head

from cortado_spark import live, schemas, tail
from cortado_spark.head import Head, check_models
from cortado_spark.output import Rows
from cortado_spark.records import Records
from cortado_spark.settings import Settings

LOG = logging.getLogger("cortado.spark")


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

    def handleInitialState(self, key: Any, initialState: Row, timerValues: Any) -> None:
        """Take a device that was exported elsewhere; of one that was forgotten where it begins as new."""
        row = initialState
        blob = bytes(row.blob)
        head = self._new_head(key[0], row.topic, row.partition)
        head = head._replace(version=live.next_version("", [row.offset]), offset=row.offset)
        if blob:
            live.enricher(self._settings).make_device(key[0], blob)  # refuses it now, not at its first record
            told = blob_head(blob)
            self._model.update((blob,))
            head = head._replace(sequence=told.sequence, algorithmVersion=told.algorithm_version, modelHash=told.model_hash)
        self._head.update(head)

    def handleInputRows(self, key: Any, rows: Iterator[Row], timerValues: Any) -> Iterator[Row]:
        """Score a batch's records of one device, or refuse those that have no device."""
        device, lane = key
        records = Records.unpack(row.records for row in rows)
        out = Rows(self._settings)
        if lane >= 0:
            out.add(records, self._refused(records))
        else:
            self._score(device, records, out)
        yield from out.take()

    def _refused(self, records: Records) -> Outcomes:
        return live.enricher(self._settings).refuse(records.value, records.timestamp)

    def _score(self, device: str, records: Records, out: Rows) -> None:
        found = self._head.get()
        if found is not None:
            head = Head(*found)
            check_models(device, head, live.enricher(self._settings))
        else:
            # It lives on the partition of its first record; of several at once, on the first of them.
            head = self._new_head(device, records.topic[0], records.partition[0])
        fresh, elsewhere = split(records, head)
        if len(fresh) + len(elsewhere) < records.size:
            LOG.warning("%s: %d records at or below offset %d were scored before and are refused", device,
                        records.size - len(fresh) - len(elsewhere), head.offset)
        if elsewhere:
            out.add_second_partition(device, head.topic, head.partition, records.take(elsewhere))
        if fresh:
            self._learn(device, head, records if len(fresh) == records.size else records.take(fresh), out)

    def _learn(self, device: str, head: Head, fresh: Records, out: Rows) -> None:
        owner = query_id(), self._settings.enrich_key()
        model = live.MODELS.take(owner, device, head.version)
        if model is None:
            head, model = self._load(device, head)
        outcomes = model.run(fresh.value, fresh.timestamp)
        head = head._replace(version=live.next_version(head.version, fresh.offset), offset=fresh.offset[-1],
                             sequence=head.sequence + len(outcomes.enriched), batches=head.batches + 1,
                             rows=head.rows + fresh.size,
                             algorithmVersion=live.enricher(self._settings).algorithm_version)
        self._head.update(self._keep(head, model, fresh))
        live.MODELS.put(owner, device, head.version, model, self._settings.liveModels)
        out.add(fresh, outcomes, first_sequence=head.sequence - len(outcomes.enriched) + 1)

    def _keep(self, head: Head, model: DeviceEnricher, fresh: Records) -> Head:
        """Write the model if its turn has come, else the records that it has just learned."""
        if head.batches < self._settings.snapshotBatches and head.rows < self._settings.snapshotTail:
            if head.rows == fresh.size:
                self._tail.appendValue((tail.begin(live.enricher(self._settings)),))
            self._tail.appendValue((tail.pack(fresh.value, fresh.timestamp),))
            return head
        blob = model.save()
        self._tail.clear()
        head = head._replace(batches=0, rows=0)
        if not blob:  # nothing that it was given has reached a model
            return head
        self._model.update((blob,))
        told = blob_head(blob)
        return head._replace(algorithmVersion=told.algorithm_version, modelHash=told.model_hash)

    def _load(self, device: str, head: Head) -> tuple[Head, DeviceEnricher]:
        """Make the model from the state: the blob, then the records since. A failure stops the query and says why."""
        found = self._model.get()
        model, changed = tail.replay(device, bytes(found[0]) if found is not None else None,
                                     [bytes(piece) for (piece,) in self._tail.get()], live.enricher(self._settings))
        if not changed:
            return head, model
        # What comes now is taken by other settings, and a tail has one kind of them.
        self._tail.clear()
        blob = model.save()
        if blob:
            self._model.update((blob,))
        return head._replace(rows=0), model

    def _new_head(self, device: str, topic: str, partition: int) -> Head:
        enricher = live.enricher(self._settings)
        return Head("", 0, enricher.algorithm_version, enricher.model_hash, topic, partition, -1, self._first_wait(device), 0)

    def _first_wait(self, device: str) -> int:
        """Batches that a new device is taken to have waited already, so that not all are written at once."""
        return zlib.crc32(device.encode()) % self._settings.snapshotBatches


def query_id() -> str:
    """The running query's own id, which its checkpoint keeps."""
    context = TaskContext.get()
    return (context and context.getLocalProperty("sql.streaming.queryId")) or ""


def split(records: Records, head: Head) -> tuple[list[int], list[int]]:
    """Return the rows that are new on the device's own partition, and those on another one."""
    fresh, elsewhere, last = [], [], head.offset
    for row, (topic, partition, offset) in enumerate(zip(records.topic, records.partition, records.offset)):
        if partition != head.partition or topic != head.topic:
            elsewhere.append(row)
        elif offset > last:
            fresh.append(row)
            last = offset
    return fresh, elsewhere
