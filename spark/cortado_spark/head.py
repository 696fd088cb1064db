# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Where a device stands, and whether these models may go on from there."""
from __future__ import annotations

from typing import NamedTuple

from cortado import Enricher, UnsupportedError


class Head(NamedTuple):
    """Where a device stands; the fields of schemas.HEAD.

    `algorithmVersion` and `modelHash` are those of the models that have learned the tail.
    """

    version: str
    sequence: int
    algorithmVersion: int
    modelHash: str
    topic: str
    partition: int
    offset: int
    batches: int
    rows: int


def check_models(device: str, head: Head, enricher: Enricher) -> None:
    """Refuse a state whose records these models would learn in another way than they were learned.

    A model that stands in the state is checked when it is loaded; the tail behind it, or a tail alone, is told by
    nothing but the head.

    Raises
    ------
    cortado.UnsupportedError
        It was made by another detector configuration, or there are records that another algorithm version has
        learned.
    """
    if head.modelHash != enricher.model_hash:
        raise UnsupportedError(
            f"the state of the device {device} was made by another detector configuration ({head.modelHash}, not "
            f"{enricher.model_hash}); use that one, or a new checkpoint")
    if head.rows and head.algorithmVersion != enricher.algorithm_version:
        raise UnsupportedError(
            f"the last {head.rows} records of the device {device} were learned by algorithm version "
            f"{head.algorithmVersion}, this one is {enricher.algorithm_version}; use that version, or a new checkpoint")
