# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""One device's model: forms of time and value, arrays, saving, pickling, errors."""
import datetime
import pickle
import sys
import threading
import tracemalloc

import numpy as np
import pytest

import cortado
from cortado import Model
from cortado.times import to_millis_array

ZONE = datetime.timezone(datetime.timedelta(hours=2))


def same(left, right):
    """Are all fields of two array tuples equal, NaN with NaN, bit for bit?"""
    for a, b in zip(left, right, strict=True):
        if isinstance(a, np.ndarray):
            if a.tobytes() != b.tobytes():
                return False
        elif a != b:
            return False
    return True


@pytest.mark.parametrize("preset", ["multiscale", "seed"])
def test_a_model_follows_its_series(preset, hours, wave):
    model = Model("ozone", preset=preset, warm_up=100)
    scores = model.update_many(hours(500), wave(500))
    assert scores.sequence.tolist() == scores.modelAge.tolist() == list(range(1, 501))
    assert set(scores.status[:100]) == {"warming"} and "warming" not in scores.status[100:]
    assert scores.prediction[0] == scores.error[0] == scores.anomaly[0] == scores.predictionNext[0] == 0
    assert np.array_equal(scores.prediction[1:], scores.predictionNext[:-1])
    assert np.array_equal(scores.error[1:], np.abs(scores.prediction - wave(500))[1:])
    assert scores.anomaly[1:200].mean() > scores.anomaly[300:].mean()
    assert scores.device == "ozone" and scores.modelHash == model.model_hash and scores.schemaVersion == 1


def test_one_by_one_gives_the_same_as_many(hours, wave):
    times, values = hours(300), wave(300)
    values[77] = np.nan
    many = Model(preset="seed", warm_up=50).update_many(times, values)
    model = Model(preset="seed", warm_up=50)
    for row, (time, value) in enumerate(zip(times, values)):
        one = model.update(time, value)
        assert one._fields == many._fields
        for name in ("prediction", "error", "anomaly", "predictionNext", "score", "expectedLow", "expectedHigh"):
            found, wanted = getattr(one, name), getattr(many, name)[row]
            assert found == wanted or (found is None and np.isnan(wanted)), name
        assert (one.sequence, one.status, one.modelAge) == (
            many.sequence[row], many.status[row], many.modelAge[row])


def test_every_form_of_time_is_the_same_time(wave):
    forms = [lambda d: d, lambda d: d.isoformat() + "Z", lambda d: d.isoformat(),
             lambda d: d.replace(tzinfo=datetime.timezone.utc).astimezone(ZONE), np.datetime64,
             lambda d: d.replace(tzinfo=datetime.timezone.utc).timestamp(),
             lambda d: int(d.replace(tzinfo=datetime.timezone.utc).timestamp() * 1000)]
    start = datetime.datetime(2020, 6, 1)
    dates = [start + datetime.timedelta(days=day) for day in range(100)]
    results = [Model(preset="seed").update_many([form(date) for date in dates], wave(100)) for form in forms]
    results.append(Model(preset="seed").update_many(np.array(dates, dtype="datetime64[ns]"), wave(100)))
    assert len(set(results[0].anomaly.tolist())) > 5
    assert all(same(results[0], other) for other in results[1:])


@pytest.mark.parametrize("time", [None, "", "soon", float("nan"), np.datetime64("NaT")])
def test_a_preset_that_needs_time_finds_a_reading_without_one_invalid(time):
    model = Model(preset="seed")
    score = model.update(time, 0.01)
    assert (score.status, score.sequence, score.modelAge, score.prediction, score.anomaly) == ("invalid", 1, 0, None, None)
    assert Model(preset="last_value").update(time, 0.01).status == "warming"


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), float("-inf")])
def test_an_unusable_value_changes_nothing_but_the_count(value, hours, wave):
    left, right = Model(preset="seed"), Model(preset="seed")
    left.update_many(hours(50), wave(50))
    right.update_many(hours(50), wave(50))
    assert left.update("2020-02-01", value).status == "invalid"
    after = "2020-02-02", 0.03
    first, second = left.update(*after), right.update(*after)
    assert first.sequence == second.sequence + 1
    assert first._replace(sequence=0) == second._replace(sequence=0)


