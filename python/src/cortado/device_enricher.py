# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The records of one device, bytes to bytes."""
from __future__ import annotations

from collections.abc import Sequence

from cortado import _core
from cortado.blobs import RecordsLike, record_bytes
from cortado.outcomes import Outcomes, numbers_of


def bytes_of(values: RecordsLike, keys: RecordsLike | None, timestamps: Sequence[int | None] | None) -> tuple[
        list[bytes | None], Sequence[int | None] | None, list[bytes | None] | None]:
    """Return the arguments of a call as the core takes them, in its order.

    Parameters
    ----------
    values, keys, timestamps
        As of `cortado.Enricher.run`.

    Returns
    -------
    values, timestamps, keys

    Raises
    ------
    InvalidArgumentError
        A record or a key is no bytes.
    """
    return record_bytes(values, "a record"), timestamps, None if keys is None else record_bytes(keys, "a key")


class DeviceEnricher:
    """One device's records, bytes to bytes; made by `Enricher.device`."""

    __slots__ = ("_core", "_name")

    def __init__(self, name: str, core: _core.EnrichedDevice) -> None:
        self._name, self._core = name, core

    @property
    def name(self) -> str:
        """The device's name."""
        return self._name

    def run(self, values: RecordsLike, timestamps: Sequence[int | None] | None = None,
            offsets: Sequence[int] | None = None, keys: RecordsLike | None = None) -> Outcomes:
        """Learn and score the device's records in their order.

        Parameters
        ----------
        values, timestamps, offsets, keys
            As in `Enricher.run`.

        Returns
        -------
        Outcomes
            One outcome a record.

        Raises
        ------
        InvalidArgumentError
            The lengths differ, or a record or key is no bytes. Nothing is learned.
        """
        numbers = numbers_of(values, offsets)
        return Outcomes.of(self._core.run(*bytes_of(values, keys, timestamps)), numbers)

    def save(self) -> bytes:
        """Return the device blob.

        Returns
        -------
        bytes
            As `cortado.Model.save` gives them; empty if nothing was learned.
        """
        return self._core.save()
