#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Prints src/cortado/options.py: the keyword types of the module, from the core's own descriptions.

usage: python python/generate_options.py > python/src/cortado/options.py     (with the module installed)
"""
import textwrap

from cortado import _core

HEAD = '''# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The keywords of the module's classes: Cortado's configuration keys.

Made from the core's own descriptions by generate_options.py; do not edit it.
"""
from typing import Any, Literal, TypedDict
'''
TYPES = {"integer": "int", "number": "float", "boolean": "bool", "string": "str", "duration": "str", "size": "str",
         "list": "list[Any]", "mapping": "dict[str, Any]", "aqs or mapping": 'Literal["aqs"] | dict[str, str]'}
WIDTH = 110


def type_of(option):
    if option["choices"] and option["type"] != "boolean":
        return f"Literal[{', '.join(repr_of(choice) for choice in option['choices'])}]"
    return TYPES.get(option["type"], "Any")


def repr_of(text):
    return '"' + text + '"'


def facts(option):
    """Default, unit and range, as far as there are any."""
    found = [f"Default {option['default']}" if option["default"] not in ("", [], {}) else "Default: empty"]
    if option["unit"]:
        found.append(f"in {option['unit']}")
    if option["range"]:
        found.append(option["range"])
    return ", ".join(found) + "."


def wrapped(text, indent):
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False,
                         break_on_hyphens=False)


def tree_of(options):
    """Blocks as nested dicts; an option's last name leads to it."""
    root = {}
    for option in options:
        *blocks, name = option["path"].split(".")
        place = root
        for block in blocks:
            place = place.setdefault(block, {})
        place[name] = option
    return root


def is_option(node):
    return isinstance(node.get("path"), str)


def class_name(path):
    return "".join(word.title() for part in path for word in part.split("_")) + "Options"


def print_block(path, block):
    """The classes of inner blocks first, then this one's."""
    for name, node in block.items():
        if not is_option(node):
            print_block([*path, name], node)
    print(f"\n\nclass {class_name(path)}(TypedDict, total=False):")
    print(f'    """The keys below ``{".".join(path)}``.\n\n    Attributes\n    ----------')
    for name, node in block.items():
        if is_option(node):
            print(f"    {name} : {type_of(node).replace('Literal', '')}")
            print(wrapped(f"{node['help']} {facts(node)}", " " * 8))
        else:
            print(f"    {name} : {class_name([*path, name])}")
    print('    """\n')
    for name, node in block.items():
        print(f"    {name}: {type_of(node) if is_option(node) else class_name([*path, name])}")


def print_joined(head, text, names):
    print(f'\n\nclass {head}:\n    """{text}"""')
    for number, name in enumerate(names):
        print(("\n" if number == 0 else "") + f"    {name}: {class_name([name])}")


def main():
    print(HEAD, end="")
    blocks = tree_of(_core.describe())
    for name, block in blocks.items():
        print_block([name], block)
    beside = [name for name in blocks if name not in ("detector", "input", "output")]
    print_joined("ModelOptions(DetectorOptions, total=False)", "What a model can be told: the keys below ``detector``, "
                 "and the blocks beside it.", beside)
    print_joined("Blocks(TypedDict, total=False)", "The blocks of the configuration that models know.", blocks)


if __name__ == "__main__":
    main()
