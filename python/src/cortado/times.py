# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The forms in which a reading's time may be given, as milliseconds since 1970 UTC."""
from __future__ import annotations

import datetime
import decimal
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cortado import _core
from cortado.arrays import as_array, without_masked

TimeLike: TypeAlias = "str | datetime.date | np.datetime64 | float | np.floating[Any] | np.integer[Any] | None"

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_MILLISECOND = datetime.timedelta(milliseconds=1)
_NO_TIME = np.iinfo(np.int64).min
# Units of datetime64 that a number of milliseconds may be too small for: 292 million years.
_UNITS = {"Y": 31_556_952_000, "M": 2_629_746_000, "W": 604_800_000, "D": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}
_FARTHEST = 9.2e18


def to_millis(time: TimeLike) -> int | None:
    """Return one time in milliseconds since 1970 UTC.

    Parameters
    ----------
    time : str, datetime, date, numpy.datetime64, float, int or None
        Text as the record formats read it: ``2020-06-01``, then ``T`` or a blank and ``12:30``, ``12:30:15`` or
        ``12:30:15.250`` (1 to 9 digits, cut to milliseconds), then ``Z``, ``+02``, ``+0200`` or ``+02:00``; no zone
        = UTC. A datetime (no zone = UTC) or a date (its midnight, UTC). A number, or other text that is one:
        seconds since 1970, milliseconds from 1e11 on. A pandas.Period is its start.

    Returns
    -------
    int or None
        None for None, for NaT and for whatever is no time.

    Examples
    --------
    >>> to_millis("1970-01-01T00:00:01.500Z"), to_millis(1.5), to_millis("1.5"), to_millis("19700101")
    (1500, 1500, 1500, 19700101000)
    >>> to_millis("soon"), to_millis("1970-W01-4"), to_millis("19700101T000000Z")
    (None, None, None)
    """
    try:
        return _to_millis(time)
    except (ArithmeticError, ValueError):  # beyond what a number, a datetime or a Timestamp can hold
        return None


def _to_millis(time: Any) -> int | None:
    if time is None or isinstance(time, np.timedelta64):  # a span of time, though NumPy counts it among the integers
        return None
    if isinstance(time, str):
        try:
            return _core.time_of_text(time)
        except TypeError:  # half of a pair of surrogates, which is no text
            return None
    if isinstance(time, datetime.datetime):
        if time != time:  # pandas' NaT is a datetime that equals nothing
            return None
        aware = time if time.tzinfo is not None else time.replace(tzinfo=datetime.timezone.utc)
        return (aware - _EPOCH) // _MILLISECOND
    if isinstance(time, np.datetime64):
        millis = int(_datetimes_to_millis(np.asarray(time)))
        return None if millis == _NO_TIME else millis
    if isinstance(time, np.ndarray):
        return _to_millis(time[()]) if time.ndim == 0 and time is not np.ma.masked else None
    if isinstance(time, (int, float, np.integer, np.floating, decimal.Decimal)):
        return _core.time_of_number(float(time))
    if isinstance(time, datetime.date):
        return _to_millis(datetime.datetime(time.year, time.month, time.day))
    to_timestamp = getattr(time, "to_timestamp", None)  # of a pandas.Period
    return None if to_timestamp is None else _to_millis(to_timestamp())


def to_millis_array(times: Any) -> npt.NDArray[np.int64] | None:
    """Return many times in milliseconds since 1970 UTC; numpy's own "not a time" where there is none.

    Parameters
    ----------
    times : array_like of shape (n,) or None
        ``datetime64[ms]`` is used where it lies; other ``datetime64`` units are converted at once,
        everything else element by element as `to_millis` does. What a mask hides is no time.

    Returns
    -------
    numpy.ndarray of int64, shape (n,), or None
        None for None.

    Raises
    ------
    InvalidArgumentError
        They have not one dimension.
    """
    if times is None:
        return None
    if isinstance(times, np.ma.MaskedArray):
        found = to_millis_array(times.data)
        return None if found is None else without_masked(times, found, _NO_TIME)
    array = as_array(times, "times")
    if array.dtype.kind == "M":
        return _datetimes_to_millis(array)
    if array.dtype.kind in "mcV":  # a span of time is none
        return np.full(array.shape, _NO_TIME)
    if array.dtype.kind in "iuf":
        return _numbers_to_millis(array)
    millis = (to_millis(time) for time in array.tolist())
    return np.fromiter((_NO_TIME if one is None else one for one in millis), np.int64, array.size)


def _datetimes_to_millis(array: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """NumPy takes what is too far away round the corner, to some other time, without a word; here it is none."""
    unit, count = np.datetime_data(array.dtype)
    millis = array.astype("datetime64[ms]", copy=False).view(np.int64)
    size = float(count * _UNITS.get(unit, 0))
    if size <= 1:
        return millis
    return np.where(np.abs(array.astype(np.int64).astype(np.float64)) * size < _FARTHEST, millis, _NO_TIME)


def _numbers_to_millis(array: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    millis = (_core.time_of_number(float(number)) for number in array.tolist())
    return np.fromiter((_NO_TIME if one is None else one for one in millis), np.int64, array.size)
