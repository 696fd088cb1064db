# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What a query's checkpoint tells, on any storage of Spark's: its finished batches, and offsets and state of one of them."""
from __future__ import annotations

import json

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import Row, SparkSession

from cortado import InvalidConfigError, UnavailableError


def finished_batches(session: SparkSession, checkpoint: str) -> list[int] | None:
    """The numbers of a checkpoint's finished batches that it still tells of; None if there is no checkpoint."""
    commits = session._jvm.org.apache.hadoop.fs.Path(checkpoint).suffix("/commits")
    storage = commits.getFileSystem(session._jsc.hadoopConfiguration())
    if not storage.exists(commits):
        return None
    names = [status.getPath().getName() for status in storage.listStatus(commits)]
    return [int(name) for name in names if name.isdigit()]


def last_batch(session: SparkSession, checkpoint: str) -> int:
    """The number of the last finished batch.

    Raises
    ------
    cortado.InvalidConfigError
        There is no checkpoint, or no batch of it was finished.
    """
    batches = finished_batches(session, checkpoint)
    if batches is None:
        raise InvalidConfigError(f"there is no checkpoint of a query at {checkpoint}")
    if not batches:
        raise InvalidConfigError(f"{checkpoint} has no finished batch")
    return max(batches)


def read_offsets(session: SparkSession, checkpoint: str, batch: int) -> tuple[str, dict[int, int]]:
    """The topic that the query reads, and the next offset of each of its partitions after a batch.

    Raises
    ------
    cortado.InvalidConfigError
        It is no query of one Kafka topic.
    """
    path = session._jvm.org.apache.hadoop.fs.Path(checkpoint).suffix(f"/offsets/{batch}")
    ((_, text),) = session.sparkContext.wholeTextFiles(path.toString()).collect()
    try:
        (source,) = text.splitlines()[2:]
        ((topic, ends),) = json.loads(source).items()
        return topic, {int(partition): int(end) for partition, end in ends.items()}
    except (ValueError, AttributeError, TypeError):
        raise InvalidConfigError(f"{checkpoint} is of a query that reads something else than one topic of Kafka: "
                                 f"{' '.join(text.splitlines()[2:])[:200]}") from None


def read_state(session: SparkSession, checkpoint: str, name: str, batch: int) -> list[Row]:
    """Return one of the processor's state variables as a finished batch left it, in all partitions, and as no other did.

    Raises
    ------
    cortado.UnavailableError
        The checkpoint no longer has the whole of it.
    """
    try:
        return (session.read.format("statestore").option("path", checkpoint).option("stateVarName", name)
                .option("batchId", batch).load().collect())
    except (PySparkException, Py4JJavaError) as why:
        raise UnavailableError(
            f"the state of batch {batch} of {checkpoint} cannot be read as a whole: a query that runs removes its old batches "
            "(spark.sql.streaming.minBatchesToRetain); try again, or when the query has ended. Spark says: "
            f"{str(why).strip().splitlines()[0]}") from why
