# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Many devices: frames of pandas and Arrow, and each device as if it were alone."""
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


def test_rows_of_arrays_keep_their_order(frame):
    columns = Detector(preset="seed").update_many(frame.device, frame.time, frame.value)
    assert np.array_equal(columns.anomaly, Detector(preset="seed").score(frame).anomaly)
    with pytest.raises(cortado.InvalidArgumentError, match="beyond the names"):
        Detector(preset="seed").update_codes(["a"], [0, 1], None, [1.0, 2.0])
    with pytest.raises(cortado.InvalidArgumentError, match="one device a value"):
        Detector(preset="seed").update_codes(["a"], [0], None, [1.0, 2.0])
