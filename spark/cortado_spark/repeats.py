# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The rule that makes the sink's repeats harmless, for whoever reads the output topic.

A device's records stand in one partition in the order of their sequence, but after a failure a piece may come again:
4 5 6 5 6 7. Every copy has the same bytes. Keep a record if its sequence is above the device's highest so far.
Dead letters have no sequence; their source's (topic, partition, offset) takes its place.
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


class Repeats:
    """Tells repeats; its memory is one number a device.

    Examples
    --------
    >>> repeats = Repeats()
    >>> [sequence for sequence in (4, 5, 6, 5, 6, 7) if repeats.is_new("a", sequence)]
    [4, 5, 6, 7]
    """

    def __init__(self) -> None:
        self._highest: dict[str, int] = {}

    def is_new(self, device: str, sequence: int) -> bool:
        """Return False for a record that was seen before."""
        if sequence <= self._highest.get(device, 0):
            return False
        self._highest[device] = sequence
        return True


def without_repeats(records: Iterable[tuple[str, int, T]]) -> Iterator[T]:
    """Yield each record's third item once, of (device, sequence, record) in the order of the topic's partitions."""
    repeats = Repeats()
    for device, sequence, record in records:
        if repeats.is_new(device, sequence):
            yield record
