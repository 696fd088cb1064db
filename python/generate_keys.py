#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Prints src/cortado/keys.py: the keys of the configuration that models do not know, from the program's JSON schema.

usage: cortado config schema | python python/generate_keys.py > python/src/cortado/keys.py     (with the module installed)
"""
import json
import sys

from cortado import blocks

HEAD = '''# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The keys of the configuration that the native program alone uses; a whole configuration may hold them.

Made from the program's own descriptions by generate_keys.py; do not edit it.
"""

NATIVE: tuple[str, ...] = ('''


def paths(schema, path=""):
    if "properties" not in schema:
        return [path]
    return [found for name, inner in schema["properties"].items() for found in paths(inner, f"{path}.{name}".lstrip("."))]


print(HEAD)
for key in paths(json.load(sys.stdin)):
    if key.split(".")[0] not in blocks.NAMES:
        print(f'    "{key}",')
print(")")
