# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The forms in which readings and devices may be given; what cannot be read is an invalid reading, never an error."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt


def to_number(value: Any) -> float:
    """Return one reading; NaN for whatever is no number.

    Parameters
    ----------
    value : Any
        A number, or text that is one.

    Examples
    --------
    >>> to_number("1.5"), to_number(None), to_number("1_0")
    (1.5, nan, nan)
    """
    if isinstance(value, str) and "_" in value:  # Python's way of writing numbers, nobody else's
        return np.nan
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return np.nan


def to_numbers(values: Any) -> npt.NDArray[np.float64]:
    """Return many readings; ``float64`` arrays are used where they lie.

    Parameters
    ----------
    values : array_like of shape (n,)
        Items as of `to_number`.
    """
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        return each_number(np.asarray(values, dtype=object).tolist())


def each_number(values: Iterable[Any]) -> npt.NDArray[np.float64]:
    """Return many readings, one by one.

    Parameters
    ----------
    values : iterable
        Items as of `to_number`.
    """
    return np.asarray([to_number(value) for value in values], dtype=np.float64)


def to_name(device: Any) -> str | None:
    """Return a device's name; None for None and NaN.

    A whole number has one name, whether it is an integer or, as in a column with gaps, a float.

    Parameters
    ----------
    device : Any
        Whatever stands in a column of devices.

    Examples
    --------
    >>> to_name(1), to_name(1.0), to_name(1.5), to_name(b"a"), to_name(float("nan"))
    ('1', '1', '1.5', 'a', None)
    """
    if isinstance(device, str):
        return device
    if device is None:
        return None
    if isinstance(device, bytes):
        return device.decode("utf-8", "replace")
    if isinstance(device, (float, np.floating)):
        if np.isnan(device):
            return None
        return str(int(device)) if float(device).is_integer() else str(float(device))
    return str(device)


def to_codes(devices: Iterable[Any], codes: npt.ArrayLike) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Return names, each once, and codes that mean the same devices by them.

    Parameters
    ----------
    devices : iterable
        Different things that may have the same name, such as 1 and "1".
    codes : array_like of int, shape (n,)
        Indices in `devices`; below 0 for none.
    """
    places: dict[str, int] = {}
    found = [-1 if (name := to_name(device)) is None else places.setdefault(name, len(places)) for device in devices]
    return list(places), np.asarray([*found, -1], dtype=np.int64)[np.maximum(np.asarray(codes, dtype=np.int64), -1)]
