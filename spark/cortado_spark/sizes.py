# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""How large a record is to Kafka's Java producer, which refuses one above `max.request.size` and with it the whole query."""
from __future__ import annotations

import base64
import json
from collections.abc import Iterable

LARGEST = 1_048_576  # max.request.size unless it is set
# Kafka's clients: DefaultRecordBatch.RECORD_BATCH_OVERHEAD and DefaultRecord.MAX_RECORD_OVERHEAD.
_BATCH, _RECORD = 61, 21
Headers = list[tuple[str, bytes | None]]


def record_size(key: bytes | None, value: bytes | None, headers: Iterable[tuple[str, bytes | None]]) -> int:
    """Return what the producer compares with its limit: the bytes of a batch with this record alone, uncompressed."""
    headers = list(headers)
    size = _BATCH + _RECORD + _field(key) + _field(value) + _varint(len(headers))
    return size + sum(_field(name.encode()) + _field(data) for name, data in headers)


def read_headers(text: str | None) -> Headers:
    """Return the headers that `Records` carries as JSON."""
    return [(one["key"], None if one.get("value") is None else base64.b64decode(one["value"]))
            for one in json.loads(text or "[]")]


def _field(data: bytes | None) -> int:
    return 1 if data is None else _varint(len(data)) + len(data)


def _varint(value: int) -> int:
    """The bytes of a length: seven bits a byte, and one bit for the sign."""
    return -(-max((value << 1).bit_length(), 1) // 7)
