# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What a query's checkpoint tells, on any storage of Spark's: its batches, and offsets and state of one of them."""
from __future__ import annotations

import json
from typing import Any, NamedTuple

from py4j.protocol import Py4JJavaError
from pyspark.errors import IllegalArgumentException, PySparkException
from pyspark.sql import Row, SparkSession

from cortado import InvalidConfigError, UnavailableError

from cortado_spark.cluster import innermost


def finished_batches(session: SparkSession, checkpoint: str) -> list[int] | None:
    """The numbers of a checkpoint's finished batches that it still tells of; None if there is no checkpoint."""
    return numbers_in(session, checkpoint, "commits")


class Stand(NamedTuple):
    """How far a query came.

    begun, finished: the last batch's number, -1 if there is none; a batch that was begun may have been written in part.
    pinned: Spark has noted where the first batch begins.
    """

    begun: int
    finished: int
    pinned: bool

    @property
    def is_begun(self) -> bool:
        """Whether records have been read, so that it is certain where the query began."""
        return self.begun >= 0 or self.pinned

    @property
    def unfinished(self) -> int | None:
        """The batch that the next start runs again."""
        return self.begun if self.begun > self.finished else None


def read_stand(session: SparkSession, checkpoint: str) -> Stand:
    """Return how far a checkpoint's query came.

    Raises
    ------
    cortado.InvalidConfigError
        The checkpoint is no folder, or on no storage that this Spark knows.
    cortado.UnavailableError
        Its storage does not answer.
    """
    try:
        path, storage = _place(session, checkpoint, "")
        if storage.exists(path) and not storage.getFileStatus(path).isDirectory():
            raise InvalidConfigError(f"checkpointLocation {checkpoint} is a file: name a folder, or one that is to be made")
        begun, finished = (max(numbers_in(session, checkpoint, folder) or [-1]) for folder in ("offsets", "commits"))
        return Stand(begun, finished, bool(numbers_in(session, checkpoint, "sources/0")))
    except Py4JJavaError as failure:
        kind, words = innermost(failure)
        if kind in ("UnsupportedFileSystemException", "UnknownHostException", "ClassNotFoundException"):
            raise InvalidConfigError(f"checkpointLocation {checkpoint} is on no storage that this Spark knows: {words} ({kind})"
                                     ) from None
        raise UnavailableError(f"the storage of checkpointLocation {checkpoint} does not answer: {words} ({kind})") from None
    except IllegalArgumentException as why:
        raise InvalidConfigError(f"checkpointLocation {checkpoint!r} is no place: {str(why).strip().splitlines()[0]}") from None


def numbers_in(session: SparkSession, checkpoint: str, folder: str) -> list[int] | None:
    """The numbers that are names of files in a folder of the checkpoint; None if there is no such folder."""
    path, storage = _place(session, checkpoint, folder)
    if not storage.exists(path):
        return None
    names = [status.getPath().getName() for status in storage.listStatus(path)]
    return [int(name) for name in names if name.isdigit()]


def read_text(session: SparkSession, checkpoint: str, name: str) -> str:
    """Return what a file of the checkpoint holds."""
    path, storage = _place(session, checkpoint, name)
    stream = storage.open(path)
    try:
        return bytes(session._jvm.org.apache.commons.io.IOUtils.toByteArray(stream)).decode()
    finally:
        stream.close()


def write_text(session: SparkSession, checkpoint: str, name: str, text: str) -> None:
    """Write a file of the checkpoint whole or not at all; one of that name is replaced, and missing for a moment."""
    path, storage = _place(session, checkpoint, name)
    draft, _ = _place(session, checkpoint, name + ".tmp")
    stream = storage.create(draft, True)
    try:
        stream.write(text.encode())
    finally:
        stream.close()
    storage.delete(path, False)
    if not storage.rename(draft, path):
        raise UnavailableError(f"{path.toString()} cannot be written: another query has this checkpointLocation, or its storage fails")


def _place(session: SparkSession, checkpoint: str, name: str) -> tuple[Any, Any]:
    """A path of the checkpoint, and the storage that it is on."""
    assert session._jvm is not None
    path = session._jvm.org.apache.hadoop.fs.Path(checkpoint)
    path = path.suffix("/" + name) if name else path
    return path, path.getFileSystem(session._jsc.hadoopConfiguration())


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
