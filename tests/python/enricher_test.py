# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Bytes to bytes: every record has one outcome, in any order of devices, before and after a save."""
import concurrent.futures
import json
import pickle
import threading

import pytest

import cortado
from cortado import Enricher
from support.readings import by_device, device_of, make_rows

GENERIC = {"mapping": {"device": "/d", "time": "/t", "value": "/v"}}
SEED = {"preset": "seed"}


def encode(rows):
    return [json.dumps(row).encode() for row in rows]


@pytest.fixture(scope="module")
def rows():
    return make_rows(devices=3, hours=120)


def test_every_record_has_its_outcome(rows):
    values = encode(rows)
    values[5] = b"not json"
    values[6] = None
    values[7] = json.dumps({**rows[7], "poc": ""}).encode()
    outcomes = Enricher(detector=SEED).run(values, offsets=range(1000, 1000 + len(values)))
    assert [(d.offset, d.stage) for d in outcomes.dead_letters] == [(1005, "decode"), (1007, "map")]
    assert [i.offset for i in outcomes.ignored] == [1006]
    assert len(outcomes.enriched) == len(rows) - 3
    assert [e.offset for e in outcomes.enriched] == sorted(e.offset for e in outcomes.enriched)
    for record in outcomes.enriched:
        found, row = json.loads(record.value), rows[record.offset - 1000]
        assert found["device"] == record.device == device_of(row) and found["status"] == record.status
        assert {name: found[name] for name in row} == row


def test_the_device_of_each_record_is_told(rows):
    values = [*encode(rows[:4]), b"{}", None, b"[]"]
    assert Enricher(detector=SEED).device_of(values) == [*(device_of(row) for row in rows[:4]), None, None, None]


def test_a_device_alone_and_among_others_gives_the_same_bytes(rows):
    together = {record.offset: record.value for record in Enricher(detector=SEED).run(encode(rows)).enriched}
    enricher = Enricher(detector=SEED)
    for device, mine in by_device(rows).items():
        places = [index for index, row in enumerate(rows) if device_of(row) == device]
        alone = enricher.make_device(device).run(encode(mine), offsets=places)
        assert [record.value for record in alone.enriched] == [together[place] for place in places]
    assert enricher.devices == []


def test_a_saved_enricher_goes_on(rows):
    wanted = [record.value for record in Enricher(detector=SEED).run(encode(rows)).enriched]
    enricher = Enricher(detector=SEED)
    first = enricher.run(encode(rows[:150]))
    for copy in (enricher, pickle.loads(pickle.dumps(enricher))):
        second = copy.run(encode(rows[150:]))
        assert [record.value for record in (*first.enriched, *second.enriched)] == wanted
    assert set(enricher.save()) == set(enricher.devices) == set(by_device(rows))
    name = enricher.devices[0]
    assert cortado.blob_head(enricher.save_device(name)).algorithm_version == enricher.algorithm_version
    with pytest.raises(cortado.NotFoundError):
        enricher.save_device("nobody")


def test_policies_look_at_the_records_timestamp_and_the_newest_time():
    enricher = Enricher(input={**GENERIC, "late": "dead_letter", "future": "ignore", "tombstone": "dead_letter"},
                        detector={"preset": "last_value"})
    values = [b'{"d":"a","t":%d,"v":1}' % second for second in (100, 90, 500)]
    outcomes = enricher.run([*values, None], timestamps=[200_000] * 4)
    assert [record.offset for record in outcomes.enriched] == [0]
    assert [(letter.offset, letter.stage) for letter in outcomes.dead_letters] == [(1, "policy"), (3, "policy")]
    assert [one.offset for one in outcomes.ignored] == [2]
    refused = enricher.refuse([*values, None, b"x"])
    assert [(letter.offset, letter.stage) for letter in refused.dead_letters] == [(3, "policy"), (4, "decode")]


def test_without_a_time_the_timestamp_counts():
    enricher = Enricher(input={"mapping": {"device": "/d", "value": "/v"}}, detector={"preset": "seed"})
    outcomes = enricher.run([b'{"d":1,"v":"0.5"}'] * 2, timestamps=[1_600_000_000_000, None])
    assert [record.status for record in outcomes.enriched] == ["warming", "invalid"]


