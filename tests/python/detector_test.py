# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Many devices: frames of pandas and Arrow, and each device as if it were alone."""
import datetime
import decimal
import pickle

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import cortado
from cortado import Detector, Model
from cortado.frames import ORDER


@pytest.fixture(scope="module")
def frame(hours, wave):
    """Three devices hour by hour, with an index of its own."""
    rows = 200
    frame = pd.DataFrame({"device": np.tile(["a", "b", "c"], rows), "time": np.repeat(hours(rows), 3),
                          "value": (wave(rows)[:, None] + np.array([0, 0.01, 0.02])).ravel(), "note": "kept"})
    frame.index = pd.RangeIndex(10, 10 + len(frame))
    return frame


def test_each_device_is_scored_as_if_alone(frame):
    scored = Detector(preset="seed", warm_up=20).score(frame)
    assert list(scored.columns) == ["device", "time", "value", "note", *ORDER]
    assert scored.index.equals(frame.index) and (scored.note == "kept").all()
    for device, mine in scored.groupby("device"):
        alone = Model(device, preset="seed", warm_up=20).update_many(mine.time.to_numpy(), mine.value.to_numpy())
        for name in ("prediction", "error", "anomaly", "predictionNext", "sequence", "modelAge"):
            assert mine[name].to_numpy().tobytes() == getattr(alone, name).tobytes(), name
        assert mine.status.astype(str).tolist() == alone.status.tolist()
        assert set(mine.modelHash) == {alone.modelHash}


def texts(column):
    return ["" if pd.isna(item) else repr(item) for item in column.astype(object)]


def test_arrow_gives_what_pandas_gives(frame):
    wanted = Detector(preset="seed").score(frame)
    for kind in (pa.Table, pa.RecordBatch):
        given = kind.from_pandas(frame, preserve_index=False)
        table = Detector(preset="seed").score(given)
        assert table.column_names == list(wanted.columns)
        found = table.to_pandas()
        for name in ORDER:
            assert texts(found[name]) == texts(wanted[name]), name


def test_a_frame_in_pieces_gives_what_it_gives_whole(frame):
    wanted = Detector(preset="seed").score(frame)
    detector = Detector(preset="seed")
    pieces = [detector.score(frame.iloc[:100]), detector.score(frame.iloc[100:])]
    pd.testing.assert_frame_equal(pd.concat(pieces), wanted)


