# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The records that a device has had since its model was written, as one compressed text of bytes a batch.

Layout after zlib: for each record i64 timestamp (the smallest number: none), i32 length (-1: no value), the value's
bytes; little-endian.
"""
from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

_HEAD = struct.Struct("<qi")
_NONE = -(1 << 63)


def pack(values: Sequence[bytes | None], timestamps: Sequence[int | None]) -> bytes:
    """Return the packed records."""
    parts = []
    for value, timestamp in zip(values, timestamps, strict=True):
        parts.append(_HEAD.pack(_NONE if timestamp is None else timestamp, -1 if value is None else len(value)))
        parts.append(value or b"")
    return zlib.compress(b"".join(parts), 1)


def unpack(packed: bytes) -> tuple[list[bytes | None], list[int | None]]:
    """Return values and timestamps."""
    data = zlib.decompress(packed)
    values: list[bytes | None] = []
    timestamps: list[int | None] = []
    at = 0
    while at < len(data):
        timestamp, length = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        values.append(None if length < 0 else data[at:at + length])
        timestamps.append(None if timestamp == _NONE else timestamp)
        at += max(length, 0)
    return values, timestamps
