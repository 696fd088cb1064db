# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The native detector's configuration file, read as it reads it: texts, ${...}, and CORTADO_ variables above the file."""
from __future__ import annotations

import os
import pathlib
import re
from collections.abc import Mapping
from typing import Any

import yaml

from cortado import InvalidConfigError, _core
from cortado.blocks import of_config
from cortado.keys import NATIVE

PREFIX = "CORTADO_"
_NULL = "tag:yaml.org,2002:null"
_MAX_DEPTH = 32
_REFERENCE = re.compile(r"\$\$\{|\$\{([^}]*)\}|\$\{")
_VARIABLE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(:-(.*))?", re.DOTALL)


class _Nodes(yaml.SafeLoader):
    """A document without what the native program has no use for: names for values, keys that are no text, great depth."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Refuse it with its line."""
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise InvalidConfigError(f"{_place(event)}: anchors and aliases are not supported; write the value out")
        if self._depth >= _MAX_DEPTH and isinstance(event, yaml.CollectionStartEvent):
            raise InvalidConfigError(f"{_place(event)}: more than {_MAX_DEPTH} levels")
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        is_key = isinstance(parent, yaml.MappingNode) and index is None
        if is_key and (not isinstance(node, yaml.ScalarNode) or node.tag == _NULL):
            raise InvalidConfigError(f"{_place(event)}: a key must be a plain text")
        return node


# A << is a key like any other, and none that is known.
_Nodes.yaml_implicit_resolvers = {
    first: [one for one in resolvers if one[0] == _NULL] for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}


def _value_of(node: yaml.Node | None) -> Any:
    """Every value as it stands in the file: what 010, yes or a tag means is the option's business."""
    if isinstance(node, yaml.MappingNode):
        places: dict[str, str] = {}
        for key, _ in node.value:
            if key.value in places:
                raise InvalidConfigError(f"{_place(key)}: {key.value} is set twice, first at {places[key.value]}")
            places[key.value] = _place(key)
        return {key.value: _value_of(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_value_of(value) for value in node.value]
    return None if node is None or node.tag == _NULL else node.value


def _place(what: yaml.Event | yaml.Node) -> str:
    return f"{what.start_mark.name}:{what.start_mark.line + 1}"


def read_config(path: str, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Read a configuration file and the variables above it; without a path the variables alone.

    Parameters
    ----------
    path : str
        The file; empty: none.
    environment : mapping of str to str, optional
        This process's by default.

    Raises
    ------
    cortado.InvalidConfigError
        It cannot be read, has an unknown block or key, or a reference leads nowhere.
    """
    environment = os.environ if environment is None else environment
    config = _of_file(path) if path else {}
    for option in (*(str(one["path"]) for one in _core.describe()), *NATIVE):
        text = environment.get(PREFIX + option.upper().replace(".", "_"))
        if text is not None:
            _put(config, option, _load(text, option) if text.startswith(("[", "{", '"', "'")) else text)
    of_config(config)
    found: dict[str, Any] = _resolve(config, "", environment)
    return found


def _of_file(path: str) -> dict[str, Any]:
    try:
        text = pathlib.Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as why:
        raise InvalidConfigError(f"{path} cannot be read: {why}") from None
    found = _load(text, path)
    if found is not None and not isinstance(found, dict):
        raise InvalidConfigError(f"{path} must hold blocks such as detector: {{preset: seed}}")
    return found or {}


def _load(text: str, name: str) -> Any:
    try:
        loader = _Nodes(text)
        loader.name = name
        return _value_of(loader.get_single_node())
    except yaml.YAMLError as why:
        raise InvalidConfigError(f"{name} is no YAML: {why}") from None


def _put(config: dict[str, Any], path: str, value: Any) -> None:
    *blocks, name = path.split(".")
    for block in blocks:
        inner = config.get(block) or {}
        if not isinstance(inner, dict):
            raise InvalidConfigError(f"{block} is a block of keys, not a single value or list")
        config[block] = config = inner
    config[name] = value


def _resolve(value: Any, path: str, environment: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _resolve(inner, f"{path}.{name}".lstrip("."), environment) for name, inner in value.items()}
    if isinstance(value, list):
        return [_resolve(inner, path, environment) for inner in value]
    if not isinstance(value, str):
        return value
    return _REFERENCE.sub(lambda found: _text_of(found, path, environment), value)


def _text_of(found: re.Match[str], path: str, environment: Mapping[str, str]) -> str:
    if found[0] == "$${":
        return "${"
    if found[1] is None:
        raise InvalidConfigError(f'{path}: "${{" has no "}}"; write $${{ for a plain ${{')
    if found[1].startswith("file:"):
        try:
            text = pathlib.Path(found[1].removeprefix("file:")).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as why:
            raise InvalidConfigError(f"{path}: {found[0]}: {why}") from None
        return text.removesuffix("\n").removesuffix("\r")
    name = _VARIABLE.fullmatch(found[1])
    if name is None:
        raise InvalidConfigError(f'{path}: what stands in its "${{...}}" is not ${{NAME}}, ${{NAME:-default}} or ${{file:PATH}}; '
                                 "write $${ for a plain ${")
    if name[2] is not None:
        return environment.get(name[1]) or name[3]
    if name[1] not in environment:
        raise InvalidConfigError(f"{path}: the environment variable {name[1]} is not set; set it or write "
                                 f"${{{name[1]}:-default}}")
    return environment[name[1]]
