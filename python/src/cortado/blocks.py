# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The blocks of the configuration that the core knows."""
from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from cortado import _core
from cortado.errors import InvalidConfigError
from cortado.keys import NATIVE

NAMES: tuple[str, ...] = tuple(dict.fromkeys(str(option["path"]).split(".")[0] for option in _core.describe()))
"""The names of the blocks, in the order of the configuration's reference."""

_RECORDS = ("input", "output")


def of_model(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return a model's keywords as blocks: those that name a block of their own beside detector stay one."""
    beside = [name for name in NAMES if name not in ("detector", *_RECORDS)]
    blocks: dict[str, Any] = {name: value for name, value in options.items() if name in beside}
    blocks["detector"] = {name: value for name, value in options.items() if name not in beside}
    return blocks


def of_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the known blocks of a whole configuration; an empty one counts as absent.

    Raises
    ------
    InvalidConfigError
        There is a block or a key that the native program would not know either, or a block is none.
    """
    beside = tuple(dict.fromkeys(path.split(".")[0] for path in NATIVE))
    for name, value in config.items():
        if name not in NAMES + beside:
            raise _unknown(str(name), NAMES + beside)
        if value and not isinstance(value, Mapping):
            raise InvalidConfigError(f"{name} is a block of keys, not a single value or list")
        if name in beside:
            _check_keys(name, value or {})
    return {name: dict(config[name]) for name in NAMES if config.get(name)}


def _check_keys(block: str, values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        path = f"{block}.{key}"
        if path in NATIVE:
            continue
        inner = any(known.startswith(path + ".") for known in NATIVE)
        if not inner:
            raise _unknown(path, [known for known in NATIVE if known.startswith(block + ".")])
        if value and not isinstance(value, Mapping):
            raise InvalidConfigError(f"{path} is a block of keys, not a single value or list")
        _check_keys(path, value or {})


def _unknown(path: str, known: Iterable[str]) -> InvalidConfigError:
    names = list(known)
    near = difflib.get_close_matches(path, names, 1)
    return InvalidConfigError(f"{path} is unknown; " + (f"did you mean {near[0]}?" if near else
                                                        f"known are {', '.join(names)}"))
