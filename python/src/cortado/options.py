# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The keywords of the module's classes: Cortado's configuration keys.

Made from the core's own descriptions by generate_options.py; do not edit it.
"""
from typing import Any, Literal, TypedDict


class DetectorOptions(TypedDict, total=False):
    """The keys below ``detector``.

    Attributes
    ----------
    preset : ["seed", "nupic", "last_value"]
        The model: seed (an HTM network of season and value, the original's), nupic (that of NuPIC's detector
        in the Numenta Anomaly Benchmark, of the time of day and value: for comparisons) or last_value
        (forecasts the last value, never alarms: a baseline, and the cost of all but the model). Default seed.
    forecaster : ["sdr_classifier", "change"]
        What forecasts the next value: sdr_classifier (the original's) or change (a small regression that is
        never materially worse than repeating the last value). Anomaly scores do not depend on it. Default
        sdr_classifier.
    seed : int
        Chooses pools, permanences and draws; another one gives other scores of the same quality. Default 42,
        0 to 9223372036854775807.
    warm_up : int
        Valid records until a device leaves warming. Default 400, in records, 0 to 1000000.
    reject_negative : bool
        Values below 0 are impossible: such records are invalid and never reach the model. Default false.
    overrides : list[Any]
        Ranges of the value encoder for devices by pattern (* and ?); the first that matches wins. seed
        divides the range into 100 steps, nupic into 130 (none below .001). Default: empty.
    """

    preset: Literal["seed", "nupic", "last_value"]
    forecaster: Literal["sdr_classifier", "change"]
    seed: int
    warm_up: int
    reject_negative: bool
    overrides: list[Any]


class InputOptions(TypedDict, total=False):
    """The keys below ``input``.

    Attributes
    ----------
    format : ["json", "binary"]
        json also takes Cortado's binary records, told by their first bytes; binary takes nothing else.
        Default json.
    mapping : ["aqs"] | dict[str, str]
        Where device, time and value stand in an input record: aqs for EPA's monitoring records, or JSON
        pointers into any object: {device: /sensor/id, time: /ts, value: /v}. Without time the Kafka timestamp
        counts. Default aqs.
    time_format : str
        How a mapped time is written, of %Y %m %d %H %M %S %f %z. Empty: ISO 8601 text, or a number (from 1e11
        on milliseconds, else seconds). Default: empty.
    tombstone : ["ignore", "dead_letter"]
        What to do with a record without a value: count it, or send it to the dead-letter topic. Default
        ignore.
    late : ["process", "ignore", "dead_letter"]
        What to do with a reading whose time is before the newest that its device's model has learned: score
        it, count it, or send it to the dead-letter topic. Default process.
    duplicate : ["process", "ignore", "dead_letter"]
        What to do with a reading whose time equals the newest that its device's model has learned (older
        times are late, not compared). Default process.
    future : ["process", "ignore", "dead_letter"]
        What to do with a reading whose time is beyond its record's Kafka timestamp. Default process.
    """

    format: Literal["json", "binary"]
    mapping: Literal["aqs"] | dict[str, str]
    time_format: str
    tombstone: Literal["ignore", "dead_letter"]
    late: Literal["process", "ignore", "dead_letter"]
    duplicate: Literal["process", "ignore", "dead_letter"]
    future: Literal["process", "ignore", "dead_letter"]


class OutputOptions(TypedDict, total=False):
    """The keys below ``output``.

    Attributes
    ----------
    format : ["json", "binary"]
        How enriched records are written; binary is several times faster and needs input.mapping: aqs. Default
        json.
    """

    format: Literal["json", "binary"]


class ModelOptions(DetectorOptions, total=False):
    """What a model can be told: the keys below ``detector``, and the blocks beside it."""


class Blocks(TypedDict, total=False):
    """The blocks of the configuration that models know."""

    detector: DetectorOptions
    input: InputOptions
    output: OutputOptions
