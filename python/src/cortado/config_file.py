# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The program's configuration file, read by the program's own reader."""
from __future__ import annotations

import logging
import os
import pathlib
from collections.abc import Mapping
from typing import Any

from cortado import _core
from cortado.errors import InvalidConfigError

LOG = logging.getLogger("cortado.config")


def read_config(path: str | os.PathLike[str] = "", environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Read a configuration file and the variables above it, as ``cortado`` does with ``-c``.

    ``${NAME}``, ``${NAME:-default}`` and ``${file:PATH}`` are replaced, ``a.b: 1`` and ``a: {b: 1}`` mean the same, and
    ``CORTADO_`` variables win over the file. Keys that the models do not use are checked too. Variables that look like
    keys and are none are told as warnings of the logger ``cortado.config``.

    Parameters
    ----------
    path : str or path, optional
        The file, at most 1 MiB of UTF-8; empty: the variables alone.
    environment : mapping of str to str, optional
        In place of this process's own.

    Returns
    -------
    dict
        What is set, and no defaults: blocks by name, with texts, lists and dicts in them, as `Enricher.from_config`
        takes them. Secrets stand there in plain.

    Raises
    ------
    InvalidConfigError
        It cannot be read, or something in it is wrong: a line for each mistake, with file, line, key, and the nearest
        one where there is none of that name.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
    ...     _ = file.write("detector.preset: ${PRESET:-seed}")
    ...     file.flush()
    ...     read_config(file.name, {"CORTADO_DETECTOR_WARM_UP": "300"})
    {'detector': {'preset': 'seed', 'warm_up': '300'}}
    """
    name, text = os.fsdecode(path), None
    if name:
        try:
            text = pathlib.Path(name).read_bytes()
        except (OSError, ValueError) as why:
            raise InvalidConfigError(f"{name} cannot be read: {why}") from None
    try:
        found, warnings = _core.read_config(text, name, _texts(os.environ if environment is None else environment))
    except UnicodeDecodeError:
        raise InvalidConfigError(f"{name}: it, or a file that a value in it names, is no UTF-8") from None
    for warning in warnings:
        LOG.warning("%s", warning)
    return found


def _texts(environment: Mapping[str, str]) -> dict[str, str]:
    """Without variables that are no UTF-8, which no value can ask for."""
    return {name: value for name, value in environment.items() if _is_text(name) and _is_text(value)}


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
