# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Devices between the native detector and Spark's state, by the files of ``cortado state export``."""
from __future__ import annotations

import argparse
import pathlib
from typing import Any, NamedTuple

from pyspark.sql import DataFrame, SparkSession

from cortado import InvalidConfigError, UnsupportedError, read_config

from cortado_spark import export_file, schemas, tail
from cortado_spark.checkpoint import last_batch, read_offsets, read_state
from cortado_spark.head import Head, check_models
from cortado_spark.settings import Settings


def read_exports(session: SparkSession, path: str, settings: Settings, cluster_id: str | None = None) -> DataFrame:
    """Return the devices of a file, or of a folder's files, as `detect` takes them for a first start.

    Parameters
    ----------
    session : SparkSession
    path : str
        A file of ``cortado state export``, or a folder of such files.
    settings : Settings
        The models' configuration must be the one that the files were made with.
    cluster_id : str, optional
        Kafka's. With it the files must be of this cluster and of the topic `settings.input`; without, whoever
        starts the query must know that offsets of the files are those of the stream.

    Raises
    ------
    cortado.UnsupportedError
        A file's models were made by another configuration.
    cortado.CorruptError
        A file is damaged.
    cortado.InvalidConfigError
        There is no file, it is of another cluster or topic, or a device has two states and ``stream.recovery`` is not
        ``best_effort``, by which the lower partition keeps it.
    """
    files = find_exports(path)
    model_hash = settings.make_enricher().model_hash
    found: dict[str, Stand] = {}
    for file in files:
        export = export_file.read(file.read_bytes())
        if export.model_hash != model_hash:
            raise UnsupportedError(f"{file} was made by another detector configuration ({export.model_hash}, not "
                                   f"{model_hash}); use that one")
        if cluster_id is not None:
            _check_source(file, export, settings.input, cluster_id)
        for device in export.devices:
            # Also one that was forgotten: what it had before must not be learned again.
            stand = Stand(export.topic, device, file)
            found[device.name] = _one_of(found[device.name], stand, settings) if device.name in found else stand
    rows = [(name, -1, topic, device.partition, device.next_offset - 1, bytearray(device.blob))
            for name, (topic, device, _) in found.items()]
    return session.createDataFrame(rows, schemas.INITIAL)


class Stand(NamedTuple):
    """Where a device stands, and who says so."""

    topic: str
    device: export_file.Device
    file: pathlib.Path


def _one_of(one: Stand, other: Stand, settings: Settings) -> Stand:
    """Which of a device's two partitions has its model, as the native detector decides when its lanes open."""
    if one.device.partition == other.device.partition:
        raise InvalidConfigError(f"device {one.device.name} stands in {one.file} and in {other.file}: leave one of them")
    one, other = sorted((one, other), key=lambda stand: stand.device.partition)
    if not one.device.blob or not other.device.blob:  # one that was forgotten is no state
        return one if one.device.blob or not other.device.blob else other
    if settings.recovery == "best_effort":
        return one
    raise InvalidConfigError(
        f"device {one.device.name} has a state on {one.topic}[{one.device.partition}] and on {other.topic}"
        f"[{other.device.partition}], so two workers had records of it: give all records of a device the same key, and choose "
        f"which state goes (cortado state reset {one.device.name} -p {one.device.partition}, or -p {other.device.partition}, and "
        "export again); or, to let the lower partition keep such devices, set stream.recovery to best_effort")


def find_exports(path: str) -> list[pathlib.Path]:
    """Return the files that `read_exports` reads; errors as there."""
    place = pathlib.Path(path)
    files = sorted(one for one in place.iterdir() if one.is_file()) if place.is_dir() else [place]
    if not files or not all(file.exists() for file in files):
        raise InvalidConfigError(f"there is no state export at {path}")
    return files


def _check_source(file: pathlib.Path, export: export_file.Export, topic: str, cluster_id: str) -> None:
    """Refuse devices whose offsets are of another log: what is below them would never be scored."""
    if export.topic != topic:
        raise InvalidConfigError(f"{file} is an export of the topic {export.topic}, but this job reads {topic}: use an export of "
                                 "that topic, or begin without initialState")
    if export.cluster_id != cluster_id:
        raise InvalidConfigError(f"{file} is an export of Kafka's cluster {export.cluster_id or '(unknown)'}, but this job reads "
                                 f"{cluster_id}: use an export of that cluster, or begin without initialState")


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


def main(words: list[str] | None = None) -> None:
    """``python -m cortado_spark.state --config cortado.yaml --clusterId ID CHECKPOINT FILE``."""
    parser = argparse.ArgumentParser(
        allow_abbrev=False, description="Writes a stopped query's devices as a file of `cortado state import`.")
    parser.add_argument("checkpoint")
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--config", default="")
    parser.add_argument("--clusterId", required=True, help="Kafka's, which Spark does not know: kafka-cluster.sh "
                        "cluster-id tells it. Under another one an import takes the models, but not where they stand")
    options = parser.parse_args(words)
    session = SparkSession.builder.master("local[1]").appName("cortado-state-export").getOrCreate()
    found = export(session, options.checkpoint, Settings.of({"config": read_config(options.config)}), options.clusterId)
    options.file.write_bytes(export_file.write(found))
    print(f"{len(found.devices)} devices")


if __name__ == "__main__":
    main()
