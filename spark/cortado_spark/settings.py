# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What `detect` and the job can be told, with defaults, units and ranges in one place."""
from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from cortado import Enricher, InvalidConfigError
from cortado.blocks import of_config

from cortado_spark import sizes


@dataclasses.dataclass(frozen=True)
class Settings:
    """How a stream is scored. Fields have the names that they have as options.

    Attributes
    ----------
    config : mapping
        Cortado's configuration: its blocks input, output, detector and others that models know say how records
        are read, scored and written, and kafka says where they are; the rest is the native engine's.
    outputTopic, deadLetterTopic : str
        Where records go; empty: kafka.output_topic of `config` or its default, and the input topic's name +
        ".dead-letter".
    snapshotBatches : int
        A device's model is written to the state at every so manieth batch that has records of it, 1 to 10,000;
        devices take turns. Records since then are kept beside it. More: fewer bytes a batch, slower restarts.
    snapshotTail : int
        It is also written when so many records have come since the last time, 1 to 1,000,000.
    liveModels : int
        Models that a Python worker keeps between batches, 0 to 1,000,000; others are made from the state.
    maxRequestSize : int
        The producer's max.request.size, bytes, at least 2,000: a record above it becomes a dead letter.
    """

    config: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    outputTopic: str = ""
    deadLetterTopic: str = ""
    snapshotBatches: int = 20
    snapshotTail: int = 2000
    liveModels: int = 1000
    maxRequestSize: int = sizes.LARGEST

    RANGES = {"snapshotBatches": (1, 10_000), "snapshotTail": (1, 1_000_000), "liveModels": (0, 1_000_000),
              "maxRequestSize": (sizes.SMALLEST, 2**31 - 1)}

    def __post_init__(self) -> None:
        if not isinstance(self.config, Mapping):
            raise InvalidConfigError(f"config must be a mapping of blocks, not {self.config!r}; "
                                     "cortado.read_config makes one of a file")
        for name in ("outputTopic", "deadLetterTopic"):
            if not isinstance(getattr(self, name), str):
                raise InvalidConfigError(f"{name} must be a topic's name, not {getattr(self, name)!r}")
        for name, (low, high) in self.RANGES.items():
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool):
                raise InvalidConfigError(f"{name} must be a whole number, not {value!r}")
            if not low <= value <= high:
                raise InvalidConfigError(f"{name} must be {low} to {high}, not {value}")

    @classmethod
    def of(cls, options: Settings | Mapping[str, Any]) -> Settings:
        """Return settings from a mapping of field names; numbers may be text.

        Raises
        ------
        InvalidConfigError
            A name is unknown, or a value wrong.
        """
        if isinstance(options, cls):
            return options
        if not isinstance(options, Mapping):
            raise InvalidConfigError(f"options must be Settings or a mapping of their fields, not {options!r}")
        fields = {field.name: field for field in dataclasses.fields(cls)}
        values = {}
        for name, value in options.items():
            if name not in fields:
                raise InvalidConfigError(f"{name} is unknown; known are {', '.join(fields)}")
            try:
                values[name] = int(value) if fields[name].type == "int" and isinstance(value, str) else value
            except ValueError:
                raise InvalidConfigError(f"{name} must be a whole number, not {value!r}") from None
        return cls(**values)

    @property
    def output(self) -> str:
        """The topic of enriched records."""
        return self.outputTopic or self.kafka("output_topic", "monitoringEnriched2")

    @property
    def input(self) -> str:
        """The topic that is scored."""
        return self.kafka("input_topic", "monitoring20")

    def dead_letters(self, topic: str) -> str:
        """The topic of records that cannot be scored, for an input topic."""
        return self.deadLetterTopic or self.kafka("dead_letter_topic", "") or f"{topic}.dead-letter"

    @property
    def group(self) -> str:
        """Whose dead letters they are, beside those of other detectors of the same input."""
        return self.kafka("group_id", "detector_group")

    @property
    def recovery(self) -> str:
        """What a start does where the states that it is given contradict each other: strict or best_effort."""
        return self._text("stream", "recovery", "strict")

    def kafka(self, key: str, default: str) -> str:
        """A key of the configuration's block kafka."""
        return self._text("kafka", key, default)

    def _text(self, block: str, key: str, default: str) -> str:
        return str((self.config.get(block) or {}).get(key) or default)

    def enrich_key(self) -> str:
        """Text that is equal for equal models and formats."""
        return json.dumps(of_config(self.config), sort_keys=True)

    def make_enricher(self) -> Enricher:
        """Make the enricher; errors as of `cortado.Enricher`."""
        enricher = Enricher.from_config(self.config)
        if enricher.options["input"]["tombstone"] == "forget":
            raise InvalidConfigError("input.tombstone: forget is the native detector's alone, since Spark's readers tell "
                                     "repeats by a sequence that never begins anew; use ignore or dead_letter")
        return enricher