def test_arrays_are_read_where_they_lie(hours, wave):
    """A strided view, a read-only array and other types give what a plain copy gives."""
    values = np.zeros((200, 3))
    values[:, 1] = wave(200)
    times = np.repeat(hours(200), 2)[::2]
    plain = Model(preset="seed").update_many(hours(200), wave(200))
    assert same(plain, Model(preset="seed").update_many(times, values[:, 1]))
    frozen = wave(200)
    frozen.setflags(write=False)
    assert same(plain, Model(preset="seed").update_many(hours(200), frozen))
    assert same(plain, Model(preset="seed").update_many(hours(200).astype("datetime64[s]"), list(wave(200))))
    backward = Model(preset="seed").update_many(hours(200), wave(200)[::-1])
    assert same(backward, Model(preset="seed").update_many(hours(200), wave(200)[::-1].copy()))


def test_arrays_are_not_copied(hours):
    """Beyond its result the core never has as much memory in use as a copy of half of the values would be."""
    rows = 50_000
    times, values = np.repeat(hours(rows), 2)[::2], np.zeros((rows, 2))[:, 1]
    assert np.shares_memory(to_millis_array(times), times) and np.asarray(values, dtype=np.float64) is values
    model = Model(preset="last_value")
    tracemalloc.start()
    try:
        columns = model._core.update_many(to_millis_array(times), values)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    result = sum(array.nbytes for array in columns if isinstance(array, np.ndarray))
    assert result == 74 * rows and peak - result < 4 * rows


