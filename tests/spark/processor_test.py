# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What a device's batches leave in the state, with a state in memory: when a model is written, and what stands beside it."""
import copy
import json

import pytest
from pyspark.sql import Row

import cortado
from cortado_spark.head import Head
from cortado_spark.processor import DeviceProcessor
from cortado_spark.records import Records
from cortado_spark.settings import Settings
from cortado_spark.tail import unpack
from support.readings import device_of, make_rows

ROWS_A_BATCH, BATCHES = 2, 12
CONFIG = {"detector": {"preset": "last_value"}}


class Value:
    """A state variable that counts how often it was written."""

    def __init__(self):
        self.value, self.writes = None, 0

    def get(self):
        return self.value

    def update(self, value):
        self.value, self.writes = copy.copy(value), self.writes + 1


class Pieces:
    def __init__(self):
        self.pieces = []

    def get(self):
        return iter(self.pieces)

    def appendValue(self, value):
        self.pieces.append(value)

    def clear(self):
        self.pieces.clear()


class Device:
    """One device's state, and a processor without live models: each batch begins with what the state holds."""

    def __init__(self, name, **options):
        self.name, self.states = name, {}
        self.restart(**options)

    def restart(self, **options):
        """A query that goes on from the state, with other options."""
        self.processor = DeviceProcessor(Settings.of({"config": CONFIG, "liveModels": 0, **options}))
        self.processor.init(self)

    def getValueState(self, name, _schema):
        return self.states.setdefault(name, Value())

    def getListState(self, name, _schema):
        return self.states.setdefault(name, Pieces())

    def run(self, values, first):
        """A batch of records from offset `first` on; the enriched bytes."""
        rows = len(values)
        packed = Records([None] * rows, values, ["raw"] * rows, [3] * rows, list(range(first, first + rows)),
                         [None] * rows, [None] * rows).pack()
        return [value for row in self.processor.handleInputRows((self.name, -1), iter([Row(records=packed)]), None)
                for value in row.value]

    @property
    def head(self):
        return Head(*self.states["head"].get())

    @property
    def blob(self):
        return self.states["model"].get()[0]

    @property
    def tail(self):
        return [value for (packed,) in self.states["tail"].pieces[1:] for value in unpack(packed)[0]]


def batches_of(number):
    """A device's name, and its records batch by batch."""
    rows = [row for row in make_rows(9, ROWS_A_BATCH * BATCHES) if row["countyCode"] == f"{number:03d}"]
    values = [json.dumps(row).encode() for row in rows]
    return device_of(rows[0]), [values[start:start + ROWS_A_BATCH] for start in range(0, len(values), ROWS_A_BATCH)]


def test_devices_write_their_models_every_so_many_batches_in_turn_and_the_records_since():
    """At another batch for each; head tells sequence, versions and offset; blob and tail are always all that is needed."""
    enricher, first_turns = cortado.Enricher(**CONFIG), set()
    for number in range(1, 10):
        name, batches = batches_of(number)
        device, turns, enriched, since = Device(name, snapshotBatches=4, snapshotTail=1000), [], [], []
        for batch, values in enumerate(batches):
            writes = device.states["model"].writes
            enriched += device.run(values, batch * ROWS_A_BATCH)
            since += values
            if device.states["model"].writes > writes:
                turns.append(batch)
                since = []
                told = cortado.blob_head(device.blob)
                assert (told.sequence, told.model_hash) == (device.head.sequence, enricher.model_hash)
            rows = (batch + 1) * ROWS_A_BATCH
            assert device.tail == since and device.head.rows == len(since)
            assert (device.head.sequence, device.head.partition, device.head.offset) == (rows, 3, rows - 1)
            assert (device.head.algorithmVersion, device.head.modelHash) == (enricher.algorithm_version, enricher.model_hash)
        assert turns == list(range(turns[0], BATCHES, 4)) and turns[0] < 4
        first_turns.add(turns[0])
        alone = enricher.make_device(name).run([value for values in batches for value in values])
        assert enriched == [record.value for record in alone.enriched]
    assert len(first_turns) == 4


def test_a_model_is_also_written_when_many_records_have_come_since():
    name, batches = batches_of(1)
    device = Device(name, snapshotBatches=10_000, snapshotTail=5)
    writes = []
    for batch, values in enumerate(batches):
        device.run(values, batch * ROWS_A_BATCH)
        writes.append(device.states["model"].writes)
    assert writes == [0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4]


