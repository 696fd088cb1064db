# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Streams of files that look like those of Spark's Kafka source, batch by batch."""
import json
import os
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.errors import StreamingQueryException

from support.readings import device_of

SCHEMA = pa.schema([("key", pa.binary()), ("value", pa.binary()), ("topic", pa.string()), ("partition", pa.int32()),
                    ("offset", pa.int64()), ("timestamp", pa.timestamp("ms", "UTC")),
                    ("headers", pa.list_(pa.struct([("key", pa.string()), ("value", pa.binary())])))])


def to_records(rows, partitions, topic="raw"):
    """The rows as a Kafka source would give them: a device stays on its partition, offsets rise."""
    offsets = [0] * partitions
    records = []
    for row in rows:
        device = device_of(row)
        partition = sum(device.encode()) % partitions
        records.append({"key": device.encode(), "value": json.dumps(row).encode(), "topic": topic,
                        "partition": partition, "offset": offsets[partition], "timestamp": 1_600_000_000_000,
                        "headers": [{"key": "from", "value": b"test"}]})
        offsets[partition] += 1
    return records


class Stream:
    """A folder whose files are the batches of a query; later calls go on from its checkpoint."""

    def __init__(self, session, folder):
        self.session, self.folder = session, folder
        self.files = 0
        (folder / "in").mkdir(parents=True)
        self.checkpoint = str(folder / "checkpoint")

    def add(self, records, batches, shuffled=True):
        """Spread records over so many batches, each batch's in random order."""
        size = -(-len(records) // batches)
        for start in range(0, len(records), size):
            piece = records[start:start + size]
            if shuffled:
                random.Random(start).shuffle(piece)
            path = self.folder / "in" / f"{self.files:04d}.parquet"
            pq.write_table(pa.Table.from_pylist(piece, SCHEMA), path)
            self.files += 1
            os.utime(path, (self.files, self.files))

    def run(self, options=None, initial=None, fail_at=None):
        """Score what was added; returns the output's rows batch by batch, in the order of each task. With
        fail_at that batch is written, but its query ends before it could note so."""
        from cortado_spark import detect
        source = (self.session.readStream.schema(self.session.read.parquet(str(self.folder / "in")).schema)
                  .option("maxFilesPerTrigger", 1).parquet(str(self.folder / "in")))
        found = []

        def write(frame, batch):
            found.extend(frame.collect())
            if batch == fail_at:
                raise OSError("the sink fails")
        query = (detect(source, options, initial).writeStream.foreachBatch(write)
                 .option("checkpointLocation", self.checkpoint).trigger(availableNow=True).start())
        if fail_at is None:
            assert query.awaitTermination(300)
        else:
            with pytest.raises(StreamingQueryException, match="the sink fails"):
                query.awaitTermination(300)
        return found
