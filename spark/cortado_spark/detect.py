# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""A streaming frame of Kafka records to a streaming frame of enriched records and dead letters."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from cortado import InvalidConfigError

from cortado_spark import live, schemas
from cortado_spark.output import to_kafka
from cortado_spark.processor import DeviceProcessor
from cortado_spark.records import Records
from cortado_spark.settings import Settings

ROUTED = pa.schema([("device", pa.string()), ("lane", pa.int32()), ("records", pa.binary())])
ROCKSDB = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"
SESSION = {
    "spark.sql.streaming.stateStore.providerClass": ROCKSDB,
    # A batch then writes what it changed, not whole files of the store.
    "spark.sql.streaming.stateStore.rocksdb.changelogCheckpointing.enabled": "true",
}
"""What the session must be set to before the query starts; the job and `detect` do it."""


def detect(stream: DataFrame, options: Settings | Mapping[str, Any] | None = None,
           initial: DataFrame | None = None) -> DataFrame:
    """Score a stream of Kafka records with Cortado's models, one a device.

    Parameters
    ----------
    stream : streaming DataFrame
        As Spark's Kafka source gives it: key, value, topic, partition, offset, timestamp and, with
        ``includeHeaders``, headers.
    options : Settings or mapping, optional
        The fields of `Settings`.
    initial : DataFrame, optional
        Devices to go on from at the query's first start, as `cortado_spark.initial.read_exports` gives them.

    Returns
    -------
    streaming DataFrame
        topic, partition, key, value and headers for Spark's Kafka sink, for enriched records and dead letters alike;
        device and sequence beside them (sequence is null for a dead letter). The partition is the input's: topics need
        as many, or a device whose keys differ is scattered. Each device's rows come in the order of its offsets.

    Raises
    ------
    cortado.InvalidConfigError
        An option is wrong, or the frame is no streaming one; nothing was started.

    Notes
    -----
    The sink is at least once. After a failure the same records come again, with the same bytes; whoever reads them
    keeps the first of each device and sequence (`cortado_spark.repeats`).
    """
    settings = Settings.of({} if options is None else options)
    if not stream.isStreaming:
        raise InvalidConfigError("stream is no streaming frame, such as session.readStream makes: Spark would score a batch "
                                 "frame's records with no state kept")
    settings.make_enricher()  # what is wrong with the configuration is told here, not by an executor
    session = stream.sparkSession
    for name, value in SESSION.items():
        session.conf.set(name, value)
    routed = _records(stream).mapInArrow(_Router(settings), schemas.ROUTED)
    grouped = initial.groupBy("device", "lane") if initial is not None else None
    return to_kafka(routed.groupBy("device", "lane").transformWithState(
        DeviceProcessor(settings), schemas.OUTCOMES, "Append", "None", grouped), settings.group)


def _records(stream: DataFrame) -> DataFrame:
    """The columns of schemas.RECORD."""
    headers = f.lit(None)
    if "headers" in stream.columns:
        headers = f.when(f.size("headers") > 0, f.to_json(f.col("headers").cast(schemas.HEADERS)))
    told = f.unix_millis("timestamp")
    # Kafka's -1 says that a record has no timestamp; Spark makes of it the last millisecond before 1970.
    timestamp = f.when(told >= 0, told)
    return stream.select(
        "key", "value", "topic", f.col("partition").cast("int"), "offset",
        timestamp.alias("timestamp"), headers.cast("string").alias("headers"))


class _Router:
    """Packs each device's records; runs in the executors."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        enricher = live.enricher(self._settings)
        for batch in batches:
            records = Records(*(batch.column(name).to_pylist() for name in Records._fields))
            rows: dict[tuple[str, int], list[int]] = {}
            for row, device in enumerate(enricher.device_of(records.value)):
                rows.setdefault(("", records.partition[row]) if device is None else (device, -1), []).append(row)
            yield pa.RecordBatch.from_pydict(
                {"device": [device for device, _ in rows], "lane": [lane for _, lane in rows],
                 "records": [records.take(mine).pack() for mine in rows.values()]}, schema=ROUTED)