def test_records_at_or_below_the_last_offset_change_nothing(caplog):
    name, batches = batches_of(2)
    device = Device(name)
    device.run(batches[0] + batches[1], 0)
    before = device.head, device.blob if device.states["model"].writes else None, device.tail
    with caplog.at_level("WARNING"):
        assert device.run(batches[0], 0) == []
    assert (device.head, before[1], device.tail) == before
    assert "2 records at or below offset 3 were scored before" in caplog.text


def test_a_damaged_model_stops_the_batch_rather_than_beginning_anew():
    name, batches = batches_of(3)
    device = Device(name, snapshotBatches=1)
    device.run(batches[0], 0)
    device.states["model"].value = (device.blob[:-1],)
    with pytest.raises(cortado.CorruptError):
        device.run(batches[1], ROWS_A_BATCH)


@pytest.mark.parametrize("live_models", [0, 1000])
@pytest.mark.parametrize("snapshot_batches", [1, 10_000])
def test_a_state_of_another_configuration_stops_the_batch_and_names_both(live_models, snapshot_batches):
    """Whether a model is live, stands in the state, or there are only records to make it from."""
    name, batches = batches_of(4)
    options = {"liveModels": live_models, "snapshotBatches": snapshot_batches}
    device = Device(name, **options)
    device.run(batches[0], 0)
    before = device.head
    device.restart(config={"detector": {"preset": "seed"}}, **options)
    wanted = cortado.Enricher(detector={"preset": "seed"}).model_hash
    with pytest.raises(cortado.UnsupportedError, match=f"{before.modelHash}, not {wanted}"):
        device.run(batches[1], ROWS_A_BATCH)
    assert device.head == before
    device.restart(**options)
    device.run(batches[1], ROWS_A_BATCH)
    assert device.head.sequence == 2 * ROWS_A_BATCH


def test_records_that_another_algorithm_version_has_learned_are_not_replayed():
    name, batches = batches_of(5)
    device = Device(name, snapshotBatches=10_000)
    device.run(batches[0], 0)
    head = device.head
    device.states["head"].value = head._replace(algorithmVersion=head.algorithmVersion - 1)
    with pytest.raises(cortado.UnsupportedError,
                       match=f"algorithm version {head.algorithmVersion - 1}, this one is {head.algorithmVersion}"):
        device.run(batches[1], ROWS_A_BATCH)
    # Without such records the device goes on, and its head tells who has learned what comes now.
    device = Device(name, snapshotBatches=1)
    device.run(batches[0], 0)
    device.states["head"].value = device.head._replace(algorithmVersion=head.algorithmVersion - 1)
    device.restart(snapshotBatches=10_000)
    device.run(batches[1], ROWS_A_BATCH)
    assert device.head.algorithmVersion == head.algorithmVersion and device.head.rows == ROWS_A_BATCH


def test_another_output_format_counts_from_the_restart_on():
    """The models are the same, and so may be used; what they write is not."""
    name, batches = batches_of(6)
    device = Device(name, liveModels=1000)
    assert all(value.startswith(b"{") for value in device.run(batches[0], 0))
    device.restart(config={**CONFIG, "output": {"format": "binary"}}, liveModels=1000)
    values = device.run(batches[1], ROWS_A_BATCH)
    assert len(values) == ROWS_A_BATCH and all(value.startswith(b"\xc0\x52") for value in values)


MAPPING = {"device": "/d", "time": "/t", "value": "/v"}
BEFORE = {"detector": {"preset": "multiscale"}, "input": {"mapping": MAPPING}}
CHANGES = {
    "another mapping": {"input": {"mapping": {**MAPPING, "value": "/w"}}},
    "late records are refused from now on": {"input": {"mapping": MAPPING, "late": "dead_letter"}},
    "alarms have a budget from now on": {"alerts": {"budget": "1/day"}, "input": {"mapping": MAPPING}}}