def test_times_with_a_zone_and_as_text_are_the_same_times(frame):
    wanted = Detector(preset="seed").score(frame)
    zoned = frame.assign(time=frame.time.dt.tz_localize("UTC").dt.tz_convert("Asia/Tokyo"))
    text = frame.assign(time=frame.time.dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
    for other in (zoned, text):
        assert np.array_equal(Detector(preset="seed").score(other).anomaly, wanted.anomaly)
        table = pa.Table.from_pandas(other, preserve_index=False)
        assert np.array_equal(Detector(preset="seed").score(table)["anomaly"].to_numpy(), wanted.anomaly.to_numpy())


def test_bad_rows_stay_rows():
    frame = pd.DataFrame({"device": ["a", None, "a", "a"], "value": ["1.5", "2", "broken", None]})
    for given in (frame, pa.Table.from_pandas(frame)):
        scored = Detector(preset="last_value").score(given, time=None)
        scored = scored if isinstance(scored, pd.DataFrame) else scored.to_pandas()
        assert scored.sequence.tolist() == [1, 0, 2, 3]
        assert [None if pd.isna(status) else status for status in scored.status] == ["warming", None, "invalid", "invalid"]
        assert scored.prediction.isna().tolist() == [False, True, True, True]


def test_columns_have_names(frame):
    renamed = frame.rename(columns={"device": "sensor", "time": "ts", "value": "reading"})
    scored = Detector(preset="seed").score(renamed, device="sensor", time="ts", value="reading")
    assert np.array_equal(scored.anomaly, Detector(preset="seed").score(frame).anomaly)
    with pytest.raises(cortado.InvalidArgumentError, match="no column 'device'; there are sensor"):
        Detector(preset="seed").score(renamed)
    with pytest.raises(cortado.InvalidArgumentError, match="not list"):
        Detector(preset="seed").score([1, 2])
    numbered = frame.set_axis(range(4), axis=1)
    assert np.array_equal(Detector(preset="seed").score(numbered, device=0, time=1, value=2).anomaly, scored.anomaly)
    twice = pd.concat([frame, frame[["value"]]], axis=1)
    for kind in (twice, pa.Table.from_arrays([pa.array(["a"])] * 4, ["device", "time", "value", "value"])):
        with pytest.raises(cortado.InvalidArgumentError, match="more than one column 'value'"):
            Detector(preset="seed").score(kind)


def test_a_column_that_is_read_is_not_written(frame):
    for name in ("score", "status", "sequence", "prediction"):
        for role in ("value", "time", "device"):
            mine = frame.rename(columns={role: name})
            for given in (mine, pa.Table.from_pandas(mine)):
                detector = Detector(preset="seed")
                with pytest.raises(cortado.InvalidArgumentError, match=f"the column '{name}' would be replaced"):
                    detector.score(given, **{role: name})
                assert detector.devices == []
    again = frame.assign(score=5.0)  # another column, as of a frame that was scored before
    assert again.columns.get_loc("score") == 4 and Detector(preset="seed").score(again).score.isna().all()


def test_columns_of_several_levels_are_refused_and_flat_ones_serve(frame):
    mine = frame.set_axis(pd.MultiIndex.from_product([["x"], frame.columns]), axis=1)
    names = {"device": ("x", "device"), "time": ("x", "time"), "value": ("x", "value")}
    with pytest.raises(cortado.InvalidArgumentError, match="several levels.*to_flat_index"):
        Detector(preset="seed").score(mine, **names)
    flat = mine.set_axis(mine.columns.to_flat_index(), axis=1)
    assert np.array_equal(Detector(preset="seed").score(flat, **names).anomaly, Detector(preset="seed").score(frame).anomaly)


class OwnModel(Model):
    pass


class OwnDetector(Detector):
    pass


class OwnEnricher(cortado.Enricher):
    pass


def test_a_subclass_stays_one():
    for kind, made in ((OwnModel, OwnModel("d", preset="seed")), (OwnDetector, OwnDetector(preset="seed")),
                       (OwnEnricher, OwnEnricher(detector={"preset": "seed"}))):
        assert type(pickle.loads(pickle.dumps(made))) is kind and kind.__name__ in repr(made)
    assert type(OwnEnricher.from_config({"detector": {"preset": "seed"}})) is OwnEnricher
    assert type(OwnModel.load(OwnModel(preset="seed").save(), preset="seed")) is OwnModel


def test_a_detector_is_saved_pickled_and_taken_apart(frame):
    detector = Detector(preset="seed", warm_up=5)
    detector.score(frame.iloc[:300])
    loaded = [Detector.load(detector.save(), preset="seed", warm_up=5), pickle.loads(pickle.dumps(detector))]
    wanted = detector.score(frame.iloc[300:])
    for copy in loaded:
        pd.testing.assert_frame_equal(copy.score(frame.iloc[300:]), wanted)
    assert detector.devices == list(detector) == ["a", "b", "c"] and len(detector) == 3 and "b" in detector
    blob = detector.save_device("b")
    assert detector.forget("b") and not detector.forget("b") and "b" not in detector
    with pytest.raises(cortado.NotFoundError, match='no device "b"') as caught:
        detector.save_device("b")
    assert isinstance(caught.value, LookupError)
    detector.load_device("b", blob)
    assert detector.update("b", "2021-01-01", 0.01).sequence == 201
    detector.update(7, "2021-01-01", 0.01)
    assert all(name in detector for name in (7, 7.0, "7", b"7"))
    assert not any(name in detector for name in (8, None, float("nan"), [], {}))


def test_rows_of_arrays_keep_their_order(frame):
    columns = Detector(preset="seed").update_many(frame.device, frame.time, frame.value)
    assert np.array_equal(columns.anomaly, Detector(preset="seed").score(frame).anomaly)
    with pytest.raises(cortado.InvalidArgumentError, match="beyond the names"):
        Detector(preset="seed").update_codes(["a"], [0, 1], None, [1.0, 2.0])
    with pytest.raises(cortado.InvalidArgumentError, match="one device a value"):
        Detector(preset="seed").update_codes(["a"], [0], None, [1.0, 2.0])


HOURS = np.datetime64("2020-01-01", "ms") + np.arange(3) * np.timedelta64(1, "h")


def frame_of(kind, **columns):
    columns = {"device": ["a"] * 3, "time": HOURS, "value": [1.0, 2.0, 3.0], **columns}
    return kind(columns)


def statuses(frame, preset="seed"):
    """The status of each row; seed takes no reading without a time."""
    scored = Detector(preset=preset).score(frame)
    found = scored["status"].astype(object) if isinstance(scored, pd.DataFrame) else scored["status"].to_pylist()
    return [None if pd.isna(status) else status for status in found]


@pytest.mark.parametrize("column", [
    pd.array(["2020-01-01", None, "2020-01-02"], dtype="string"), pd.array([1577836800, None, 1577840400], dtype="Int64"),
    np.array(["2020-01-01", pd.NA, "2020-01-02"], dtype=object), [datetime.date(2020, 1, 1), None, datetime.date(2020, 1, 2)],
    pd.PeriodIndex(["2020-01-01", None, "2020-01-02"], freq="D"), [{}, "soon", 10**400],
    pd.to_timedelta(["1h", "2h", "3h"])])
def test_a_time_in_a_pandas_column_is_read_or_none(column):
    wanted = ["warming", "invalid", "warming"]
    if not isinstance(column, (pd.api.extensions.ExtensionArray, pd.PeriodIndex, np.ndarray)) and not isinstance(
            column[0], datetime.date):
        wanted = ["invalid"] * 3
    assert statuses(frame_of(pd.DataFrame, time=column)) == wanted


@pytest.mark.parametrize("column, wanted", [
    (pa.array([datetime.date(2020, 1, 1), None, datetime.date(2020, 1, 2)]), ["warming", "invalid", "warming"]),
    (pa.array(["2020-01-01", "soon", "2020-01-02"]).dictionary_encode(), ["warming", "invalid", "warming"]),
    (pa.array(["2020-01-01", None, "2020-01-02"], pa.string_view()), ["warming", "invalid", "warming"]),
    (pa.array(["2020-01-01", None, "2020-01-02"], pa.large_string()), ["warming", "invalid", "warming"]),
    (pa.array(HOURS).dictionary_encode(), ["warming"] * 3), (pa.nulls(3), ["invalid"] * 3),
    (pa.array([1, 2, 3], pa.duration("ns")), ["invalid"] * 3)])
def test_a_time_in_an_arrow_column_is_read_or_none(column, wanted):
    assert statuses(frame_of(pa.table, time=column)) == wanted


@pytest.mark.parametrize("column", [
    pa.array(["1", "x", "3"]).dictionary_encode(), pa.array(["1", "1_0", "3"], pa.string_view()),
    pa.array(["1", "x", "3"], pa.large_string()), pa.array([2**60 + 1, None, 3]), pa.array([True, None, False]),
    pa.array([decimal.Decimal("1.5"), None, decimal.Decimal(3)]), pa.array(np.array([1, np.nan, 3], dtype="f2"))])
def test_a_reading_is_a_number_or_invalid_in_either_frame(column):
    wanted = ["warming", "invalid", "warming"]
    assert statuses(frame_of(pa.table, value=column)) == wanted
    assert statuses(frame_of(pd.DataFrame, value=column.cast(pa.string()).to_pandas() if pa.types.is_string_view(
        column.type) else column.to_pandas())) == wanted


def test_what_can_be_counted_but_is_no_reading_is_invalid():
    for column in (HOURS, HOURS - HOURS[0], pd.PeriodIndex(HOURS, freq="h"), [[1], {}, pd.NA]):
        assert statuses(frame_of(pd.DataFrame, value=column)) == ["invalid"] * 3
    for column in (pa.array(HOURS), pa.array([1, 2, 3], pa.duration("ns")), pa.nulls(3)):
        assert statuses(frame_of(pa.table, value=column)) == ["invalid"] * 3
    detector = Detector(preset="last_value")
    assert [detector.update("a", pd.NA, value).status for value in (pd.NA, "x", 10**400, 1.0)] == ["invalid"] * 3 + ["warming"]
    assert detector.update_many(["a"] * 3, None, ["2", pd.NA, "x"]).status.tolist() == [0, 3, 3]
    assert Model(preset="last_value").update_many(None, ["2", None, "x"]).status.tolist() == ["warming", "invalid", "invalid"]


def test_a_device_has_one_name_and_one_order_whatever_it_is_written_as():
    mixed = Detector(preset="last_value")
    assert mixed.score(frame_of(pd.DataFrame, device=np.array([1, "1", 1], dtype=object))).sequence.tolist() == [1, 2, 3]
    assert mixed.devices == ["1"]
    columns = [np.array([1.0, np.nan, 2.5]), np.array([b"a", b"a", b"\xff"], dtype=object), np.array([1, 2, 1])]
    for column in columns:
        pandas, arrow = Detector(preset="last_value"), Detector(preset="last_value")
        wanted = pandas.score(frame_of(pd.DataFrame, device=column)).sequence.tolist()
        assert arrow.score(frame_of(pa.table, device=pa.array(column))).column("sequence").to_pylist() == wanted
        assert arrow.devices == pandas.devices
    floats = Detector(preset="last_value")
    floats.score(frame_of(pd.DataFrame, device=columns[0]))
    assert floats.devices == ["1", "2.5"]


def test_a_save_beside_other_threads_tells_of_the_devices_that_are_there():
    """A device that is forgotten between the list of devices and its turn is not there."""
    detector = Detector(preset="last_value")
    for name in "abc":
        detector.update(name, None, 1.0)
    fleet = detector._fleet

    class Beside:
        def devices(self):
            found = fleet.devices()
            fleet.forget("b")
            return found

        def save(self, device):
            return fleet.save(device)
    detector._fleet = Beside()
    assert sorted(detector.save()) == ["a", "c"]


@pytest.mark.parametrize("blob", [None, "text", 5])
def test_what_is_no_blob_is_not_taken_for_a_new_model(blob):
    detector = Detector(preset="last_value")
    enricher = cortado.Enricher(detector={"preset": "last_value"})
    for load in (lambda: Model.load(blob, preset="last_value"), lambda: Detector.load({"a": blob}, preset="last_value"),
                 lambda: detector.load_device("a", blob), lambda: enricher.load_device("a", blob)):
        with pytest.raises(cortado.InvalidArgumentError, match="a device blob is bytes"):
            load()
    assert detector.devices == enricher.devices == []


def test_a_callers_list_may_change_without_the_model():
    overrides = [{"device": "*", "encoder": {"min": 0, "max": 10}}]
    made = [Model("d", preset="seed", overrides=overrides), Detector(preset="seed", overrides=overrides),
            cortado.Enricher(detector={"preset": "seed", "overrides": overrides})]
    overrides[0]["encoder"]["max"] = 99
    for one in made:
        assert pickle.loads(pickle.dumps(one)).model_hash == one.model_hash
