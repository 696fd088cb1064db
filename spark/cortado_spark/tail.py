# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The records that a device has had since its model was written: settings, then a compressed piece a batch.

The first piece is the settings that they were taken by, as JSON. Layout of the others after zlib: for each record i64
timestamp (the smallest number: none), i32 length (-1: no value), the value's bytes; little-endian.
"""
from __future__ import annotations

import functools
import json
import struct
import zlib
from collections.abc import Sequence

from cortado import DeviceEnricher, Enricher

_HEAD = struct.Struct("<qi")
_NONE = -(1 << 63)
# They decide what a record leaves in a model. They may change from one start to the next, and no model hash has all of
# them: of the detector's, thresholds and what counts as a fault do not stand in it.
_BLOCKS = ("input", "alerts", "detector")


@functools.lru_cache(8)
def begin(enricher: Enricher) -> bytes:
    """Return a tail's first piece."""
    return json.dumps({name: enricher.options[name] for name in _BLOCKS}, sort_keys=True).encode()


def replay(device: str, blob: bytes | None, pieces: Sequence[bytes], enricher: Enricher) -> tuple[DeviceEnricher, bool]:
    """Make a device's model of its blob and the tail behind it; and tell whether the tail was taken by other settings.

    Its records were scored by those and are learned by them again, or the model would be another one than was told
    of. A tail that an earlier build began does not tell all of its settings; it is taken by the enricher's where it
    does not.
    """
    begun = pieces[0] if pieces and pieces[0].startswith(b"{") else begin(enricher)  # zlib's pieces begin with an x
    changed = begun != begin(enricher)
    taker = _taker(begun, begin(enricher)) if changed else enricher
    model = taker.make_device(device, blob)
    for piece in pieces:
        if piece is not begun:
            model.run(*unpack(piece))
    return (enricher.make_device(device, model.save() or None) if changed else model), changed


@functools.lru_cache(8)
def _taker(begun: bytes, own: bytes) -> Enricher:
    return Enricher(**{**json.loads(own), **json.loads(begun)})


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
