# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What a model says of a reading, with the field names of the enriched record."""
from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cortado import _core

SCHEMA_VERSION = 1
STATUSES: tuple[str, ...] = _core.STATUSES
"""What `status` may be: warming, ok, alarm, invalid."""

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Texts = npt.NDArray[np.str_]


class Enriched(NamedTuple):
    """One reading's enrichment; what is absent is None, never a silent 0.

    Attributes
    ----------
    prediction : float or None
        The forecast made at the device's previous reading, in the value's unit.
    error : float or None
        Distance between prediction and reading.
    anomaly : float or None
        Raw anomaly score, 0 to 1.
    predictionNext : float or None
        Forecast of the next reading.
    device : str
        The device.
    sequence : int
        The reading's number within its device, from 1, invalid ones counted.
    score : float or None
        0 to 1, .5 is the alarm boundary; None while warming, and with presets that have none.
    status : str
        ``warming``, ``ok``, ``alarm`` or ``invalid``.
    reason : str or None
        Why there is an alarm: ``pattern``, ``range``, ``level``, ``flat``, ``gap`` or ``clock``.
    expectedLow, expectedHigh : float or None
        The band in which the reading was expected.
    modelAge : int
        Valid readings that the model has learned.
    modelHash : str
        16 hexadecimal digits of the options that the model was made with.
    schemaVersion : int
        1.
    """

    prediction: float | None
    error: float | None
    anomaly: float | None
    predictionNext: float | None
    device: str
    sequence: int
    score: float | None
    status: str
    reason: str | None
    expectedLow: float | None
    expectedHigh: float | None
    modelAge: int
    modelHash: str
    schemaVersion: int


class EnrichedArrays(NamedTuple):
    """Many readings' enrichment: the fields of `Enriched`, each an array of shape (n,).

    Absent numbers are NaN, absent texts are empty. `modelHash` and `schemaVersion` are single values,
    and `device` is, too, where all readings are one device's.
    """

    prediction: Floats
    error: Floats
    anomaly: Floats
    predictionNext: Floats
    device: Any
    sequence: Integers
    score: Floats
    status: Texts
    reason: Texts
    expectedLow: Floats
    expectedHigh: Floats
    modelAge: Integers
    modelHash: str
    schemaVersion: int


class Columns(NamedTuple):
    """What the core gives: as `EnrichedArrays`, with codes instead of texts (-1 = none)."""

    prediction: Floats
    error: Floats
    anomaly: Floats
    predictionNext: Floats
    sequence: Integers
    score: Floats
    status: npt.NDArray[np.int8]
    reason: npt.NDArray[np.int8]
    expectedLow: Floats
    expectedHigh: Floats
    modelAge: Integers
    reasons: list[str]

    def enriched(self, device: Any, model_hash: str) -> EnrichedArrays:
        """Return the same with texts.

        Parameters
        ----------
        device : str or array_like of str, shape (n,)
            The device of all readings, or of each.
        model_hash : str
            The models' own.

        Returns
        -------
        EnrichedArrays
        """
        return EnrichedArrays(
            self.prediction, self.error, self.anomaly, self.predictionNext, device, self.sequence, self.score,
            decode(self.status, STATUSES), decode(self.reason, self.reasons), self.expectedLow, self.expectedHigh,
            self.modelAge, model_hash, SCHEMA_VERSION)


def decode(codes: npt.NDArray[np.int8], names: Any) -> Texts:
    """Return the name of each code; the empty text for -1."""
    return np.asarray([*names, ""], dtype=np.str_)[codes]
