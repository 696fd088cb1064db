# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Arguments as NumPy arrays, without what NumPy makes up for them."""
from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from cortado.errors import InvalidArgumentError


def as_array(items: Any, what: str) -> npt.NDArray[Any]:
    """Return an array of the items themselves; arrays are used where they lie.

    NumPy makes the items of a list alike: texts of numbers beside a text, complex numbers of those beside one.
    Only lists of plain numbers are left to it. A mask is not looked at.

    Parameters
    ----------
    items : array_like of shape (n,)
        What a caller gave.
    what : str
        Its name in errors.

    Returns
    -------
    numpy.ndarray, shape (n,)

    Raises
    ------
    InvalidArgumentError
        It has not one dimension.

    Examples
    --------
    >>> as_array(["a", 1, None], "devices")
    array(['a', 1, None], dtype=object)
    """
    array = _of_list(items) if isinstance(items, (list, tuple)) else np.asarray(items)
    if array.ndim != 1:
        raise InvalidArgumentError(f"{what} must have one dimension, not {array.ndim}")
    return array


def _of_list(items: Any) -> npt.NDArray[Any]:
    try:
        array = np.asarray(items)
        if array.dtype.kind in "iufb" or array.ndim > 1:
            return array
    except (TypeError, ValueError, OverflowError):  # lists of different lengths, units that do not go together
        pass
    return np.fromiter(items, dtype=object, count=len(items))


def without_masked(items: Any, found: npt.NDArray[Any], missing: Any) -> npt.NDArray[Any]:
    """Return what was found in the items, with what stands for "missing" where a mask hides them.

    Parameters
    ----------
    items : numpy.ma.MaskedArray of shape (n,)
        What a caller gave.
    found : numpy.ndarray of shape (n,)
        What their data, masked or not, mean.
    missing : Any
        A value of the same type.

    Returns
    -------
    numpy.ndarray, shape (n,)
    """
    mask = np.ma.getmaskarray(items)
    if mask.dtype != np.bool_:  # of records: one mask a field
        return found
    return np.where(mask, missing, found)
