# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What a query's batches are begun with, kept in its checkpoint beside Spark's own logs.

A batch that was cut off may have been written in part. Only what it was begun with makes the same bytes of it again,
whatever the settings are by then.
"""
from __future__ import annotations

import dataclasses
import hashlib
import json
import pathlib
from collections.abc import Iterable, Mapping
from typing import Any

from pyspark.sql import SparkSession

from cortado import CorruptError, InvalidConfigError, UnsupportedError

from cortado_spark.checkpoint import Stand, numbers_in, read_text, write_text
from cortado_spark.settings import Settings

FOLDER = "cortado"  # of files that are named after the batch from which on they count
_BLOCKS = ("alerts", "detector", "input", "output")


@dataclasses.dataclass(frozen=True)
class Terms:
    """What decides the bytes that a batch writes.

    Attributes
    ----------
    options : mapping
        The blocks that say how records are read, scored and written, with all keys.
    maxRequestSize : int
        Above it a record is a dead letter.
    algorithmVersion, modelHash :
        The enricher's.
    initial : str
        Which devices the query began with (`digest`); empty: none, or a batch is finished and they are in its state.
    """

    options: Mapping[str, Any]
    maxRequestSize: int
    algorithmVersion: int
    modelHash: str
    initial: str

    @classmethod
    def of(cls, settings: Settings, initial: str) -> Terms:
        """Those of a start that has these settings."""
        enricher = settings.make_enricher()
        return cls({name: enricher.options[name] for name in _BLOCKS}, settings.maxRequestSize, enricher.algorithm_version,
                   enricher.model_hash, initial)

    def settings(self, now: Settings) -> Settings:
        """The settings that these terms are of; what decides about no byte as it is now."""
        return dataclasses.replace(now, config={**now.config, **self.options}, maxRequestSize=self.maxRequestSize)

    def same_bytes(self, other: Terms, stand: Stand) -> bool:
        """Whether the next batch has the same bytes by both."""
        return self == (other if stand.finished < 0 else dataclasses.replace(other, initial=self.initial))

    def check_initial(self, other: str, stand: Stand, checkpoint: str) -> None:
        """Refuse a start whose `initialState` is another than the query began with, while no batch is finished.

        Raises
        ------
        cortado.InvalidConfigError
            Devices would begin anew that have a history in the output, or an unfinished batch would be written otherwise.
        """
        if stand.finished >= 0 or other == self.initial:
            return
        if not other:
            raise InvalidConfigError(
                f"the query at {checkpoint} began with an initialState, and none of its batches is finished: without it every "
                "model would begin anew; name it again until a batch is finished, or begin with another checkpointLocation")
        if stand.is_begun:
            began = "another initialState" if self.initial else "no initialState"
            raise InvalidConfigError(
                f"the query at {checkpoint} began with {began}, and none of its batches is finished: what it has written would "
                "not come again as it was; start it as it was begun until a batch is finished, or with another "
                "checkpointLocation and other output topics")

    def keeps_sequences(self, other: Terms) -> bool:
        """Whether each sequence is the same record's by both, with the same scores.

        The largest record decides only in which topic it is.
        """
        return self.options == other.options and self.algorithmVersion == other.algorithmVersion

    def check_models(self, other: Terms, checkpoint: str) -> None:
        """Refuse to begin a batch whose models the checkpoint's could never be.

        Raises
        ------
        cortado.UnsupportedError
            They are made by another detector configuration.
        """
        if other.modelHash != self.modelHash:
            raise UnsupportedError(f"the models at {checkpoint} were made by another detector configuration ({self.modelHash}, not "
                                   f"{other.modelHash}); use that one, or a new checkpoint")

    def check_algorithm(self, other: Terms, batch: int, checkpoint: str) -> None:
        """Refuse to finish a batch by another algorithm version.

        Raises
        ------
        cortado.UnsupportedError
            It would score records otherwise than they may have been written.
        """
        if other.algorithmVersion != self.algorithmVersion:
            raise UnsupportedError(
                f"batch {batch} of the query at {checkpoint} was begun by algorithm version {self.algorithmVersion} and is not "
                f"finished, this one is {other.algorithmVersion}: start the query by that version until it is, or set "
                "stream.recovery to best_effort to write it again by this one (copies of a record may have other scores)")


def digest(files: Iterable[pathlib.Path]) -> str:
    """Return a text that is equal for equal files, whatever their names are; empty for none."""
    digests = sorted(hashlib.sha256(file.read_bytes()).hexdigest() for file in files)
    return hashlib.sha256("".join(digests).encode()).hexdigest() if digests else ""


def read_terms(session: SparkSession, checkpoint: str) -> Terms | None:
    """Return the terms of a checkpoint's last start; None of a query that an earlier build began.

    Raises
    ------
    cortado.CorruptError
        They are damaged.
    """
    numbers = numbers_in(session, checkpoint, FOLDER)
    if not numbers:
        return None
    name = f"{FOLDER}/{max(numbers)}"
    try:
        return Terms(**json.loads(read_text(session, checkpoint, name)))
    except (ValueError, TypeError):
        raise CorruptError(f"{checkpoint}/{name} is damaged: begin with another checkpointLocation and other output topics") from None


def write_terms(session: SparkSession, checkpoint: str, batch: int, terms: Terms) -> None:
    """Note what batches from this one on are begun with."""
    write_text(session, checkpoint, f"{FOLDER}/{batch}", json.dumps(dataclasses.asdict(terms), sort_keys=True) + "\n")
