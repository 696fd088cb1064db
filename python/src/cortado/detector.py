# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The models of many devices, and frames of pandas and Arrow."""
from __future__ import annotations

import contextlib
import copy
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from cortado import _core, blocks, frames
from cortado.blobs import BytesLike, blob_bytes
from cortado.devices import check_names, must_name, to_indices, to_name, to_names
from cortado.errors import NotFoundError
from cortado.records import Columns, Enriched
from cortado.times import TimeLike, to_millis, to_millis_array
from cortado.values import ValueLike, to_number, to_numbers

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from cortado.options import ModelOptions


class Detector:
    """One model for each device, made at the device's first reading.

    Parameters
    ----------
    **options
        As for `cortado.Model`.

    Raises
    ------
    InvalidConfigError
        An option is unknown or out of its range.

    Examples
    --------
    >>> import pandas as pd
    >>> from cortado import Detector
    >>> readings = pd.DataFrame({
    ...     "device": ["a", "b", "a"],
    ...     "time": pd.to_datetime(["2020-01-01 00:00", "2020-01-01 00:00", "2020-01-01 01:00"]),
    ...     "value": [0.01, 0.05, 0.02]})
    >>> Detector(preset="seed").score(readings)[["device", "sequence", "status"]]
      device  sequence   status
    0      a         1  warming
    1      b         1  warming
    2      a         2  warming
    """

    __slots__ = ("_configuration", "_fleet", "_options")

    def __init__(self, **options: Unpack[ModelOptions]) -> None:
        self._options: dict[str, Any] = copy.deepcopy(dict(options))
        self._configuration = _core.Configuration(blocks.of_model(self._options))
        self._fleet = _core.Fleet(self._configuration)

    @classmethod
    def load(cls, blobs: Mapping[str, BytesLike], **options: Unpack[ModelOptions]) -> Self:
        """Go on from saved models.

        Parameters
        ----------
        blobs : mapping of str to bytes
            Each device's blob, as `save` gives them.
        **options
            As they were when the detector was made.

        Returns
        -------
        Detector

        Raises
        ------
        CorruptError, UnsupportedError, InvalidArgumentError, InvalidConfigError
            As in `cortado.Model.load`; no detector is made.
        """
        self = cls(**options)
        for device, blob in blobs.items():
            self._fleet.load(must_name(device), blob_bytes(blob))
        return self

    def update(self, device: Hashable, time: TimeLike, value: ValueLike) -> Enriched:
        """Learn one reading of a device and score it.

        Parameters
        ----------
        device : str
            The device; a new one gets a new model. What is no text has the name that ``str`` gives it, whole numbers
            that of the integer; so in all methods.
        time, value
            As in `cortado.Model.update`.

        Returns
        -------
        Enriched
            The reading's enrichment, numbers in the value's unit.

        Raises
        ------
        InvalidArgumentError
            The device is none: None, NaN, text that UTF-8 cannot hold, a list, a dict or an array.
        """
        return Enriched._make(
            self._fleet.update(must_name(device), to_millis(time), to_number(value)))

    def update_many(self, devices: npt.ArrayLike | Sequence[Any], times: npt.ArrayLike | Sequence[Any] | None,
                    values: npt.ArrayLike | Sequence[Any]) -> Columns:
        """Learn many readings, each device's in their order, and score each.

        Parameters
        ----------
        devices : array_like of str, shape (n,)
            The device of each reading, named as in `update`. A reading without one (None, NaN, what a mask hides,
            text that UTF-8 cannot hold) is not scored: its ``status`` is -1, its ``sequence`` 0.
        times : array_like of shape (n,) or None
            As in `cortado.Model.update_many`.
        values : array_like of float, shape (n,)
            The readings, as in `cortado.Model.update_many`.

        Returns
        -------
        Columns
            Arrays of shape (n,), in the readings' order.

        Raises
        ------
        InvalidArgumentError
            The shapes differ or are not of one dimension, or a list, a dict or an array stands for a device.
        """
        names, codes = to_names(devices)
        return self.update_codes(names, codes, times, values)

    def update_codes(self, names: list[str], codes: npt.ArrayLike, times: npt.ArrayLike | Sequence[Any] | None,
                     values: npt.ArrayLike | Sequence[Any]) -> Columns:
        """Do as `update_many` with devices as codes.

        Parameters
        ----------
        names : list of str
            The devices.
        codes : array_like of int, shape (n,)
            For each reading its device's index in `names`; below 0 or masked for none: such a row is not scored,
            its ``status`` is -1, its ``sequence`` 0.
        times, values
            As in `update_many`.

        Returns
        -------
        Columns
            Arrays of shape (n,), in the readings' order.

        Raises
        ------
        InvalidArgumentError
            The shapes differ, a code is beyond the names, or a name is no text.
        """
        check_names(names)
        return Columns._make(self._fleet.update_many(
            names, to_indices(codes), to_millis_array(times), to_numbers(values)))

    def score(self, frame: Any, *, device: str = "device", time: str | None = "time", value: str = "value") -> Any:
        """Learn the readings of a frame and return it with the enrichment's columns.

        Parameters
        ----------
        frame : pandas.DataFrame, pyarrow.Table or pyarrow.RecordBatch
            One reading a row, each device's in the order of time.
        device, value : str
            The columns of the devices, named as in `update`, and of the readings. Values that are no number are
            invalid.
        time : str or None
            The column of the readings' times, of any form that `cortado.Model.update` takes; None if there is none.

        Returns
        -------
        pandas.DataFrame or pyarrow.Table
            The frame's own columns, rows and index, then prediction, error, anomaly, predictionNext,
            sequence, score, status, reason, expectedLow, expectedHigh, modelAge, modelHash. Other columns of the
            frame with one of these names are replaced. A row without a device is not scored: its ``status`` is
            missing and its ``sequence`` 0.

        Raises
        ------
        InvalidArgumentError
            The frame is of another kind, has no such column, or columns of several levels; a column that is read
            has the name of one that is written; or lists, structs or arrays stand for devices.
        """
        return frames.of(frame).score(self, device, time, value)

    def save(self) -> dict[str, bytes]:
        """Return each device's blob.

        Returns
        -------
        dict of str to bytes
            By the devices' names, in alphabetical order; what `load` takes.
        """
        blobs = {}
        for device in self._fleet.devices():
            with contextlib.suppress(NotFoundError):  # another thread has just forgotten it
                blobs[device] = self._fleet.save(device)
        return blobs

    def save_device(self, device: Hashable) -> bytes:
        """Return one device's blob.

        Parameters
        ----------
        device : str
            A device with a model.

        Returns
        -------
        bytes
            As `cortado.Model.save` gives them.

        Raises
        ------
        NotFoundError
            There is no such device.
        InvalidArgumentError
            It is no device's name.
        """
        return self._fleet.save(must_name(device))

    def load_device(self, device: Hashable, blob: BytesLike) -> None:
        """Take a device's model from a blob, in place of one that is there.

        Parameters
        ----------
        device : str
            The device that goes on with it, by whatever name it was saved.
        blob : bytes, bytearray or memoryview
            As `save_device` or `cortado.Model.save` gives it.

        Raises
        ------
        CorruptError, UnsupportedError, InvalidArgumentError
            As in `cortado.Model.load`; the device is as it was.
        """
        self._fleet.load(must_name(device), blob_bytes(blob))

    def forget(self, device: Hashable) -> bool:
        """Drop a device's model.

        Parameters
        ----------
        device : str
            It begins anew with its next reading.

        Returns
        -------
        bool
            False if there was none.

        Raises
        ------
        InvalidArgumentError
            It is no device's name.
        """
        return self._fleet.forget(must_name(device))

    @property
    def devices(self) -> list[str]:
        """The devices with a model, in alphabetical order."""
        return self._fleet.devices()

    @property
    def options(self) -> dict[str, Any]:
        """The options in force, defaults included, as texts."""
        found = self._configuration.options()
        return {**found.pop("detector"), **{name: found[name] for name in found if name not in ("input", "output")}}

    @property
    def model_hash(self) -> str:
        """16 hexadecimal digits of the options that change a model's bytes."""
        return self._configuration.model_hash

    def __len__(self) -> int:
        return len(self._fleet.devices())

    def __iter__(self) -> Iterator[str]:
        return iter(self._fleet.devices())

    def __contains__(self, device: object) -> bool:
        return isinstance(device, Hashable) and to_name(device) in self._fleet.devices()

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self._options, self.save())

    def __repr__(self) -> str:
        words = ", ".join(f"{name}={value!r}" for name, value in self._options.items())
        return f"<{type(self).__name__}({words}) of {len(self)} devices>"


def _restore(cls: type[Detector], options: dict[str, Any], blobs: dict[str, bytes]) -> Detector:
    return cls.load(blobs, **options)
