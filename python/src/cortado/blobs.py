# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Bytes that callers give: device blobs and records."""
from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

from cortado.errors import CorruptError, InvalidArgumentError

BytesLike: TypeAlias = "bytes | bytearray | memoryview"
RecordsLike: TypeAlias = "Sequence[bytes | bytearray | memoryview | None]"


def blob_bytes(blob: Any, what: str = "a device blob") -> bytes:
    """Return a blob's bytes; whatever holds none would be taken for no blob at all.

    Parameters
    ----------
    blob : bytes, bytearray or memoryview
        What a caller gave.
    what : str
        Its name in errors.

    Returns
    -------
    bytes

    Raises
    ------
    InvalidArgumentError
        It is none of them.
    """
    if not isinstance(blob, (bytes, bytearray, memoryview)):
        raise InvalidArgumentError(f"{what} is bytes, not {type(blob).__name__}")
    return bytes(blob)


def record_bytes(records: RecordsLike, what: str) -> list[bytes | None]:
    """Return records' bytes.

    Parameters
    ----------
    records : sequence of bytes, bytearray, memoryview or None
        What a caller gave; None is a tombstone.
    what : str
        The name of one in errors.

    Returns
    -------
    list of bytes or None

    Raises
    ------
    InvalidArgumentError
        One is none of them.
    """
    return [one if one is None or type(one) is bytes else blob_bytes(one, what) for one in records]


class BlobHead(NamedTuple):
    """What the first bytes of a device blob tell.

    Attributes
    ----------
    format_version, algorithm_version : int
        Of the bytes' layout; any bit of a score may change with the second.
    model_hash : str
        Of the options that the model was made with.
    sequence : int
        Readings of the device so far, invalid ones too.
    """

    format_version: int
    algorithm_version: int
    model_hash: str
    sequence: int


def blob_head(blob: BytesLike) -> BlobHead:
    """Read the head of a device blob, without loading it.

    Parameters
    ----------
    blob : bytes, bytearray or memoryview
        As `cortado.Model.save` gives it.

    Returns
    -------
    BlobHead

    Raises
    ------
    CorruptError
        The bytes are no device blob.
    InvalidArgumentError
        It is no bytes.

    Examples
    --------
    >>> from cortado import Model
    >>> blob_head(Model(preset="last_value").save()).sequence
    0
    """
    head = struct.Struct("<4sHHQq")
    blob = blob_bytes(blob)
    if len(blob) < head.size or blob[:4] != b"CTDB":
        raise CorruptError("device blob: not a device blob")
    _, format_version, algorithm_version, model_hash, sequence = head.unpack_from(blob)
    return BlobHead(format_version, algorithm_version, f"{model_hash:016x}", sequence)
