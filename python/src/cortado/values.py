# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The forms in which readings may be given; what cannot be read is an invalid reading, never an error."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cortado.arrays import as_array, without_masked

ValueLike: TypeAlias = "float | np.floating[Any] | np.integer[Any] | None"

# float() would take a part of them, or their count of a unit.
_NO_READINGS = (complex, np.complexfloating, np.datetime64, np.timedelta64)


def to_number(value: Any) -> float:
    """Return one reading; NaN for whatever is no number.

    Parameters
    ----------
    value : Any
        A number, or text that is one.

    Returns
    -------
    float

    Examples
    --------
    >>> to_number("1.5"), to_number(None), to_number("1_0"), to_number(1j)
    (1.5, nan, nan, nan)
    """
    if type(value) is float:
        return value
    if isinstance(value, (str, bytes)):
        return _of_text(value)
    if value is np.ma.masked or isinstance(value, _NO_READINGS):
        return np.nan
    if isinstance(value, np.ndarray):
        return to_number(value[()]) if value.ndim == 0 else np.nan
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return np.nan


def _of_text(text: str | bytes) -> float:
    plain = text.decode("latin-1") if isinstance(text, bytes) else text
    if "_" in plain or not plain.isascii():  # Python's ways of writing numbers, nobody else's
        return np.nan
    try:
        return float(plain)
    except ValueError:
        return np.nan


def to_numbers(values: Any) -> npt.NDArray[np.float64]:
    """Return many readings; ``float64`` arrays are used where they lie.

    Parameters
    ----------
    values : array_like of shape (n,)
        Items as of `to_number`. What a mask hides is missing.

    Returns
    -------
    numpy.ndarray of float64, shape (n,)
        NaN for whatever is no number.

    Raises
    ------
    InvalidArgumentError
        They have not one dimension.
    """
    if isinstance(values, np.ma.MaskedArray):
        return without_masked(values, to_numbers(values.data), np.nan)
    array = as_array(values, "values")
    if array.dtype.kind in "iufb":
        return array.astype(np.float64, copy=False)
    if array.dtype.kind in "McmV":
        return np.full(array.shape, np.nan)
    return each_number(array.tolist())


def each_number(values: Iterable[Any]) -> npt.NDArray[np.float64]:
    """Return many readings, one by one.

    Parameters
    ----------
    values : iterable
        Items as of `to_number`.

    Returns
    -------
    numpy.ndarray of float64, shape (n,)
    """
    return np.asarray([to_number(value) for value in values], dtype=np.float64)
