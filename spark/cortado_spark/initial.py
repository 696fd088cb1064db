# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Devices of a native detector for a query's first start, out of files of ``cortado state export``."""
from __future__ import annotations

import logging
import pathlib
from collections.abc import Mapping
from typing import NamedTuple

from pyspark.sql import DataFrame, SparkSession

from cortado import CorruptError, InvalidConfigError, UnsupportedError

from cortado_spark import export_file, schemas
from cortado_spark.settings import Settings

LOG = logging.getLogger("cortado.spark")


def read_exports(session: SparkSession, path: str, settings: Settings, cluster_id: str | None = None,
                 ends: Mapping[int, int] | None = None, begins: Mapping[int, int] | None = None) -> DataFrame:
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
    ends : mapping of int to int, optional
        Where each partition of the topic ends. With it the files must be of as many partitions, and of this very log:
        of one that was made anew records would be taken for scored ones until it is as long as the former.
    begins : mapping of int to int, optional
        Where the query begins to read each partition. With it the files must hold all that is before, or
        ``stream.recovery`` be ``best_effort``.

    Raises
    ------
    cortado.UnsupportedError
        A file's models were made by another configuration, or it passes over a record that is still to be scored.
    cortado.CorruptError
        A file is damaged.
    cortado.InvalidConfigError
        There is no file, or it is of another cluster, topic, number of partitions or log. And, unless
        ``stream.recovery`` is ``best_effort``, a device has two states, of which the lower partition's stays then, or
        there are records that neither a file holds nor the query reads.
    """
    files = find_exports(path)
    model_hash = settings.make_enricher().model_hash
    found: dict[str, Stand] = {}
    for file in files:
        export = _read(file)
        if export.model_hash != model_hash:
            raise UnsupportedError(f"{file} was made by another detector configuration ({export.model_hash}, not "
                                   f"{model_hash}); use that one")
        _check_passed_over(file, export)
        if cluster_id is not None:
            _check_source(file, export, settings.input, cluster_id)
        if ends is not None:
            _check_log(file, export, ends)
        _check_begins(file, export, begins or {}, settings)
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


def _read(file: pathlib.Path) -> export_file.Export:
    try:
        return export_file.read(file.read_bytes())
    except (CorruptError, UnsupportedError) as why:
        raise type(why)(f"{file}: {why}") from None


def _check_passed_over(file: pathlib.Path, export: export_file.Export) -> None:
    """Refuse an export that passes over a record which this query would score: an operator, or dead processes, decided."""
    floors = {lane.partition: lane.next_offset for lane in export.lanes}
    for device in export.devices:
        floors[device.partition] = min(floors.get(device.partition, device.next_offset), device.next_offset)
    for lane in export.lanes:
        for offset in lane.skipped:
            if offset >= floors[lane.partition]:
                raise UnsupportedError(
                    f"{file} passes over offset {offset} of {export.topic}[{lane.partition}], which is still to be scored: Spark "
                    "passes over nothing; let the native detector go beyond it (cortado detect), end it by SIGTERM and export again")


def _check_log(file: pathlib.Path, export: export_file.Export, ends: Mapping[int, int]) -> None:
    """Refuse devices that stand where no record of the topic is, now or by their keys."""
    if export.partitions != len(ends):
        raise InvalidConfigError(f"{file} is an export of {export.topic} with {export.partitions} partitions, but it has {len(ends)}: "
                                 "keys go to other ones now; begin without initialState")
    for name, partition, reached in (
            *(("a partition", lane.partition, lane.next_offset) for lane in export.lanes),
            *((f"device {device.name}", device.partition, device.next_offset) for device in export.devices)):
        if reached > ends.get(partition, 0):
            raise InvalidConfigError(
                f"{file} goes up to offset {reached} of {export.topic}[{partition}] ({name}), which ends at "
                f"{ends.get(partition, 0)}: the topic was made anew since; begin without initialState")


def _check_begins(file: pathlib.Path, export: export_file.Export, begins: Mapping[int, int], settings: Settings) -> None:
    """Refuse to pass over records in silence that the models have not learned and the query does not read."""
    for lane in export.lanes:
        begin = begins.get(lane.partition, lane.low_water)
        if begin <= lane.low_water:
            continue
        words = (f"{file} lacks the records of {export.topic}[{lane.partition}] from offset {lane.low_water} on, but the query begins "
                 f"at {begin}: {begin - lane.low_water} offsets")
        if settings.recovery != "best_effort":
            raise InvalidConfigError(
                f"{words} would never be scored; begin with the earliest (startingOffsets), export again if they have left the "
                "topic meanwhile, or set stream.recovery to best_effort to go on without them (scores will differ)")
        LOG.warning("%s are never scored (stream.recovery is best_effort)", words)
