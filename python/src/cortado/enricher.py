# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Records as a topic holds them, bytes to bytes."""
from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cortado import _core
from cortado.blobs import BytesLike, RecordsLike, blob_bytes, blob_head
from cortado.blocks import of_config
from cortado.device_enricher import DeviceEnricher, bytes_of
from cortado.errors import NotFoundError
from cortado.outcomes import Outcomes, numbers_of

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from cortado.options import Blocks


class Enricher:
    """Raw records to enriched ones: decode, map, score, encode, as ``cortado detect`` does.

    Parameters
    ----------
    **blocks
        The blocks ``input``, ``output``, ``detector`` and others of Cortado's configuration that models know,
        such as ``input={"mapping": {"device": "/sensor", "time": "/ts", "value": "/v"}}``; see
        `cortado.options.Blocks`.

    Raises
    ------
    InvalidConfigError
        An option is unknown, out of its range, or does not go with another.

    Examples
    --------
    >>> from cortado import Enricher
    >>> enricher = Enricher(input={"mapping": {"device": "/d", "value": "/v"}}, detector={"preset": "last_value"})
    >>> outcomes = enricher.run([b'{"d":"a","v":1}', b"no record", None])
    >>> outcomes.enriched[0].device, outcomes.dead_letters[0].stage, outcomes.ignored[0].reason
    ('a', 'decode', 'the record has no value (a tombstone)')
    """

    def __init__(self, **blocks: Unpack[Blocks]) -> None:
        self._blocks: dict[str, Any] = copy.deepcopy({**blocks})
        self._configuration = _core.Configuration(self._blocks)
        self._core = _core.Enricher(self._configuration)
        self._devices: dict[str, DeviceEnricher] = {}
        self._algorithm_version: int | None = None

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Make an enricher of a whole configuration: blocks that models do not know must have known keys, no more.

        Parameters
        ----------
        config : mapping
            Cortado's configuration, as `cortado.read_config` gives it. ``${NAME}`` in it is text like any other.

        Returns
        -------
        Enricher

        Raises
        ------
        InvalidConfigError
            A block or a key is unknown to the program too, or an option is wrong.
        """
        return cls(**of_config(config))

    def device_of(self, values: RecordsLike, timestamps: Sequence[int | None] | None = None,
                  keys: RecordsLike | None = None) -> list[str | None]:
        """Tell the device of each record; None where a record has none that can be told.

        Parameters
        ----------
        values : sequence of bytes, bytearray, memoryview or None, length n
            The records' bytes; None is a tombstone.
        timestamps : sequence of int or None, length n, optional
            The log's own timestamps, in milliseconds since 1970 UTC.
        keys : sequence of bytes, bytearray, memoryview or None, length n, optional
            The records' keys; only a tombstone's is looked at.

        Returns
        -------
        list of str or None, length n

        Raises
        ------
        InvalidArgumentError
            The lengths differ, or a record or key is no bytes.
        """
        return [device for device, _ in self._core.route(*bytes_of(values, keys, timestamps))]

    def refuse(self, values: RecordsLike, timestamps: Sequence[int | None] | None = None,
               offsets: Sequence[int] | None = None, keys: RecordsLike | None = None) -> Outcomes:
        """Return the outcomes of those records alone that no device has: dead letters and ignored ones.

        Parameters
        ----------
        values, timestamps, offsets, keys
            As in `run`.

        Returns
        -------
        Outcomes
            Without enriched records.

        Raises
        ------
        InvalidArgumentError
            The lengths differ, or a record or key is no bytes.
        """
        numbers = numbers_of(values, offsets)
        routes = self._core.route(*bytes_of(values, keys, timestamps))
        refused = [(offset, outcome) for offset, (_, outcome) in zip(numbers, routes) if outcome is not None]
        return Outcomes.of([outcome for _, outcome in refused], [offset for offset, _ in refused])

    def run(self, values: RecordsLike, timestamps: Sequence[int | None] | None = None,
            offsets: Sequence[int] | None = None, keys: RecordsLike | None = None) -> Outcomes:
        """Learn and score records of any devices, each device's in their order.

        Parameters
        ----------
        values, timestamps, keys
            As in `device_of`.
        offsets : sequence of int, length n, optional
            Numbers that the outcomes carry; the records' indices otherwise.

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
        values, timestamps, keys = bytes_of(values, keys, timestamps)
        routes = self._core.route(values, timestamps, keys)
        raw: list[Any] = [outcome for _, outcome in routes]
        rows: dict[str, list[int]] = {}
        for row, (device, _) in enumerate(routes):
            if device is not None:
                rows.setdefault(device, []).append(row)
        for device, mine in rows.items():
            times = None if timestamps is None else [timestamps[row] for row in mine]
            names = None if keys is None else [keys[row] for row in mine]
            found = self.device(device)._core.run([values[row] for row in mine], times, names)
            for row, outcome in zip(mine, found):
                raw[row] = outcome
        return Outcomes.of(raw, numbers)

    def device(self, name: str) -> DeviceEnricher:
        """Return the device's own enricher, made if it is new.

        Parameters
        ----------
        name : str
            The device.

        Returns
        -------
        DeviceEnricher
            The one that `run` uses.
        """
        found = self._devices.get(name)
        # Of two threads with the same new device, one has its model kept, and both use that.
        return found if found is not None else self._devices.setdefault(name, self.make_device(name))

    def make_device(self, name: str, blob: BytesLike | None = None) -> DeviceEnricher:
        """Return a device's enricher that this one does not keep: a new one, or one out of a device blob.

        Parameters
        ----------
        name : str
            The device.
        blob : bytes, bytearray or memoryview, optional
            A device blob, such as of `save_device`.

        Returns
        -------
        DeviceEnricher

        Raises
        ------
        CorruptError, UnsupportedError, InvalidArgumentError
            As in `cortado.Model.load`.
        """
        return DeviceEnricher(name, self._core.device(name, None if blob is None else blob_bytes(blob)))

    def load_device(self, name: str, blob: BytesLike) -> None:
        """Take a device from a blob, in place of one that is there.

        Parameters
        ----------
        name, blob
            As in `make_device`.

        Raises
        ------
        CorruptError, UnsupportedError, InvalidArgumentError
            As in `cortado.Model.load`; the device is as it was.
        """
        self._devices[name] = self.make_device(name, blob_bytes(blob))

    def save(self) -> dict[str, bytes]:
        """Return each device's blob.

        Returns
        -------
        dict of str to bytes
            By the devices' names, in the order in which they were seen.
        """
        return {name: device.save() for name, device in list(self._devices.items())}

    def save_device(self, name: str) -> bytes:
        """Return one device's blob.

        Parameters
        ----------
        name : str
            A device that was seen or loaded.

        Returns
        -------
        bytes
            As `cortado.Model.save` gives them.

        Raises
        ------
        NotFoundError
            There is no such device.
        """
        if name not in self._devices:
            raise NotFoundError(f'there is no device "{name}"')
        return self._devices[name].save()

    @property
    def devices(self) -> list[str]:
        """The devices seen or loaded, in alphabetical order."""
        return sorted(list(self._devices))

    @property
    def options(self) -> dict[str, Any]:
        """The options in force by block, defaults included, as texts."""
        return self._configuration.options()

    @property
    def model_hash(self) -> str:
        """16 hexadecimal digits of the options that change a model's bytes."""
        return self._configuration.model_hash

    @property
    def algorithm_version(self) -> int:
        """The version that any bit of a score may change with."""
        if self._algorithm_version is None:  # making a model takes longer than a score
            self._algorithm_version = blob_head(_core.Model(self._configuration).save()).algorithm_version
        return self._algorithm_version

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self._blocks, self.save())


def _restore(cls: type[Enricher], blocks: dict[str, Any], blobs: dict[str, bytes]) -> Enricher:
    enricher = cls(**blocks)
    for name, blob in blobs.items():
        enricher.load_device(name, blob)
    return enricher
