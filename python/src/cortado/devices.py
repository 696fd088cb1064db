# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The forms in which devices may be given: one rule of names for single ones, arrays and columns."""
from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from cortado.arrays import as_array, without_masked
from cortado.errors import InvalidArgumentError

Codes = npt.NDArray[np.int64]


def to_name(device: Any, what: str = "device") -> str | None:
    """Return a device's name; None for None, NaN and their like, and for text that UTF-8 cannot hold.

    A whole number has one name, whether it is an integer or, as in a column with gaps, a float.

    Parameters
    ----------
    device : Any
        Whatever stands in a column of devices.
    what : str
        The column's name in errors.

    Returns
    -------
    str or None

    Raises
    ------
    InvalidArgumentError
        It is a list, a dict, an array or another thing that Python cannot hash.

    Examples
    --------
    >>> to_name(1), to_name(1.0), to_name(1.5), to_name(b"a"), to_name(float("nan"))
    ('1', '1', '1.5', 'a', None)
    """
    name = device if isinstance(device, str) else _name_of(device, what)
    return name if name is None or name.isascii() or _is_utf8(name) else None


def _name_of(device: Any, what: str) -> str | None:
    if isinstance(device, bytes):
        return device.decode("utf-8", "replace")
    if device is None or device is np.ma.masked:
        return None
    if device.__hash__ is None:
        raise InvalidArgumentError(f"{what}: a {type(device).__name__} names no device; give text or numbers")
    if not _equals_itself(device):
        return None
    if isinstance(device, (float, np.floating)):
        return str(int(device)) if float(device).is_integer() else str(float(device))
    return str(device)


def _equals_itself(device: Any) -> bool:
    try:
        return bool(device == device)
    except (TypeError, ArithmeticError):  # pandas.NA, which is neither equal nor unequal; a signalling NaN
        return False


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:  # half of a pair of surrogates
        return False
    return True


def must_name(device: Hashable) -> str:
    """Return a device's name, which it must have.

    Parameters
    ----------
    device : hashable
        As of `to_name`.

    Returns
    -------
    str

    Raises
    ------
    InvalidArgumentError
        It names no device.
    """
    name = to_name(device)
    if name is None:
        raise InvalidArgumentError(f"{device!r} names no device; give text or a number")
    return name


def to_names(devices: Any, what: str = "devices") -> tuple[list[str], Codes]:
    """Return the names of many devices, each once, and for each row the index of its own.

    Parameters
    ----------
    devices : array_like of shape (n,)
        Items as of `to_name`. What a mask hides is missing.
    what : str
        Their name in errors.

    Returns
    -------
    list of str, numpy.ndarray of int64 of shape (n,)
        Below 0 for none.

    Raises
    ------
    InvalidArgumentError
        They have not one dimension, or one cannot name a device.

    Examples
    --------
    >>> to_names(["b", None, 1, 1.0])
    (['b', '1'], array([ 0, -1,  1,  1]))
    """
    if isinstance(devices, np.ma.MaskedArray):
        names, codes = to_names(devices.data, what)
        return names, without_masked(devices, codes, -1)
    if isinstance(devices, (list, tuple)):  # NumPy would cut texts at their last NUL and round numbers
        return _each_name(devices, what)
    array = as_array(devices, what)
    if array.dtype.kind in "iufbSU":
        unique, codes = np.unique(array, return_inverse=True)
        return to_codes(unique.tolist(), codes, what)
    return _each_name(array, what)


def _each_name(devices: Iterable[Any], what: str) -> tuple[list[str], Codes]:
    places: dict[str, int] = {}
    codes = [-1 if (name := to_name(device, what)) is None else places.setdefault(name, len(places))
             for device in devices]
    return list(places), np.asarray(codes, dtype=np.int64)


def to_codes(devices: Iterable[Any], codes: npt.ArrayLike, what: str = "devices") -> tuple[list[str], Codes]:
    """Return names, each once, and codes that mean the same devices by them.

    Parameters
    ----------
    devices : iterable
        Different things that may have the same name, such as 1 and "1".
    codes : array_like of int, shape (n,)
        Indices in `devices`; below 0 for none.
    what : str
        Their name in errors.

    Returns
    -------
    list of str, numpy.ndarray of int64 of shape (n,)
        Below 0 for none.

    Raises
    ------
    InvalidArgumentError
        One cannot name a device.
    """
    names, found = _each_name(devices, what)
    places: Codes = np.append(found, -1)
    return names, places[np.maximum(np.asarray(codes, dtype=np.int64), -1)]


def check_names(names: Iterable[Any]) -> None:
    """Raise InvalidArgumentError unless all names are text that UTF-8 can hold.

    Parameters
    ----------
    names : iterable of str
        The devices that codes stand for.

    Raises
    ------
    InvalidArgumentError
        One is not.
    """
    for name in names:
        if not isinstance(name, str) or to_name(name) is None:
            raise InvalidArgumentError(f"{name!r} is no device's name; names are text")


def to_indices(codes: npt.ArrayLike) -> Codes:
    """Return codes; -1 for those that a mask hides.

    Parameters
    ----------
    codes : array_like of int, shape (n,)
        Indices of names.

    Returns
    -------
    numpy.ndarray of int64, shape (n,)
    """
    if isinstance(codes, np.ma.MaskedArray):
        return without_masked(codes, to_indices(codes.data), -1)
    return np.asarray(codes, dtype=np.int64)
