# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Readings, times and devices have one meaning, whatever array, column or single argument they stand in."""
import datetime
import decimal
import fractions
import json
import warnings

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import cortado
from cortado import Detector, Model
from cortado.times import to_millis, to_millis_array

HOURS = np.datetime64("2020-01-01", "ms") + np.arange(3) * np.timedelta64(1, "h")
HIDDEN = [False, True, False]


def statuses(times, values, preset="last_value"):
    return Model(preset=preset).update_many(times, values).status.tolist()


@pytest.mark.parametrize("values", [
    np.array([1.0, 999.0, 3.0]), np.array([1, 999, 3]), np.array([1, 999, 3], dtype=object), np.array(["1", "999", "3"])])
def test_a_masked_value_is_missing(values):
    scores = Model(preset="last_value").update_many(None, np.ma.array(values, mask=HIDDEN))
    assert scores.status.tolist() == ["warming", "invalid", "warming"]
    assert np.array_equal(scores.predictionNext, [0, np.nan, 3], equal_nan=True)  # the first of all has 0


@pytest.mark.parametrize("times", [
    HOURS, HOURS.astype("datetime64[ns]"), HOURS.astype(np.int64), HOURS.astype(object), HOURS.astype(str)])
def test_a_masked_time_is_none(times):
    assert statuses(times, [1.0] * 3, "seed") == ["warming"] * 3
    assert statuses(np.ma.array(times, mask=HIDDEN), [1.0] * 3, "seed") == ["warming", "invalid", "warming"]


def test_what_is_masked_alone_is_missing_too():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Model(preset="last_value").update(None, np.ma.masked).status == "invalid"
        assert Model(preset="seed").update(np.ma.masked, 1.0).status == "invalid"
    with pytest.raises(cortado.InvalidArgumentError, match="names no device"):
        Detector(preset="last_value").update(np.ma.masked, None, 1.0)


@pytest.mark.parametrize("devices", [np.array(["a", "b", "a"]), np.array(["a", "b", "a"], dtype=object), np.array([1, 2, 1])])
def test_a_masked_device_is_not_scored(devices):
    detector = Detector(preset="last_value")
    scores = detector.update_many(np.ma.array(devices, mask=HIDDEN), None, [1.0, 2.0, 3.0])
    assert scores.status.tolist() == [0, -1, 0] and scores.sequence.tolist() == [1, 0, 2] and len(detector) == 1
    detector = Detector(preset="last_value")
    scores = detector.update_codes(["a", "b"], np.ma.array([0, 1, 0], mask=HIDDEN), None, [1.0, 2.0, 3.0])
    assert scores.sequence.tolist() == [1, 0, 2] and detector.devices == ["a"]


NO_NUMBERS = [
    np.array(HOURS), np.array(HOURS - HOURS[0]), np.array([1, 2j]), np.array([1 + 0j], dtype=np.complex64),
    np.array(["1_0", b"1_0", "\u0661", "", "x"], dtype=object), np.array(["1_0"]), np.array([b"1_0"]),
    np.array([(1, 2)], dtype="i4,i4"), np.timedelta64(3, "ns") + np.arange(2), [np.timedelta64(3, "ns"), None],
    [HOURS[0], 1j], [[1, 2], [3]], [{}, datetime.timedelta(1), datetime.datetime(2020, 1, 1), pd.NaT, pd.NA]]


@pytest.mark.parametrize("values", NO_NUMBERS, ids=repr)
def test_what_is_no_number_is_invalid_in_an_array_as_alone(values):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert set(statuses(None, values)) == {"invalid"}
        assert {Model(preset="last_value").update(None, value).status for value in values} == {"invalid"}
        if isinstance(values, list) or values.dtype.kind not in "SV":
            columns = [pd.Series(values)]
            if columns[0].dtype.kind == "c":
                columns.append(pd.arrays.SparseArray(values))
            for column in columns:
                frame = pd.DataFrame({"device": "a", "value": column})
                assert set(Detector(preset="last_value").score(frame, time=None).status) == {"invalid"}


def test_what_is_a_number_is_one_in_an_array_as_alone():
    numbers = [1, 1.5, True, "1.5", b"1.5", " 2 ", np.float32(0.5), np.int64(3), np.bool_(True), decimal.Decimal("1.5"),
               fractions.Fraction(1, 2), np.array(2.5), 2**70]
    wanted = [Model(preset="last_value").update(None, number).predictionNext for number in numbers]
    assert None not in wanted
    for values in (numbers, np.array([*numbers, None], dtype=object)[:-1], [*numbers, 1j][:-1]):
        assert statuses(None, values) == ["warming"] * len(numbers)
    beside = Model(preset="last_value").update_many(None, [1, 1j, True, "x", 3])  # each as if it were alone
    assert beside.status.tolist() == ["warming", "invalid", "warming", "invalid", "warming"]


MIXED = ["a", None, float("nan"), 1, 1.0, "1", pd.NA, pd.NaT, np.float64(2.5), decimal.Decimal("nan"), "a\0", "\ud800", True,
         b"a", 2**60 + 1]
