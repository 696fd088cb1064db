# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""How large a record is to Kafka's Java producer, which refuses one above `max.request.size` and with it the whole query."""
from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping

from cortado import InvalidConfigError

LARGEST = 1_048_576  # max.request.size unless it is set
SMALLEST = 2_000  # what a dead letter without value, key and headers takes
_BUFFER = 33_554_432  # buffer.memory unless it is set
# Kafka's clients: DefaultRecordBatch.RECORD_BATCH_OVERHEAD and DefaultRecord.MAX_RECORD_OVERHEAD.
_BATCH, _RECORD = 61, 21
Headers = list[tuple[str, bytes | None]]


def producer_sizes(kafka: Mapping[str, str]) -> tuple[int, dict[str, str]]:
    """Return the largest record that the producer takes, and the properties that let it take those of max.request.size.

    It refuses a record that its whole buffer does not hold, too, however large a request may be.

    Raises
    ------
    cortado.InvalidConfigError
        One of them is no number of bytes, or too small.
    """
    request = _bytes(kafka, "kafka.max.request.size", LARGEST, 2**31 - 1)
    buffer = _bytes(kafka, "kafka.buffer.memory", max(request, _BUFFER), 2**63 - 1)
    return min(request, buffer), {"kafka.buffer.memory": str(buffer)} if buffer > _BUFFER else {}


def _bytes(kafka: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = kafka.get(name, str(default))
    if not text.isdecimal() or not SMALLEST <= int(text) <= most:
        raise InvalidConfigError(f"{name} must be {SMALLEST} to {most} bytes, not {text!r}")
    return int(text)


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
