# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The blocks of the configuration that the core knows."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cortado import _core

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
    """Return the known blocks of a whole configuration; an empty one counts as absent."""
    return {name: dict(config[name]) for name in NAMES if config.get(name)}