CODES = ["a", None, None, "1", "1", "1", None, None, "2.5", None, "a\0", None, "True", "a", "1152921504606846977"]


def of_codes(names):
    """The row's number within its device; 0 without one."""
    return [0 if name is None else names[:row + 1].count(name) for row, name in enumerate(names)]


def test_a_device_has_one_name_wherever_it_stands():
    objects = np.empty(len(MIXED), dtype=object)
    objects[:] = MIXED
    values = np.ones(len(MIXED))
    ways = [lambda d: d.update_many(MIXED, None, values).sequence, lambda d: d.update_many(objects, None, values).sequence,
            lambda d: d.update_many(pd.Series(objects), None, values).sequence,
            lambda d: d.score(pd.DataFrame({"device": objects, "value": values}), time=None).sequence]
    for way in ways:
        detector = Detector(preset="last_value")
        assert way(detector).tolist() == of_codes(CODES)
        assert detector.devices == sorted(set(CODES) - {None})
    alone = Detector(preset="last_value")
    for device, name in zip(MIXED, CODES):
        if name is not None:
            assert alone.update(device, None, 1.0).device == name
    assert alone.devices == sorted(set(CODES) - {None}) and alone.forget(1) and alone.save_device(b"a")


@pytest.mark.parametrize("devices", [[1.0, np.nan, 2.5], ["a\0", "a", None], [True, None, False], [b"a", b"\xff", None]])
def test_arrays_name_devices_as_columns_do(devices):
    found = []
    for way in (lambda d: d.update_many(devices, None, [1.0] * 3), lambda d: d.update_many(pa.array(devices), None, [1.0] * 3),
                lambda d: d.score(pd.DataFrame({"device": devices, "value": 1.0}), time=None),
                lambda d: d.score(pa.table({"device": devices, "value": [1.0] * 3}), time=None)):
        detector = Detector(preset="last_value")
        way(detector)
        found.append(detector.devices)
    assert len(found[0]) == 2 and all(names == found[0] for names in found), found


def test_what_names_no_device_is_refused_by_its_column():
    frames = [pd.DataFrame({"d": [["a"], ["b"]], "v": 1.0}), pd.DataFrame({"d": ["a", {}], "v": 1.0}),
              pd.DataFrame({"d": pd.Series([["a"], None], dtype=pd.ArrowDtype(pa.list_(pa.string()))), "v": 1.0}),
              pa.table({"d": [["a"], ["b"]], "v": [1.0, 2.0]}), pa.table({"d": [{"x": 1}, None], "v": [1.0, 2.0]}),
              pa.table({"d": pa.array([None, None], pa.list_(pa.int8())), "v": [1.0, 2.0]})]
    for frame in frames:
        detector = Detector(preset="last_value")
        with pytest.raises(cortado.InvalidArgumentError, match="column 'd': .* names no device"):
            detector.score(frame, device="d", time=None, value="v")
        assert detector.devices == []
    for call in (lambda d: d.update_many(["a", ["b"]], None, [1.0, 2.0]), lambda d: d.update(["a"], None, 1.0),
                 lambda d: d.update(None, None, 1.0), lambda d: d.update("\ud800", None, 1.0), lambda d: d.forget(float("nan")),
                 lambda d: d.update_codes(["\ud800"], [0], None, [1.0]), lambda d: d.update_codes([1], [0], None, [1.0])):
        with pytest.raises(cortado.InvalidArgumentError, match="nam"):
            call(Detector(preset="last_value"))
    with pytest.raises(cortado.InvalidArgumentError, match="names no device"):
        Model("\ud800")


@pytest.mark.parametrize("values", [pa.array(["a", "b"]), pa.array([1, 2]), pa.array(["a", "b"]).dictionary_encode()])
def test_run_end_encoded_columns_are_what_they_encode(values):
    devices = pa.RunEndEncodedArray.from_arrays([2, 3], values)
    table = pa.table({"device": pa.chunked_array([devices, devices]),
                      "time": pa.RunEndEncodedArray.from_arrays([3, 6], pa.array(HOURS[:2])),
                      "value": pa.RunEndEncodedArray.from_arrays([5, 6], pa.array([1.0, None]))})
    scored = Detector(preset="seed").score(table)
    assert scored["sequence"].to_pylist() == [1, 2, 1, 3, 4, 2]
    assert scored["status"].to_pylist() == ["warming"] * 5 + ["invalid"]
    assert scored["device"].type == table["device"].type


NO_TIMES = [np.timedelta64(3, "h"), np.timedelta64(3, "ns"), datetime.timedelta(1), 1j, np.complex128(1), [], {}, "\ud800",
            10**400, float("inf"), pd.NaT, pd.NA, decimal.Decimal(10)**400, np.datetime64("NaT", "h"),
            np.datetime64(2**62, "Y")]


@pytest.mark.parametrize("time", NO_TIMES, ids=repr)
def test_what_is_no_time_is_none_in_a_column_as_alone(time):
    assert Model(preset="seed").update(time, 1.0).status == "invalid"
    column = np.empty(2, dtype=object)
    column[:] = [time, "2020-01-01"]
    assert statuses(column, [1.0] * 2, "seed") == statuses(list(column), [1.0] * 2, "seed") == ["invalid", "warming"]
    if not isinstance(time, str):  # pandas itself refuses half a character
        frame = pd.DataFrame({"device": "a", "time": column, "value": 1.0})
        assert Detector(preset="seed").score(frame).status.tolist() == ["invalid", "warming"]


