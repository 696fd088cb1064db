# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Reading and widening frames of pandas and Arrow; neither is imported before a frame of it comes."""
from __future__ import annotations

import sys
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from cortado.devices import Codes, to_codes, to_names
from cortado.errors import InvalidArgumentError
from cortado.records import STATUSES, Columns, decode
from cortado.values import each_number, to_numbers

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
    """Raise InvalidArgumentError unless every wanted column is there, once, and stays."""
    present = list(names)
    for name in wanted:
        if name is not None and present.count(name) != 1:
            what = "no column" if name not in present else "more than one column"
            raise InvalidArgumentError(f"there is {what} {name!r}; there are {', '.join(map(str, present))}")
        if name in ORDER:
            raise InvalidArgumentError(f"the column {name!r} would be replaced by the enrichment's: rename it first")


class PandasFrame:
    """A pandas.DataFrame."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame

    def score(self, detector: Scorer, device: str, time: str | None, value: str) -> Any:
        """Return the frame with the enrichment's columns."""
        frame = self._frame
        if frame.columns.nlevels > 1:
            raise InvalidArgumentError("the frame's columns have several levels: give one that is flat, such as by "
                                       "frame.set_axis(frame.columns.to_flat_index(), axis=1)")
        check_columns(frame.columns, device, time, value)
        names, codes = self._devices(device)
        columns = detector.update_codes(names, codes, self._times(time), self._values(value))
        return frame.assign(**self._widened(columns, detector.model_hash))

    def _devices(self, device: str) -> tuple[list[str], Codes]:
        import pandas as pd

        column, what = self._frame[device], f"column {device!r}"
        if column.dtype != object:  # pandas takes True for 1 among objects, and refuses lists
            try:
                codes, devices = pd.factorize(column)
                return to_codes(devices.tolist(), codes, what)
            except (TypeError, ValueError, NotImplementedError):  # of a kind that it can only list
                pass
        return to_names(column.tolist(), what)

    def _times(self, time: str | None) -> npt.ArrayLike | None:
        import pandas as pd

        if time is None:
            return None
        column = self._frame[time]
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            column = column.dt.tz_convert("UTC").dt.tz_localize(None)
        times: npt.ArrayLike = column.to_numpy()
        return times

    def _values(self, value: str) -> npt.NDArray[np.float64]:
        import pandas as pd

        column = self._frame[value]
        if isinstance(column.dtype, (np.dtype, pd.SparseDtype)):
            return to_numbers(column.to_numpy())
        if pd.api.types.is_numeric_dtype(column.dtype) and not isinstance(column.dtype, pd.ArrowDtype):
            numbers: npt.NDArray[np.float64] = column.to_numpy(dtype=np.float64, na_value=np.nan)
            return numbers
        return each_number(column.tolist())

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
        table = self._table
        check_columns(table.column_names, device, time, value)
        names, codes = self._devices(device)
        columns = detector.update_codes(names, codes, self._times(time), self._values(value))
        kept = [name for name in table.column_names if name not in ORDER]
        return self._appended(table.select(kept), columns, detector.model_hash)

    def _devices(self, device: str) -> tuple[list[str], Codes]:
        import pyarrow as pa

        column, what = self._plain(device), f"column {device!r}"
        if pa.types.is_nested(column.type):
            raise InvalidArgumentError(f"{what}: {column.type} names no device; give text or numbers")
        try:
            keys = column.dictionary_encode()
        except NotImplementedError:  # of a kind that Arrow can only list
            return to_names(column.to_pylist(), what)
        codes = keys.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        return to_codes(keys.dictionary.to_pylist(), codes, what)

    def _times(self, time: str | None) -> npt.ArrayLike | None:
        import pyarrow as pa

        if time is None:
            return None
        column = self._plain(time)
        if pa.types.is_timestamp(column.type):
            # Zoned Arrow times count in UTC already; ms, rounded down. Seconds may be too many for it: times.py sees to them.
            unit = "s" if column.type.unit == "s" else "ms"
            utc = column.cast(pa.timestamp(unit, column.type.tz), safe=False)
            times: npt.ArrayLike = utc.to_numpy(zero_copy_only=False)
            return times
        if pa.types.is_temporal(column.type) and not pa.types.is_date(column.type):
            return np.full(len(column), np.datetime64("NaT", "ms"))  # a duration or a time of day
        listed: npt.ArrayLike = np.asarray(column.to_pylist(), dtype=object)
        return listed

    def _values(self, value: str) -> npt.NDArray[np.float64]:
        import pyarrow as pa

        column = self._plain(value)
        if pa.types.is_float32(column.type) or pa.types.is_float64(column.type) or pa.types.is_integer(column.type):
            # Not safe: a large integer is the nearest number, as everywhere else.
            numbers: npt.NDArray[np.float64] = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
            return numbers
        if pa.types.is_temporal(column.type):
            return np.full(len(column), np.nan)
        return each_number(column.to_pylist())

    def _plain(self, name: str) -> Any:
        """A column in one piece, of its values where it is a dictionary of them, and of one kind of text."""
        import pyarrow as pa

        column = self._table[name].combine_chunks()
        if pa.types.is_run_end_encoded(column.type):
            column = pa.array(column.to_pylist(), column.type.value_type)
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if pa.types.is_large_string(column.type) or pa.types.is_string_view(column.type):
            column = column.cast(pa.string())
        return column

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
