# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Where a query's first start begins to read: the setting startingOffsets, against the topic that there is."""
from __future__ import annotations

import json
from collections.abc import Mapping

from cortado import InvalidConfigError

from cortado_spark.cluster import Bounds

_EARLIEST, _LATEST = -2, -1  # as offsets, in Spark's JSON
_LARGEST = 2**63 - 1


def check(text: str) -> None:
    """Refuse what says no place in any topic.

    Raises
    ------
    cortado.InvalidConfigError
        It is neither earliest nor latest, nor JSON of offsets.
    """
    if names_offsets(text) and not _are_offsets(text):
        raise InvalidConfigError("startingOffsets must be earliest, latest, or the next offset of each partition as JSON (-2: "
                                 f'earliest, -1: latest), such as {{"monitoring20": {{"0": 23}}}}, not {text!r}')


def names_offsets(text: str) -> bool:
    """Whether it is neither earliest nor latest."""
    return text.lower() not in ("earliest", "latest")


def _are_offsets(text: str) -> bool:
    try:
        found = json.loads(text)
        return bool(found) and all(partition.isdecimal() and type(offset) is int and _EARLIEST <= offset <= _LARGEST
                                   for partitions in found.values() for partition, offset in partitions.items())
    except (ValueError, AttributeError):
        return False


def begins(text: str, topic: str, bounds: Mapping[int, Bounds]) -> dict[int, int]:
    """Return where a first start begins to read each partition.

    Raises
    ------
    cortado.InvalidConfigError
        The offsets are not those of all partitions of this topic, or one is not in the log.
    """
    if not names_offsets(text):
        return {partition: one.begin if text.lower() == "earliest" else one.end for partition, one in bounds.items()}
    told = json.loads(text)
    if list(told) != [topic]:
        raise InvalidConfigError(f"startingOffsets names {', '.join(map(str, told))}, but this job reads {topic}")
    offsets = {int(partition): offset for partition, offset in told[topic].items()}
    if offsets.keys() != bounds.keys():
        raise InvalidConfigError(f"startingOffsets must name each partition of {topic}, which has {len(bounds)}, and names "
                                 f"{', '.join(map(str, sorted(offsets))) or 'none'}: -2 is the earliest of one, -1 the latest")
    return {partition: _place(topic, partition, offset, bounds[partition]) for partition, offset in offsets.items()}


def _place(topic: str, partition: int, offset: int, bounds: Bounds) -> int:
    found = {_EARLIEST: bounds.begin, _LATEST: bounds.end}.get(offset, offset)
    if not bounds.begin <= found <= bounds.end:
        raise InvalidConfigError(f"startingOffsets begins {topic}[{partition}] at {offset}, which holds {bounds.begin} to "
                                 f"{bounds.end}: name an offset of these, or -2 for the earliest")
    return found
