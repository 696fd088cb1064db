# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""A device's records of a batch, as they travel from the tasks that read them to the one that scores them.

Spark hands rows to Python one by one, at a price above that of a score. Therefore all records that a task has read of
a device are one row, packed by Python and unpacked by Python.
"""
from __future__ import annotations

import pickle
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Records(NamedTuple):
    """Columns of equal length; the fields of schemas.RECORD."""

    key: list[bytes | None]
    value: list[bytes | None]
    topic: list[str]
    partition: list[int]
    offset: list[int]
    timestamp: list[int | None]
    headers: list[str | None]

    def pack(self) -> bytes:
        """Return bytes for `unpack`, of this batch and this version alone; no checkpoint holds them."""
        return pickle.dumps(tuple(self), protocol=pickle.HIGHEST_PROTOCOL)

    @classmethod
    def unpack(cls, pieces: Iterable[bytes]) -> Records:
        """Return the records of all pieces in the order of topic, partition and offset."""
        first, *others = (pickle.loads(piece) for piece in pieces)
        for other in others:
            for column, more in zip(first, other, strict=True):
                column += more
        records = cls(*first)
        places = list(zip(records.topic, records.partition, records.offset))
        order = sorted(range(len(places)), key=places.__getitem__)
        return records if order == list(range(len(places))) else records.take(order)

    def take(self, rows: Sequence[int]) -> Records:
        """Return the records of these rows, in their order."""
        return Records(*([column[row] for row in rows] for column in self))

    @property
    def size(self) -> int:
        """The number of records."""
        return len(self.offset)