@pytest.mark.parametrize("unit", ["Y", "M", "W", "D", "h", "m", "s"])
def test_a_datetime_that_no_milliseconds_hold_is_no_time_rather_than_another_one(unit):
    """NumPy itself makes of it some time around 1970."""
    far, near = (np.datetime64(number, unit) for number in (2**62, 30))
    wanted = int(near.astype("datetime64[ms]").astype(np.int64))
    assert [to_millis(time) for time in (far, near, np.datetime64("NaT", unit))] == [None, wanted, None]
    none = np.iinfo(np.int64).min
    assert to_millis_array(np.array([far, near, np.datetime64(-(2**62), unit)])).tolist() == [none, wanted, none]
    assert to_millis_array(np.array([far, near], dtype=f">M8[{unit}]")).tolist() == [none, wanted]


@pytest.mark.parametrize("make", [pd.DataFrame, pa.table])
def test_a_frames_time_in_seconds_that_no_milliseconds_hold_is_no_time(make):
    times = np.array([2**62, 1_577_836_800], dtype="datetime64[s]")
    column = pa.array(times.astype(np.int64), pa.timestamp("s", "UTC")) if make is pa.table else times
    scored = Detector(preset="seed").score(make({"device": ["a", "a"], "time": column, "value": [1.0, 2.0]}))
    assert list(scored["status"].to_numpy()) == ["invalid", "warming"]


def test_a_number_of_any_kind_is_a_time():
    times = [1.5, np.float32(1.5), decimal.Decimal("1.5"), "1.5", np.array(1.5)]
    assert [to_millis(time) for time in times] == to_millis_array(times).tolist() == [1500] * len(times)
    assert to_millis(np.int64(1_577_836_800)) == to_millis(np.uint64(1_577_836_800_000)) == utc(2020, 1, 1)


def utc(*parts):
    return int(datetime.datetime(*parts, tzinfo=datetime.timezone.utc).timestamp()) * 1000


@pytest.mark.parametrize("text, wanted", [
    ("2020-06-01", utc(2020, 6, 1)), ("2020-06-01T12:30", utc(2020, 6, 1, 12, 30)), ("2020-06-01 12:30", utc(2020, 6, 1, 12, 30)),
    ("2020-06-01T12:30:15", utc(2020, 6, 1, 12, 30, 15)), ("2020-06-01T12:30:15Z", utc(2020, 6, 1, 12, 30, 15)),
    ("2020-06-01T12:30:15.25", utc(2020, 6, 1, 12, 30, 15) + 250), ("2020-06-01T12:30:15,25Z", utc(2020, 6, 1, 12, 30, 15) + 250),
    ("2020-06-01T12:30:15.999999999Z", utc(2020, 6, 1, 12, 30, 15) + 999), ("2020-06-01T12:30+02", utc(2020, 6, 1, 10, 30)),
    ("2020-06-01T12:30+0200", utc(2020, 6, 1, 10, 30)), ("2020-06-01T12:30-02:00", utc(2020, 6, 1, 14, 30)),
    (" 2020-06-01 ", utc(2020, 6, 1)), ("2020", 2_020_000), ("20200601", 20_200_601_000), ("1577836800", utc(2020, 1, 1)),
    ("1577836800000", utc(2020, 1, 1)), ("1.5", 1500), ("1e11", 100_000_000_000),
    ("2020-06", None), ("20200601T000000Z", None), ("20200601T00:00", None), ("2020-W01-1", None), ("2020-001", None),
    ("2020-06-01T12", None), ("2020-06-01T24:00", None), ("2020-06-01t12:30z", None), ("2020-06-01T12:30:60", None),
    ("2020-06-31", None), ("2020-06-01T12:30:15.1234567890", None), ("12:30", None), ("1 June 2020", None), ("", None)])
def test_text_is_a_time_in_the_forms_that_the_guide_names(text, wanted):
    assert to_millis(text) == wanted
    none = np.iinfo(np.int64).min
    assert to_millis_array([text]).tolist() == to_millis_array(np.array([text])).tolist() == [none if wanted is None else wanted]
    enricher = cortado.Enricher(input={"mapping": {"device": "/d", "time": "/t", "value": "/v"}}, detector={"preset": "seed"})
    record = enricher.run([json.dumps({"d": "a", "t": text, "v": 1}).encode()])
    assert [one.status for one in record.enriched] == ["invalid" if wanted is None else "warming"]


def test_numbers_name_devices_by_their_digits_in_a_topic_and_as_numbers_in_a_frame():
    enricher = cortado.Enricher(input={"mapping": {"device": "/d", "value": "/v"}})
    assert enricher.device_of([b'{"d":1.0,"v":1}', b'{"d":1,"v":1}']) == ["1.0", "1"]
    assert Detector(preset="last_value").update(1.0, None, 1.0).device == "1"