@pytest.fixture
def lasting_turns():
    """A thread keeps the interpreter until it waits or gives its lock away."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    yield
    sys.setswitchinterval(before)


@pytest.mark.parametrize("way", ["model", "detector", "enricher"])
def test_the_interpreters_lock_is_released(way, hours, wave, lasting_turns):
    """Others go on while readings are learned: this thread has a turn after the other began and before it ended."""
    rows, told, begun = 30_000, [], threading.Event()
    times, values, codes = hours(rows), wave(rows), np.zeros(rows, np.int64)
    records = [b'{"d":"a","t":%d,"v":%d}' % (1_600_000_000 + 3600 * row, row % 24) for row in range(rows)]
    enricher = cortado.Enricher(input={"mapping": {"device": "/d", "time": "/t", "value": "/v"}})
    work = {"model": lambda: Model().update_many(times, values),
            "detector": lambda: cortado.Detector().update_codes(["a"], codes, times, values),
            "enricher": lambda: enricher.make_device("a").run(records)}[way]

    def learn():
        told.append("begins")
        begun.set()
        work()
        told.append("ends")
    thread = threading.Thread(target=learn)
    thread.start()
    assert begun.wait(60)
    seen = list(told)
    thread.join()
    assert seen == ["begins"] and told == ["begins", "ends"]


def test_no_rows_are_no_rows():
    scores = Model(preset="seed").update_many(np.array([], "datetime64[ms]"), np.array([]))
    assert all(len(getattr(scores, name)) == 0 for name in ("prediction", "sequence", "status", "reason"))


@pytest.mark.parametrize("preset", ["multiscale", "seed", "nupic", "last_value"])
def test_a_loaded_model_goes_on_bit_for_bit(preset, hours, wave):
    times, values = hours(400), wave(400)
    model = Model("d", preset=preset, warm_up=10)
    model.update_many(times[:250], values[:250])
    blob = model.save()
    copies = [Model.load(blob, "d", preset=preset, warm_up=10), pickle.loads(pickle.dumps(model))]
    wanted = model.update_many(times[250:], values[250:])
    for copy in copies:
        assert same(copy.update_many(times[250:], values[250:]), wanted)
        assert copy.save() == model.save() and copy.device == "d"
    head = cortado.blob_head(blob)
    assert head.sequence == 250 and head.model_hash == model.model_hash


def test_a_bad_blob_is_refused_with_its_kind(hours, wave):
    model = Model(preset="seed")
    model.update_many(hours(20), wave(20))
    blob = model.save()
    for spoiled in (b"", b"nothing", blob[:-1], blob[:100] + bytes([blob[100] ^ 1]) + blob[101:]):
        with pytest.raises(cortado.CorruptError) as caught:
            Model.load(spoiled, preset="seed")
        assert caught.value.code == "corrupt" and isinstance(caught.value, (cortado.Error, ValueError))
    with pytest.raises(cortado.UnsupportedError, match="another detector configuration"):
        Model.load(blob, preset="seed", seed=7)
    with pytest.raises(cortado.CorruptError):
        cortado.blob_head(b"CTDBshort")


@pytest.mark.parametrize("options, words", [
    ({"preset": "best"}, "detector.preset must be"), ({"presett": "seed"}, "did you mean detector.preset"),
    ({"warm_up": -1}, "detector.warm_up must be an integer"), ({"warm_up": "many"}, "detector.warm_up"),
    ({"reject_negative": "perhaps"}, "true or false"), ({"overrides": "*"}, "detector.overrides"),
    ({"overrides": [{"device": "*", "encoder": {"min": 3, "max": 2}}]}, "min must be below"),
    ({"utterly_unlike": 1}, "known are detector.preset")])
def test_a_wrong_option_is_named(options, words):
    with pytest.raises(cortado.InvalidConfigError) as caught:
        Model(**options)
    assert words in str(caught.value) and isinstance(caught.value, ValueError)


def hash_of(**options):
    return Model(preset="seed", **options).model_hash


def test_options_mean_what_they_mean_in_the_configuration():
    wide = {"overrides": [{"device": "boiler-*", "encoder": {"min": 0, "max": 250}}]}
    model = Model("boiler-7", preset="seed", reject_negative=True, warm_up=np.int64(12), **wide)
    assert model.options["warm_up"] == "12" and model.options["reject_negative"] == "true"
    assert model.options["preset"] == "seed"
    assert model.options["overrides"] == [{"device": "boiler-*", "encoder": {"min": "0", "max": "250"}}]
    assert model.warm_up == 12
    assert model.update("2020-01-01", -1.0).status == "invalid"
    assert hash_of(seed=1) != hash_of(seed=2) == hash_of(seed=2, warm_up=1)


def test_shapes_that_do_not_fit_are_refused(hours):
    for times, values in ((hours(3), np.zeros(2)), (hours(4), np.zeros((2, 2))), (hours(1), np.array(1.0)),
                          (np.zeros((2, 1)), np.zeros(2)), (0.0, np.zeros(1))):
        with pytest.raises(cortado.InvalidArgumentError):
            Model(preset="seed").update_many(times, values)
    assert [Model(preset="seed").update(time, 1.0).status for time in ({}, "\ud800", 10**400)] == ["invalid"] * 3


def test_models_learn_in_threads_and_one_model_takes_its_calls_in_turn(hours, wave):
    wanted = Model(preset="last_value").update_many(hours(4000), wave(4000))
    alone = [Model(preset="last_value") for _ in range(4)]
    shared = Model(preset="last_value")
    results = {}

    def learn(index):
        results[index] = alone[index].update_many(hours(4000), wave(4000))
        for _ in range(200):
            shared.update(None, 1.0)
        shared.update_many(None, np.ones(300))
    threads = [threading.Thread(target=learn, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(same(results[index], wanted) for index in range(4))
    assert shared.update(None, 1.0).sequence == 4 * 500 + 1


@pytest.mark.parametrize("options", [{"preset": "\ud800"}, {"overrides": [{"device": "\ud800*", "encoder": {"min": 0, "max": 1}}]},
                                     {"advanced": {"\ud800": 1}}, {"\ud800": 1}])
def test_an_option_that_utf8_cannot_hold_is_told(options):
    with pytest.raises(cortado.InvalidConfigError, match=r"ud800.*' is no text: UTF-8 cannot hold it"):
        cortado.Model(**options)