def readings(start, number, field="v"):
    """Every fifth one comes too late."""
    return [json.dumps({"d": "a", "t": 1577836800 + 3600 * (i if i % 5 else i - 3), field: i % 24 + i % 7}).encode()
            for i in range(start, start + number)]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_other_input_settings_count_from_the_restart_on_and_what_was_learned_stays(change):
    """Records behind the model were taken by the former settings. By those of now they would be none, or fewer."""
    field = change["input"]["mapping"]["value"][1:]
    device = Device("a", config=BEFORE, snapshotBatches=10_000)
    device.run(readings(0, 60), 0)
    device.restart(config={**BEFORE, **change}, snapshotBatches=10_000)
    found = [device.run(readings(start, 30, field), start) for start in (60, 90)]
    # What the native detector does: a snapshot of the one, and on by the other.
    before, now = cortado.Enricher(**BEFORE), cortado.Enricher(**{**BEFORE, **change})
    alone = before.make_device("a")
    alone.run(readings(0, 60), [None] * 60)
    alone = now.make_device("a", alone.save())
    for start, values in zip((60, 90), found):
        outcomes = alone.run(readings(start, 30, field), [None] * 30)
        written = {outcome.offset: outcome.value for outcome in outcomes.enriched}
        assert values == [written.get(row, value) for row, value in enumerate(readings(start, 30, field))]
    told = json.loads(alone.run(readings(120, 2, field)[1:]).enriched[0].value)
    assert told["sequence"] == device.head.sequence + 1 and told["modelAge"] > 100
    # One tail has one kind of settings, and is no longer than what came by them.
    assert device.head.rows == 60 and device.tail == readings(60, 60, field)


LIMITED = {**BEFORE, "alerts": {"budget": "3/week"}}


def days(start, number):
    """Every 37th one is high, and in the end all are."""
    return [json.dumps({"d": "a", "t": 1577836800 + 3600 * i, "v": 90 if i % 37 == 0 else i % 24 + (i % 7 if i < 330 else 60)})
            .encode() for i in range(start, start + number)]


@pytest.mark.parametrize("change, learned", [({"advanced": {"cut": 2.0}}, 200), ({"warm_up": 200}, 200),
                                             ({"advanced": {"refractory": 5}}, 400)],
                         ids=["another threshold", "a longer warm-up", "alarms that may follow each other sooner"])
def test_detector_settings_outside_the_models_hash_count_from_the_restart_on_too(change, learned):
    """A tail that the settings of now taught again would be another model than the one whose scores were told."""
    before, now = (cortado.Enricher(**{**LIMITED, "detector": {**LIMITED["detector"], **more}}) for more in ({}, change))
    assert before.model_hash == now.model_hash
    device = Device("a", config=LIMITED, snapshotBatches=10_000)
    device.run(days(0, learned), 0)
    device.restart(config={**LIMITED, "detector": {**LIMITED["detector"], **change}}, snapshotBatches=10_000)
    found = device.run(days(learned, 150), learned)

    def continued(taker):
        model = taker.make_device("a")
        model.run(days(0, learned))
        return [record.value for record in now.make_device("a", model.save()).run(days(learned, 150)).enriched]
    assert found == continued(before) != continued(now)


def test_a_tail_that_tells_a_part_of_its_settings_is_taken_by_those_of_now_for_the_rest():
    """As an earlier build began it, without the detector's; the next one has all."""
    device = Device("a", config=BEFORE, snapshotBatches=10_000)
    first = device.run(readings(0, 20), 0)
    pieces = device.states["tail"].pieces
    told = json.loads(pieces[0][0])
    assert told.pop("detector")["preset"] == "multiscale"
    pieces[0] = (json.dumps(told, sort_keys=True).encode(),)
    second = device.run(readings(20, 10), 20)
    assert (device.head.rows, json.loads(pieces[0][0])["detector"]["preset"]) == (10, "multiscale")
    alone = cortado.Enricher(**BEFORE).make_device("a").run(readings(0, 30))
    assert first + second == [record.value for record in alone.enriched]


def test_a_tail_that_does_not_tell_its_settings_is_taken_by_those_of_now():
    """As an earlier build began it; the next one does."""
    device = Device("a", config=BEFORE, snapshotBatches=10_000, snapshotTail=40)
    first = device.run(readings(0, 20), 0)
    assert device.states["tail"].pieces.pop(0)[0].startswith(b"{")
    second = device.run(readings(20, 10), 20)
    assert [piece[:1] for (piece,) in device.states["tail"].pieces] == [b"x", b"x"]
    device.run(readings(30, 10), 30)
    device.run(readings(40, 10), 40)
    assert device.head.rows == 10 and device.states["tail"].pieces[0][0].startswith(b"{")
    alone = cortado.Enricher(**BEFORE).make_device("a").run(readings(0, 30))
    assert first + second == [record.value for record in alone.enriched]
