# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""State export files (docs/formats/state-export.md), versions 1 and 2: read and written whole, checked at every step."""
from __future__ import annotations

import dataclasses
import struct

import pyarrow as pa

from cortado import CorruptError, UnsupportedError, _core

MAGIC = b"CTEX"
PLAIN, DECIDED = 1, 2  # the second has floors, and which offsets a person decided about, where there are any
_START = struct.Struct("<4sHHI")


@dataclasses.dataclass(frozen=True)
class Device:
    """One device: its partition, the offset that its model expects next, and its blob (empty: forgotten)."""

    name: str
    partition: int
    next_offset: int
    blob: bytes


@dataclasses.dataclass(frozen=True)
class Lane:
    """The snapshot of one partition that devices were taken from.

    No model may see the records at `skipped`; `dismissed` are those of them that a person decided about. Devices without a
    state learn nothing below `floor`; 0 is none.
    """

    partition: int
    next_offset: int
    low_water: int
    skipped: tuple[int, ...] = ()
    dismissed: tuple[int, ...] = ()
    floor: int = 0


@dataclasses.dataclass(frozen=True)
class Export:
    """A whole file."""

    topic: str
    partitions: int
    cluster_id: str
    model_hash: str
    lanes: tuple[Lane, ...]
    devices: tuple[Device, ...]
    hash_name: str = "murmur2"


def _text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<I", len(data)) + data


def _varint(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def _with_checksum(data: bytes) -> bytes:
    return data + struct.pack("<I", _core.crc32c(data))


def write(export: Export) -> bytes:
    """Return the file's bytes."""
    version = _version_of(export.lanes)
    fields = b"".join([
        _text(export.topic), struct.pack("<I", export.partitions), _text(export.hash_name), _text(export.cluster_id),
        _text(export.model_hash), _varint(len(export.lanes)), *(_lane(lane, version) for lane in export.lanes)])
    file = _with_checksum(_START.pack(MAGIC, version, 0, len(fields)) + fields)
    file += b"".join(_device(device) for device in export.devices)
    return _with_checksum(file + struct.pack("<BQ", 0, len(export.devices)))


def _version_of(lanes: tuple[Lane, ...]) -> int:
    return DECIDED if any(lane.dismissed or lane.floor for lane in lanes) else PLAIN


def _lane(lane: Lane, version: int) -> bytes:
    return struct.pack("<Iqq", lane.partition, lane.next_offset, lane.low_water) + _offsets(lane.skipped) + (
        _offsets(lane.dismissed) + struct.pack("<q", lane.floor) if version == DECIDED else b"")


def _offsets(offsets: tuple[int, ...]) -> bytes:
    return _varint(len(offsets)) + struct.pack(f"<{len(offsets)}q", *offsets)


def _device(device: Device) -> bytes:
    stored = pa.Codec("zstd", 3).compress(device.blob, asbytes=True)
    head = _text(device.name) + struct.pack("<IqIII", device.partition, device.next_offset, len(device.blob),
                                            len(stored), _core.crc32c(stored))
    return struct.pack("<BI", 1, len(head)) + _with_checksum(head) + stored


class _Reader:
    """Bytes from the front; running out of them is damage."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def raw(self, size: int) -> bytes:
        """Take so many bytes."""
        if size > len(self.data) - self.at:
            raise CorruptError("state export: the file ends too early")
        self.at += size
        return self.data[self.at - size:self.at]

    def numbers(self, form: str) -> tuple[int, ...]:
        """Take numbers by struct's letters."""
        return struct.unpack("<" + form, self.raw(struct.calcsize("<" + form)))

    def text(self) -> str:
        """Take a text."""
        try:
            return self.raw(self.numbers("I")[0]).decode()
        except UnicodeDecodeError:
            raise CorruptError("state export: a text is no UTF-8") from None

    def varint(self) -> int:
        """Take a number of variable length."""
        value, shift = 0, 0
        while shift < 63:
            byte = self.raw(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
        raise CorruptError("state export: a number is too long")

    def check(self, start: int, what: str) -> None:
        """Take a checksum and compare it with that of the bytes from `start` on."""
        wanted = _core.crc32c(self.data[start:self.at])
        if self.numbers("I")[0] != wanted:
            raise CorruptError(f"state export: wrong checksum of {what}")


def read(data: bytes) -> Export:
    """Read a file.

    Raises
    ------
    CorruptError
        It is no export, damaged or cut.
    UnsupportedError
        It is of another format version.
    """
    reader = _Reader(data)
    magic, version, _, length = _START.unpack(reader.raw(_START.size))
    if magic != MAGIC:
        raise CorruptError("state export: not a state export")
    head = _Reader(reader.raw(length))
    reader.check(0, "the head")
    if version not in (PLAIN, DECIDED):
        raise UnsupportedError(f"state export: format version {version}, this build reads {PLAIN} and {DECIDED}")
    topic, (partitions,) = head.text(), head.numbers("I")
    hash_name, cluster_id, model_hash = head.text(), head.text(), head.text()
    lanes = tuple(_read_lane(head, version) for _ in range(head.varint()))
    if version != _version_of(lanes):
        raise CorruptError("state export: wrong version of the head")
    return Export(topic, partitions, cluster_id, model_hash, lanes, tuple(_read_devices(reader)), hash_name)


def _read_lane(head: _Reader, version: int) -> Lane:
    partition, next_offset, low_water = head.numbers("Iqq")
    skipped = _read_offsets(head)
    dismissed = _read_offsets(head) if version == DECIDED else ()
    floor = head.numbers("q")[0] if version == DECIDED else 0
    if not set(dismissed) <= set(skipped) or (floor != 0 and not low_water < floor <= next_offset):
        raise CorruptError("state export: an impossible lane")
    return Lane(partition, next_offset, low_water, skipped, dismissed, floor)


def _read_offsets(head: _Reader) -> tuple[int, ...]:
    return tuple(head.numbers("q")[0] for _ in range(head.varint()))


def _read_devices(reader: _Reader) -> list[Device]:
    devices = []
    while reader.numbers("B")[0] == 1:
        devices.append(_read_device(reader))
    if reader.numbers("Q")[0] != len(devices):
        raise CorruptError("state export: devices are missing")
    reader.check(0, "the file")
    if reader.at != len(reader.data):
        raise CorruptError("state export: bytes are left over")
    return devices


def _read_device(reader: _Reader) -> Device:
    (length,) = reader.numbers("I")
    start = reader.at
    head = _Reader(reader.raw(length))
    reader.check(start, "a device")
    name = head.text()
    partition, next_offset, raw_size, stored_size, checksum = head.numbers("IqIII")
    stored = reader.raw(stored_size)
    if _core.crc32c(stored) != checksum:
        raise CorruptError(f"state export: wrong checksum of the device {name}")
    blob = pa.Codec("zstd").decompress(stored, raw_size, asbytes=True) if raw_size else b""
    return Device(name, partition, next_offset, blob)
