# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""A query's devices out of its checkpoint, as a file of ``cortado state import``."""
from __future__ import annotations

import argparse
import contextlib
import errno
import os
import pathlib
import sys
from collections.abc import Callable, Iterator

from pyspark.sql import SparkSession

from cortado import Error, InvalidConfigError, IoError, read_config

from cortado_spark import export_file, tail
from cortado_spark.checkpoint import last_batch, read_offsets, read_state
from cortado_spark.head import Head, check_models
from cortado_spark.settings import Settings


def export(session: SparkSession, checkpoint: str, settings: Settings, cluster_id: str = "",
           ends: dict[int, int] | None = None) -> export_file.Export:
    """Return every device of a query as its last finished batch left it; the query may run meanwhile.

    Parameters
    ----------
    checkpoint : str
        The query's checkpointLocation, as it was named there: a folder, or a URL such as hdfs://...
    settings : Settings
        As the query had them.
    cluster_id : str
        Kafka's, which Spark does not know.
    ends : dict of int to int, optional
        The next offset of each partition; the checkpoint's own if the query read Kafka.

    Raises
    ------
    cortado.UnsupportedError
        The query had another detector configuration, or its records were learned by another algorithm version.
    cortado.InvalidConfigError
        There is no checkpoint, no batch of it was finished, or the query reads another topic than `settings.input`.
    cortado.UnavailableError
        The query went on and has removed that batch meanwhile.
    """
    enricher = settings.make_enricher()
    # Heads, models, tails and offsets of this one batch: each is read by itself, and a query that runs goes on in between.
    batch = last_batch(session, checkpoint)
    if ends is None:
        topic, ends = read_offsets(session, checkpoint, batch)
        _check_topic(topic, settings.input)
    # What reads a state asks the coordinator of state stores, and only a session's manager of queries starts that.
    _ = session.streams.active
    heads = {row.key.device: row.value for row in read_state(session, checkpoint, "head", batch)}
    blobs = {row.key.device: bytes(row.value.blob) for row in read_state(session, checkpoint, "model", batch)}
    tails: dict[str, list[bytes]] = {}
    for row in read_state(session, checkpoint, "tail", batch):
        tails.setdefault(row.key.device, []).append(bytes(row.list_element.records))
    devices = []
    for name, row in sorted(heads.items()):
        head = Head(*row)
        _check_topic(head.topic, settings.input)
        check_models(name, head, enricher)
        model, _ = tail.replay(name, blobs.get(name), tails.get(name, []), enricher)
        blob = model.save()
        if blob:
            devices.append(export_file.Device(name, head.partition, ends[head.partition], blob))
    lanes = tuple(export_file.Lane(partition, end, end) for partition, end in sorted(ends.items()))
    return export_file.Export(settings.input, len(ends), cluster_id, enricher.model_hash, lanes, tuple(devices))


def _check_topic(found: str, wanted: str) -> None:
    """Refuse to call a topic's models those of another: an import would take their offsets for its own."""
    if found != wanted:
        raise InvalidConfigError(f"the checkpoint is of a query that reads the topic {found}, but kafka.input_topic is {wanted}: "
                                 "use the configuration that the query had")


@contextlib.contextmanager
def new_file(path: pathlib.Path) -> Iterator[Callable[[bytes], None]]:
    """Yield what writes a file that is there whole, at the end, or not at all.

    Raises
    ------
    cortado.IoError
        The operating system refuses; where no file can be made there, before anything else is done.
    """
    temporary = path.parent / f"{path.name}.tmp"
    with _telling(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        file = temporary.open("wb")

    def write(data: bytes) -> None:
        with _telling(path):
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    try:
        with file:
            yield write
        with _telling(path):
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def _telling(path: pathlib.Path) -> Iterator[None]:
    try:
        yield
    except OSError as why:
        raise IoError(f"cannot write {path}: {why.strerror or why}") from None


def main(words: list[str] | None = None) -> None:
    """``python -m cortado_spark.state --config cortado.yaml --clusterId ID CHECKPOINT FILE``.

    Raises
    ------
    cortado.Error
        As of `export`, `cortado.read_config` and `new_file`.
    """
    parser = argparse.ArgumentParser(
        allow_abbrev=False, description="Writes a stopped query's devices as a file of `cortado state import`.")
    parser.add_argument("checkpoint")
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--config", default="")
    parser.add_argument("--clusterId", required=True, help="Kafka's, which Spark does not know: kafka-cluster.sh "
                        "cluster-id tells it. Under another one an import takes the models, but not where they stand")
    options = parser.parse_args(words)
    settings = Settings.of({"config": read_config(options.config)})
    with new_file(options.file) as write:  # before hours of reading, for nothing
        session = SparkSession.builder.master("local[1]").appName("cortado-state-export").getOrCreate()
        found = export(session, options.checkpoint, settings, options.clusterId)
        write(export_file.write(found))
    print(f"{len(found.devices)} devices")


if __name__ == "__main__":
    try:
        main()
    except Error as why:
        sys.exit(f"cortado_spark.state: {why}")
