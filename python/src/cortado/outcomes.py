# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What becomes of records."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from cortado.errors import InvalidArgumentError


class EnrichedRecord(NamedTuple):
    """A scored record.

    Attributes
    ----------
    offset : int
        The input record's offset, or its index where no offsets were given.
    device : str
        Its device.
    value : bytes
        The enriched record, as ``cortado detect`` writes it.
    status : str
        ``warming``, ``ok``, ``alarm`` or ``invalid``.
    clipped : bool
        True if the reading lay outside the encoder's range.
    """

    offset: int
    device: str
    value: bytes
    status: str
    clipped: bool


class DeadLetter(NamedTuple):
    """A record that was refused, with the step that refused it (``decode``, ``map`` or ``policy``)."""

    offset: int
    device: str
    stage: str
    reason: str


class Ignored(NamedTuple):
    """A record that is only counted, with the reason."""

    offset: int
    device: str
    reason: str


class Outcomes(NamedTuple):
    """What became of records; each is in exactly one of the lists, which keep the input's order."""

    enriched: list[EnrichedRecord]
    dead_letters: list[DeadLetter]
    ignored: list[Ignored]

    @classmethod
    def of(cls, raw: Iterable[tuple[Any, ...]], offsets: Iterable[int]) -> Outcomes:
        """Sort the core's outcomes.

        Parameters
        ----------
        raw : iterable of tuple, length n
            As the core gives them.
        offsets : iterable of int, length n
            Numbers that they carry.

        Returns
        -------
        Outcomes
        """
        outcomes = cls([], [], [])
        for offset, (kind, value, device, status, clipped, stage, reason) in zip(offsets, raw, strict=True):
            if kind == 0:
                outcomes.enriched.append(EnrichedRecord(offset, device, value, status, clipped))
            elif kind == 1:
                outcomes.dead_letters.append(DeadLetter(offset, device, stage, reason))
            else:
                outcomes.ignored.append(Ignored(offset, device, reason))
        return outcomes


def numbers_of(values: Sequence[Any], offsets: Sequence[int] | None) -> Sequence[int]:
    """Return the numbers that outcomes carry, before anything is learned.

    Parameters
    ----------
    values : sequence of length n
        The records.
    offsets : sequence of int, length n, optional
        The records' indices otherwise.

    Returns
    -------
    sequence of int, length n

    Raises
    ------
    InvalidArgumentError
        The lengths differ.
    """
    if offsets is None:
        return range(len(values))
    if len(offsets) != len(values):
        raise InvalidArgumentError(f"there are {len(offsets)} offsets and {len(values)} values")
    return offsets
