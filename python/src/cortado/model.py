# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The model of one device."""
from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from cortado import _core, blocks
from cortado.blobs import BytesLike, blob_bytes
from cortado.devices import must_name
from cortado.records import Columns, Enriched, EnrichedArrays
from cortado.times import TimeLike, to_millis, to_millis_array
from cortado.values import ValueLike, to_number, to_numbers

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from cortado.options import ModelOptions


class Model:
    """One device's online-learning model: a reading in, its anomaly score and forecast out.

    The scores are, bit for bit, those of ``cortado detect`` and ``cortado replay`` for the same
    readings and options.

    Parameters
    ----------
    device : str, optional
        The device's name; patterns in ``overrides`` look at it.
    **options
        The keys below ``detector`` of Cortado's configuration, such as ``preset``, ``seed``,
        ``warm_up`` and ``overrides``, and the blocks beside it that models know; see
        `cortado.options.ModelOptions`.

    Raises
    ------
    InvalidConfigError
        An option is unknown or out of its range.
    InvalidArgumentError
        The device is no name.

    Notes
    -----
    Calls from several threads wait for each other. `update_many` runs without the interpreter's lock, so
    that the models of several devices can learn in several threads.

    Examples
    --------
    >>> from cortado import Model
    >>> model = Model(preset="seed", overrides=[{"device": "*", "encoder": {"min": 0, "max": 100}}])
    >>> model.update("2020-01-01T00:00Z", 20.0).sequence
    1
    >>> second = model.update("2020-01-01T01:00Z", 21.5)
    >>> second.status, second.prediction, second.error
    ('warming', 0.0, 21.5)
    """

    __slots__ = ("_configuration", "_core", "_options")

    def __init__(self, device: str = "", **options: Unpack[ModelOptions]) -> None:
        self._start(device, dict(options), None)

    def _start(self, device: str, options: dict[str, Any], blob: bytes | None) -> None:
        self._options = copy.deepcopy(options)  # the caller's lists may change, the model does not
        self._configuration = _core.Configuration(blocks.of_model(options))
        self._core = _core.Model(self._configuration, must_name(device), blob)

    @classmethod
    def load(cls, blob: BytesLike, device: str = "", **options: Unpack[ModelOptions]) -> Self:
        """Go on from a saved model.

        Parameters
        ----------
        blob : bytes, bytearray or memoryview
            What `save` gave, or a device blob of ``cortado state export``.
        device, **options
            As they were when the model was made.

        Returns
        -------
        Model

        Raises
        ------
        CorruptError
            The bytes are no device blob, or damaged.
        InvalidArgumentError
            The blob is no bytes, or the device no name.
        InvalidConfigError
            An option is unknown or out of its range.
        UnsupportedError
            The blob was made by another version, or with other options.

        Examples
        --------
        >>> from cortado import Model
        >>> model = Model(preset="last_value")
        >>> _ = model.update(None, 1.5)
        >>> Model.load(model.save(), preset="last_value").update(None, 2.0).sequence
        2
        """
        self = cls.__new__(cls)
        self._start(device, dict(options), blob_bytes(blob))
        return self

    def update(self, time: TimeLike, value: ValueLike) -> Enriched:
        """Learn one reading and score it.

        Parameters
        ----------
        time : str, datetime, numpy.datetime64, float, int or None
            The reading's own time: text such as ``2020-06-01T12:30:15.250Z`` or a datetime (no zone = UTC), or a
            number: seconds since 1970, milliseconds from 1e11 on. `cortado.times.to_millis` tells all forms.
        value : float or None
            The reading, in its own unit; text that is a number serves as well. None, NaN, infinity and what is no
            number are invalid: counted in ``sequence``, without numbers, and the model does not change; so is a
            reading without a time, if the preset needs one. None of them is an error.

        Returns
        -------
        Enriched
            The reading's enrichment, numbers in the value's unit.

        Examples
        --------
        >>> from cortado import Model
        >>> Model().update("2020-01-01T00:00Z", float("nan")).status
        'invalid'
        """
        return Enriched._make(self._core.update(to_millis(time), to_number(value)))

    def update_many(self, times: npt.ArrayLike | Sequence[Any] | None,
                    values: npt.ArrayLike | Sequence[Any]) -> EnrichedArrays:
        """Learn many readings in their order and score each.

        Parameters
        ----------
        times : array_like of shape (n,) or None
            Items as of `update`. ``datetime64[ms]`` arrays are read where they lie. What a mask hides is none.
        values : array_like of shape (n,)
            Items as of `update`. ``float64`` arrays are read where they lie, strided ones too; others are
            converted. What a mask hides is invalid.

        Returns
        -------
        EnrichedArrays
            Arrays of shape (n,).

        Raises
        ------
        InvalidArgumentError
            The shapes differ, or are not of one dimension.

        Examples
        --------
        >>> import numpy as np
        >>> from cortado import Model
        >>> hours = np.datetime64("2020-01-01", "ms") + np.arange(3) * np.timedelta64(1, "h")
        >>> scores = Model().update_many(hours, np.array([0.01, 0.02, np.nan]))
        >>> scores.sequence.tolist(), scores.status.tolist()
        ([1, 2, 3], ['warming', 'warming', 'invalid'])
        """
        columns = Columns._make(self._core.update_many(to_millis_array(times), to_numbers(values)))
        return columns.enriched(self.device, self.model_hash)

    def save(self) -> bytes:
        """Return the device blob: all that the model has learned, with a checksum.

        The loaded model goes on bit for bit. The options are not in it, only their hash.

        Returns
        -------
        bytes
            As docs/formats/device-blob.md describes them.
        """
        return self._core.save()

    @property
    def device(self) -> str:
        """The device's name."""
        return self._core.device

    @property
    def options(self) -> dict[str, Any]:
        """The options in force, defaults included, as texts."""
        found = self._configuration.options()
        return {**found.pop("detector"), **{name: found[name] for name in found if name not in ("input", "output")}}

    @property
    def model_hash(self) -> str:
        """16 hexadecimal digits of the options that change the model's bytes."""
        return self._configuration.model_hash

    @property
    def warm_up(self) -> int:
        """Valid readings until the device leaves ``warming``."""
        return self._configuration.warm_up

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.device, self._options, self.save())

    def __repr__(self) -> str:
        words = [repr(self.device), *(f"{name}={value!r}" for name, value in self._options.items())]
        return f"{type(self).__name__}({', '.join(words)})"


def _restore(cls: type[Model], device: str, options: dict[str, Any], blob: bytes) -> Model:
    return cls.load(blob, device, **options)
