# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Reading and widening frames of pandas and Arrow; neither is imported before a frame of it comes."""
from __future__ import annotations

import sys
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from cortado.errors import InvalidArgumentError
from cortado.records import STATUSES, Columns, decode

NUMBERS = ("prediction", "error", "anomaly", "predictionNext", "score", "expectedLow", "expectedHigh")
ORDER = ("prediction", "error", "anomaly", "predictionNext", "sequence", "score", "status", "reason", "expectedLow",
         "expectedHigh", "modelAge", "modelHash")


class Scorer(Protocol):
    """What a frame needs of a detector."""

    @property
    def model_hash(self) -> str:
        """The settings that the models are made with."""

    def update_codes(self, names: list[str], codes: npt.ArrayLike, times: npt.ArrayLike | None,
                     values: npt.ArrayLike) -> Columns:
        """Learn and score readings of devices that stand as codes."""


class Frame(Protocol):
    """A frame of one library."""

    def score(self, detector: Scorer, device: str, time: str | None, value: str) -> Any:
        """Return the frame with the enrichment's columns."""


def of(frame: Any) -> Frame:
    """Return the frame's wrapper.

    Raises
    ------
    InvalidArgumentError
        It is none of the kinds that are known.
    """
    pandas, arrow = sys.modules.get("pandas"), sys.modules.get("pyarrow")
    if pandas is not None and isinstance(frame, pandas.DataFrame):
        return PandasFrame(frame)
    if arrow is not None and isinstance(frame, (arrow.Table, arrow.RecordBatch)):
        return ArrowFrame(frame)
    raise InvalidArgumentError(
        f"a frame is a pandas.DataFrame, pyarrow.Table or pyarrow.RecordBatch, not {type(frame).__name__}")


def check_columns(names: Any, *wanted: str | None) -> None:
    """Raise InvalidArgumentError unless every wanted column is there."""
    present = [str(name) for name in names]
    for name in wanted:
        if name is not None and name not in present:
            raise InvalidArgumentError(f"there is no column {name!r}; there are {', '.join(present)}")


class PandasFrame:
    """A pandas.DataFrame."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame

    def score(self, detector: Scorer, device: str, time: str | None, value: str) -> Any:
        """Return the frame with the enrichment's columns."""
        import pandas as pd

        frame = self._frame
        check_columns(frame.columns, device, time, value)
        codes, names = pd.factorize(frame[device])
        values = pd.to_numeric(frame[value], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        columns = detector.update_codes([str(name) for name in names], codes, self._times(time), values)
        return frame.assign(**self._widened(columns, detector.model_hash))

    def _times(self, time: str | None) -> npt.ArrayLike | None:
        import pandas as pd

        if time is None:
            return None
        column = self._frame[time]
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            column = column.dt.tz_convert("UTC").dt.tz_localize(None)
        times: npt.ArrayLike = column.to_numpy()
        return times

    def _widened(self, columns: Columns, model_hash: str) -> dict[str, Any]:
        import pandas as pd

        found: dict[str, Any] = columns._asdict()
        reasons = found.pop("reasons")
        found["status"] = pd.Categorical.from_codes(columns.status, list(STATUSES))
        found["reason"] = pd.Categorical.from_codes(columns.reason, reasons)
        found["modelHash"] = model_hash
        return {name: found[name] for name in ORDER}


class ArrowFrame:
    """A pyarrow.Table or RecordBatch."""

    def __init__(self, frame: Any) -> None:
        import pyarrow as pa

        self._table = frame if isinstance(frame, pa.Table) else pa.Table.from_batches([frame])

    def score(self, detector: Scorer, device: str, time: str | None, value: str) -> Any:
        """Return the frame with the enrichment's columns."""
        import pyarrow as pa

        table = self._table
        check_columns(table.column_names, device, time, value)
        keys = table[device].combine_chunks().cast(pa.string()).dictionary_encode()
        codes = keys.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        columns = detector.update_codes(keys.dictionary.to_pylist(), codes, self._times(time), self._values(value))
        kept = [name for name in table.column_names if name not in ORDER]
        return self._appended(table.select(kept), columns, detector.model_hash)

    def _times(self, time: str | None) -> npt.ArrayLike | None:
        import pyarrow as pa

        if time is None:
            return None
        column = self._table[time].combine_chunks()
        if pa.types.is_timestamp(column.type):
            # Zoned Arrow times count in UTC already; ms, whatever the unit, rounded down.
            utc = column.cast(pa.timestamp("ms", column.type.tz), safe=False)
            times: npt.ArrayLike = utc.to_numpy(zero_copy_only=False)
            return times
        listed: npt.ArrayLike = np.asarray(column.to_pylist(), dtype=object)
        return listed

    def _values(self, value: str) -> npt.NDArray[np.float64]:
        import pyarrow as pa

        column = self._table[value].combine_chunks()
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            return np.asarray([_number(text) for text in column.to_pylist()], dtype=np.float64)
        numbers: npt.NDArray[np.float64] = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
        return numbers

    def _appended(self, table: Any, columns: Columns, model_hash: str) -> Any:
        import pyarrow as pa

        rows = len(columns.status)
        texts = {"status": decode(columns.status, STATUSES), "reason": decode(columns.reason, columns.reasons),
                 "modelHash": np.full(rows, model_hash)}
        for name in ORDER:
            if name in texts:
                found = pa.array(texts[name].tolist(), pa.string(), mask=texts[name] == "")
            else:
                found = pa.array(getattr(columns, name), from_pandas=name in NUMBERS)
            table = table.append_column(name, found)
        return table


def _number(text: str | None) -> float:
    try:
        return float(text) if text is not None else np.nan
    except ValueError:
        return np.nan
