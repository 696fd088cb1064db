# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Compares enriched records of a topic with the rows of a replayed file, value by value."""
import csv
import math
import struct


def read_csv(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def bits(number):
    return struct.pack(">d", number)


def same_value(json_value, text):
    """Is it the same value? Numbers must have the same bits; absent and null stand as nothing."""
    if json_value is None:
        return text == ""
    if isinstance(json_value, str):
        return json_value == text
    if isinstance(json_value, bool) or text == "":
        return False
    number = float(text)
    return not math.isnan(number) and bits(float(json_value)) == bits(number)


def row_key(row):
    return row["device"], int(row["sequence"])


def differences(records, rows, limit=5):
    """What differs between JSON records and CSV rows, paired by device and sequence."""
    objects = {row_key(record): record for record in records}
    lines = {row_key(row): row for row in rows}
    found = [f"{len(records)} records, {len(objects)} different ones, {len(rows)} rows"] \
        if not len(records) == len(objects) == len(rows) == len(lines) else []
    found += [f"only one side has {key}" for key in sorted(objects.keys() ^ lines.keys())]
    for key in sorted(objects.keys() & lines.keys()):
        record, row = objects[key], lines[key]
        found += [f"{key}: {name} is {record.get(name)!r} and {row.get(name)!r}"
                  for name in sorted(record.keys() | row.keys())
                  if not same_value(record.get(name), row.get(name) or "")]
        if len(found) >= limit:
            break
    return found[:limit]