def test_binary_output_is_the_record_formats():
    rows = make_rows(devices=1, hours=5)
    outcomes = Enricher(output={"format": "binary"}, detector=SEED).run(encode(rows))
    assert all(record.value[:2] == b"\xc0\x52" for record in outcomes.enriched) and len(outcomes.enriched) == 5


def test_a_whole_configuration_is_taken_and_mistakes_are_named():
    enricher = Enricher.from_config({"kafka": {"group_id": "g"}, "input": GENERIC, "detector": {**SEED, "seed": 3}})
    assert enricher.options["input"]["mapping"] == GENERIC["mapping"] and enricher.options["detector"]["seed"] == "3"
    for blocks, words in (({"input": {"formatt": "json"}}, "did you mean input.format"),
                          ({"input": {"mapping": {"device": "d", "value": "/v"}}}, "/"),
                          ({"input": GENERIC, "output": {"format": "binary"}}, "need input.mapping: aqs")):
        with pytest.raises(cortado.InvalidConfigError, match=words):
            Enricher(**blocks)
    with pytest.raises(cortado.InvalidArgumentError, match="1 timestamps and 2 values"):
        Enricher(detector=SEED).run([b"", b""], timestamps=[1])
    enricher = Enricher(input=GENERIC, detector={"preset": "last_value"})
    for run in (enricher.run, enricher.refuse, enricher.device("a").run):
        with pytest.raises(cortado.InvalidArgumentError, match="1 offsets and 2 values"):
            run([b'{"d":"a","v":1}'] * 2, offsets=[1])
    assert enricher.save_device("a") == b""  # nothing was learned


def test_threads_that_meet_at_a_new_device_share_its_model(monkeypatch):
    """Each has made one before any was kept: none of their records may be lost with the others."""
    threads, records = 4, [b'{"d":"a","v":1}'] * 5
    enricher = Enricher(input={"mapping": {"device": "/d", "value": "/v"}}, detector={"preset": "last_value"})
    made, make = threading.Barrier(threads), enricher.make_device

    def make_together(name, blob=None):
        device = make(name, blob)
        made.wait(60)
        return device
    monkeypatch.setattr(enricher, "make_device", make_together)
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(lambda _: enricher.run(records), range(threads)))
    sequences = sorted(json.loads(record.value)["sequence"] for outcomes in found for record in outcomes.enriched)
    assert sequences == list(range(1, threads * len(records) + 1))
    assert cortado.blob_head(enricher.save_device("a")).sequence == threads * len(records)


def test_a_whole_configuration_must_be_the_programs():
    for config, words in (({"detecter": {"preset": "seed"}}, "detecter is unknown; did you mean detector"),
                          ({"kafka": {"ouput_topic": "x"}}, "did you mean kafka.output_topic"),
                          ({"detector": "seed"}, "detector is a block"), ({"surely_nothing": {}}, "known are detector")):
        with pytest.raises(cortado.InvalidConfigError, match=words):
            Enricher.from_config(config)


def test_records_are_bytes_of_any_kind_and_nothing_else():
    records = [b'{"d":"a","v":1}', bytearray(b'{"d":"a","v":2}'), memoryview(b'{"d":"a","v":3}'), None]
    keys = [None, None, None, memoryview(b"a")]
    made = {"input": {"mapping": {"device": "/d", "value": "/v"}}, "detector": {"preset": "last_value"}}
    enricher = Enricher(**made)
    assert enricher.device_of(records, keys=keys) == ["a", "a", "a", None]
    assert [one.offset for one in enricher.refuse(records, keys=keys).ignored] == [3]
    wanted = Enricher(**made).run([bytes(record) for record in records[:3]])
    assert enricher.run(records, keys=keys).enriched == wanted.enriched
    assert Enricher(**made).device("a").run(records[:3]).enriched == wanted.enriched
    before = enricher.save()
    for call in (enricher.run, enricher.refuse, enricher.device_of, enricher.device("a").run):
        for values, found in (([b"{}", "{}"], "str"), ([{}], "dict"), (b"{}", "int")):
            with pytest.raises(cortado.InvalidArgumentError, match=f"a record is bytes, not {found}"):
                call(values)
        with pytest.raises(cortado.InvalidArgumentError, match="a key is bytes, not str"):
            call([b"{}"], keys=["k"])
    assert enricher.save() == before
