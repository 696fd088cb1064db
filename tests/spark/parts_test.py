# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The parts that need no Spark: files of exports, tails, live models, repeats, the job's words."""
import base64
import dataclasses
import doctest
import random

import pytest

import cortado
from cortado import read_config
from cortado_spark import live, output, repeats, sizes, starting, tail
from cortado_spark.checkpoint import Stand
from cortado_spark.cluster import Bounds
from cortado_spark.export_file import Device, Export, Lane, read, write
from cortado_spark.job import parse_words
from cortado_spark.head import Head
from cortado_spark.processor import split
from cortado_spark.records import Records
from cortado_spark.settings import Settings
from cortado_spark.terms import Terms, digest

EXPORT = Export("raw", 10, "cluster-1", "0123456789abcdef", (Lane(0, 5, 4, (1, 2)), Lane(300, 7, 7)),
                (Device("a-ü", 0, 5, b"x" * 1000), Device("gone", 300, 7, b"")))

DISMISSING = dataclasses.replace(EXPORT, lanes=(Lane(0, 5, 4, (1, 2, 9), (2, 9)), Lane(300, 7, 7)))

# The golden files of docs/formats/state-export.md, as the native program wrote them.
GOLDEN = base64.b64decode("""
Q1RFWAEAAAB7AAAADAAAAG1vbml0b3JpbmcyMAQAAAAHAAAAbXVybXVyMgkAAABjbHVzdGVyLTEQAAAAMDEyMzQ1Njc4OWFiY2Rl
ZgIAAAAAZAAAAAAAAABaAAAAAAAAAAADAAAARgAAAAAAAABGAAAAAAAAAAIFAAAAAAAAAAgAAAAAAAAA3twoiAEkAAAACAAAAGJv
aWxlci0xAAAAAF8AAAAAAAAAAwAAAAwAAAC9ydGiIg4BmSi1L/0gAxkAAGFiYwElAAAACQAAAGZvcmdvdHRlbgMAAAAMAAAAAAAA
AAAAAAAJAAAAON+ahvgeuLsotS/9IAABAAABJAAAAAgAAABwdW1wIOKCrAMAAABGAAAAAAAAAAMAAAAMAAAA8L1nBmZg89cotS/9
IAMZAAAAAQIAAwAAAAAAAACKDIN1""")

GOLDEN_2 = base64.b64decode("""
Q1RFWAIAAACVAAAADAAAAG1vbml0b3JpbmcyMAQAAAAHAAAAbXVybXVyMgkAAABjbHVzdGVyLTEQAAAAMDEyMzQ1Njc4OWFiY2RlZgIAAAAAZA
AAAAAAAABaAAAAAAAAAAAAZAAAAAAAAAADAAAARgAAAAAAAABGAAAAAAAAAAIFAAAAAAAAAAgAAAAAAAAAAQgAAAAAAAAAAAAAAAAAAABeSTZ9
ASQAAAAIAAAAYm9pbGVyLTEAAAAAXwAAAAAAAAADAAAADAAAAL3J0aIiDgGZKLUv/SADGQAAYWJjASUAAAAJAAAAZm9yZ290dGVuAwAAAAwAAA
AAAAAAAAAAAAkAAAA435qG+B64uyi1L/0gAAEAAAEkAAAACAAAAHB1bXAg4oKsAwAAAEYAAAAAAAAAAwAAAAwAAADwvWcGZmDz1yi1L/0gAxkA
AAABAgADAAAAAAAAAIoMg3U=""")

SOURCE = [("cortado-source-topic", b"raw"), ("cortado-source-partition", b"0"), ("cortado-source-offset", b"0")]


def test_the_native_programs_file_is_read():
    found = read(GOLDEN)
    assert (found.topic, found.partitions, found.hash_name, found.cluster_id) == ("monitoring20", 4, "murmur2", "cluster-1")
    assert found.lanes == (Lane(0, 100, 90), Lane(3, 70, 70, (5, 8)))
    assert found.devices == (Device("boiler-1", 0, 95, b"abc"), Device("forgotten", 3, 12, b""),
                             Device("pump €", 3, 70, b"\0\1\2"))
    assert read(write(found)) == found and write(found)[4] == 1
    later = read(GOLDEN_2)
    assert later.lanes == (Lane(0, 100, 90, floor=100), Lane(3, 70, 70, (5, 8), (8,))) and later.devices == found.devices
    assert read(write(later)) == later and write(later)[4] == 2


def test_an_export_is_read_as_it_was_written():
    assert read(write(EXPORT)) == EXPORT
    assert read(write(DISMISSING)) == DISMISSING
    with pytest.raises(cortado.CorruptError, match="an impossible lane"):
        read(write(dataclasses.replace(EXPORT, lanes=(Lane(0, 5, 4, (1, 2), (3,)),))))
    with pytest.raises(cortado.CorruptError, match="an impossible lane"):
        read(write(dataclasses.replace(EXPORT, lanes=(Lane(0, 5, 4, floor=6),))))
    empty = Export("", 0, "", "", (), ())
    assert read(write(empty)) == empty


def test_every_damage_of_an_export_is_seen():
    data = write(DISMISSING)
    for at in range(len(data)):
        with pytest.raises((cortado.CorruptError, cortado.UnsupportedError)):
            read(data[:at] + bytes([data[at] ^ 0x41]) + data[at + 1:])
    for at in range(len(data)):
        with pytest.raises(cortado.CorruptError):
            read(data[:at])
    with pytest.raises(cortado.CorruptError, match="left over"):
        read(data + b"\0")


def test_a_tail_is_unpacked_as_it_was_packed():
    values, timestamps = [b"one", None, b"", b"\0\xff" * 5000], [1, None, -5, 2**62]
    assert tail.unpack(tail.pack(values, timestamps)) == (values, timestamps)
    assert tail.unpack(tail.pack([], [])) == ([], [])


def test_a_live_model_is_used_at_its_version_alone():
    models, device = live.LiveModels(), cortado.Enricher().make_device("a")
    models.put("q", "a", "v1", device, 2)
    assert models.take("q", "a", "v0") is None and models.take("q", "a", "v1") is None
    models.put("q", "a", "v1", device, 2)
    assert models.take("other", "a", "v1") is None and models.take("q", "a", "v1") is device
    for name in "abc":
        models.put("q", name, "v", device, 2)
    assert len(models) == 2 and models.take("q", "a", "v") is None and models.take("q", "c", "v") is device
    models.put("q", "d", "v", device, 0)
    assert len(models) == 0


def test_versions_are_equal_for_equal_histories_alone():
    one = live.next_version(live.next_version("", [1, 2]), [3])
    assert one == live.next_version(live.next_version("", [1, 2]), [3])
    others = {live.next_version("", [1, 2, 3]), live.next_version(live.next_version("", [1]), [2, 3]),
              live.next_version(live.next_version("", [1, 2]), [4])}
    assert one not in others and len(others) == 3


def test_repeats_are_told():
    assert doctest.testmod(repeats).failed == 0
    copies = [("a", 1, "a1"), ("b", 1, "b1"), ("a", 2, "a2"), ("a", 1, "again"), ("a", 2, "again"), ("a", 3, "a3")]
    assert list(repeats.without_repeats(copies)) == ["a1", "b1", "a2", "a3"]


def test_a_batch_that_was_written_with_holes_and_then_whole_loses_nothing():
    """A broker refused one record's request and took the next; after the restart the batch came again."""
    topic = [*range(1, 101), *range(102, 5001), *range(1, 5001)]
    assert sorted(repeats.without_repeats(("a", sequence, sequence) for sequence in topic)) == list(range(1, 5001))
    letters = [(("raw", 0), 7), (("raw", 0), 3), (("raw", 1), 3), (("raw", 0), 3), (("raw", 0), 4), (("raw", 0), 7)]
    kept = repeats.without_repeats((*letter, letter) for letter in letters)
    assert list(kept) == [letters[0], letters[1], letters[2], letters[4]]


def test_each_record_is_kept_once_in_whatever_order_and_the_memory_is_that_of_the_holes():
    dice = random.Random(8)
    for _ in range(50):
        told, seen = repeats.Repeats(), set()
        for sequence in (dice.randrange(900, 940) for _ in range(200)):
            assert told.is_new("a", sequence) == (sequence not in seen)
            seen.add(sequence)
    told = repeats.Repeats()
    for sequence in [*range(500, 9000), *range(9500, 9900)]:  # of a device that was moved here, and a record too large
        assert told.is_new("a", sequence)
    assert told._edges == {"a": [500, 9000, 9500, 9900]}


def test_the_jobs_words(tmp_path, capsys):
    words = ["--config", "c.yaml", "--triggerInterval", "2 seconds", "--kafka.security.protocol", "SSL", "--liveModels", "3"]
    assert parse_words(words) == {"config": "c.yaml", "triggerInterval": "2 seconds", "kafka.security.protocol": "SSL",
                                  "liveModels": "3"}
    assert parse_words(["--kafka.security.protocol=SSL", "--kafka.a=b=c", "--kafka.b", "", "--liveModels=3"]) == {
        "kafka.security.protocol": "SSL", "kafka.a": "b=c", "kafka.b": "", "liveModels": "3"}
    for wrong, told in ((["--checkpoint.dir", "x"], "--checkpoint.dir is unknown"), (["--trigger", "2 seconds"], "--trigger is unknown"),
                        (["--kafka.a", "--kafka.b", "c"], "--kafka.a has no value"), (["--kafka.a"], "--kafka.a has no value"),
                        (["topic"], "topic is unknown")):
        with pytest.raises(SystemExit):
            parse_words(wrong)
        assert told in capsys.readouterr().err
    (tmp_path / "c.yaml").write_text("kafka: {input_topic: in}\ndetector: {seed: 7}\n")
    settings = Settings.of({"config": read_config(tmp_path / "c.yaml"), "snapshotTail": "12"})
    assert (settings.input, settings.output, settings.dead_letters("in"), settings.snapshotTail) == (
        "in", "monitoringEnriched2", "in.dead-letter", 12)
    (tmp_path / "bad.yaml").write_text("- a\n")
    with pytest.raises(cortado.InvalidConfigError, match="must be a mapping of keys"):
        read_config(tmp_path / "bad.yaml")
    assert read_config("") == {}


def test_records_come_out_of_their_pieces_in_order():
    def piece(*places):
        return Records([None] * len(places), [b"%d %d" % place for place in places], ["raw"] * len(places),
                       [partition for partition, _ in places], [offset for _, offset in places], [None] * len(places),
                       ["[]"] * len(places)).pack()
    found = Records.unpack([piece((1, 5), (0, 7)), piece((0, 2)), piece((0, 7), (1, 4))])
    assert found.value == [b"0 2", b"0 7", b"0 7", b"1 4", b"1 5"] and found.size == 5
    assert found.take([3, 0]).offset == [4, 2]
    assert Records.unpack([piece((3, 1))]) == Records([None], [b"3 1"], ["raw"], [3], [1], [None], ["[]"])


def test_new_records_of_a_device_are_told_from_others():
    records = Records([], [], ["raw"] * 5 + ["other"], [1, 1, 1, 1, 2, 1], [3, 4, 4, 6, 9, 9], [], [])
    head = Head("v", 9, 1, "hash", "raw", 1, 3, 0, 0)
    assert split(records, head) == ([1, 3], [4, 5])


def test_rows_of_a_batch_keep_its_order_and_are_cut_where_they_are_too_large(monkeypatch):
    monkeypatch.setattr(output, "RECORDS_A_ROW", 3)
    enricher = cortado.Enricher(input={"mapping": {"device": "/d", "value": "/v"}}, detector={"preset": "last_value"})
    values = [b'{"d":"a","v":1}', b"?", b'{"d":"a","v":2}', None, b'{"d":"a","v":3}']
    records = Records([None] * 5, values, ["raw"] * 5, [0] * 5, list(range(5)), [7] * 5, [None] * 5)
    rows = output.Rows(Settings())
    rows.add(records, enricher.make_device("a").run(values), first_sequence=10)
    whole = list(rows.take())
    assert [len(row.topic) for row in whole] == [3, 1]
    assert [one for row in whole for one in row.sequence] == [10, None, 11, 12]
    assert [one for row in whole for one in row.offset] == [0, 1, 2, 4]
    assert whole[0].stage == [None, "decode", None] and whole[0].key == [None] * 3
    assert list(output.Rows(Settings()).take()) == []


def too_large(values, key=b"key", headers=None, limit=4000):
    """Rows of records whose output may have `limit` bytes."""
    enricher = cortado.Enricher(input={"mapping": {"device": "/d", "value": "/v"}}, detector={"preset": "last_value"})
    count = len(values)
    records = Records([key] * count, values, ["raw"] * count, [0] * count, list(range(count)), [7] * count, [headers] * count)
    rows = output.Rows(Settings(maxRequestSize=limit))
    rows.add(records, enricher.make_device("a").run(values))
    (whole,) = rows.take()
    return [dict(zip(whole.__fields__, row)) for row in zip(*whole)]


def test_an_enriched_record_above_the_limit_becomes_a_dead_letter_in_its_place():
    values = [b'{"d":"a","v":%d,"pad":"%s"}' % (number, b"x" * size) for number, size in ((1, 9), (2, 2900), (3, 9))]
    found = too_large(values)
    limit = sizes.record_size(found[1]["key"], found[1]["value"], []) + 100
    assert [(row["sequence"], row["stage"], row["topic"]) for row in found] == [
        (1, None, "monitoringEnriched2"), (2, None, "monitoringEnriched2"), (3, None, "monitoringEnriched2")]
    first, letter, last = too_large(values, limit=limit)
    assert (first["sequence"], letter["sequence"], last["sequence"]) == (1, None, 3)
    assert (letter["topic"], letter["stage"], letter["value"], letter["lostBytes"]) == (
        "raw.dead-letter", "write", values[1], None)
    assert f"bytes, max.request.size is {limit}" in letter["reason"]


def test_a_dead_letter_above_the_limit_keeps_what_fits():
    value, headers = b'{"d":"a","v":2,"pad":"%s"}' % (b"x" * 5000), '[{"key":"from","value":"%s"}]'
    short, long = (headers % base64.b64encode(b"h" * size).decode() for size in (10, 5000))
    for key, given, kept in ((b"key", short, (b"key", short)), (b"key", long, (b"key", None)), (b"k" * 5000, long, (None, None))):
        (letter,) = too_large([value], key, given)
        assert (letter["key"], letter["headers"]) == kept
        assert (letter["value"], letter["lostBytes"], letter["stage"], letter["offset"]) == (None, len(value), "write", 0)
    (letter,) = too_large([b"?" * 5000])
    assert (letter["value"], letter["lostBytes"], letter["stage"]) == (None, 5000, "decode")


def test_nothing_that_fits_is_taken_for_too_large():
    """Up to the last byte, counted as Kafka's producer counts."""
    value = b'{"d":"a","v":1,"pad":"%s"}' % (b"x" * 3000)
    (row,) = too_large([value], limit=10_000)
    size = sizes.record_size(row["key"], row["value"], [*SOURCE, ("cortado-source-timestamp", b"7")])
    assert too_large([value], limit=size)[0]["stage"] is None
    assert too_large([value], limit=size - 1)[0]["stage"] == "write"


def test_the_producers_buffer_holds_the_largest_record_that_may_be_sent():
    """It has 32 MiB unless it is told so; the smaller of the two is the bound."""
    request, buffer = "kafka.max.request.size", "kafka.buffer.memory"
    assert sizes.producer_sizes({}) == (1_048_576, {})
    assert sizes.producer_sizes({request: "30000000"}) == (30_000_000, {})
    assert sizes.producer_sizes({request: "50000000"}) == (50_000_000, {buffer: "50000000"})
    assert sizes.producer_sizes({request: "50000000", buffer: "40000000"}) == (40_000_000, {buffer: "40000000"})
    assert sizes.producer_sizes({buffer: "500000"})[0] == 500_000
    assert sizes.producer_sizes({buffer: "8000000000"}) == (1_048_576, {buffer: "8000000000"})
    for name, most in ((request, 2**31 - 1), (buffer, 2**63 - 1)):
        for wrong in ("", "many", "1.5", "-1", "1999", str(most + 1)):
            with pytest.raises(cortado.InvalidConfigError, match=f"{name} must be 2000 to {most} bytes, not '{wrong}'"):
                sizes.producer_sizes({name: wrong})


def test_terms_tell_what_changes_a_batchs_bytes_and_nothing_else(tmp_path):
    """How often a model is stored, live models, recovery and all the native engine's keys change none."""
    def of(config=(), initial="", **more):
        return Terms.of(Settings.of({"config": {"input": {"mapping": {"device": "/d", "value": "/v"}}, **dict(config)}, **more}), initial)
    unstarted, later = Stand(-1, -1, False), Stand(5, 5, True)
    for same in (of(snapshotBatches=3, liveModels=0), of({"stream": {"recovery": "best_effort"}}), of({"alerts": {"direction": "both"}})):
        assert same.same_bytes(of(), unstarted)
    for other in (of({"alerts": {"direction": "up"}}), of({"detector": {"warm_up": 7}}), of({"input": {"mapping": "aqs"}, "output": {"format": "binary"}}),
                  of({"input": {"mapping": {"device": "/d", "value": "/w"}}}), of(maxRequestSize=3000)):
        assert not other.same_bytes(of(), later)
        assert Terms.of(other.settings(Settings()), "") == other
    assert of(initial="x").same_bytes(of(initial="y"), later) and not of(initial="x").same_bytes(of(initial="y"), unstarted)
    assert of(maxRequestSize=3000).keeps_sequences(of()) and not of({"alerts": {"direction": "up"}}).keeps_sequences(of())
    of().check_models(of({"alerts": {"direction": "up"}}), "here")
    with pytest.raises(cortado.UnsupportedError, match="models at here were made by another detector configuration"):
        of().check_models(of({"detector": {"seed": 7}}), "here")
    one, two = tmp_path / "1", tmp_path / "2"
    one.write_bytes(b"1")
    two.write_bytes(b"2")
    first = digest([one, two])
    assert first != digest([one]) != "" == digest([])
    assert digest([two.rename(tmp_path / "0"), one]) == first


def test_a_first_start_begins_where_it_is_told():
    bounds = {0: Bounds(5, 9), 1: Bounds(0, 0)}
    for text, told in (("earliest", {0: 5, 1: 0}), ("Latest", {0: 9, 1: 0}), ('{"raw": {"0": 7, "1": 0}}', {0: 7, 1: 0}),
                       ('{"raw": {"0": -2, "1": -1}}', {0: 5, 1: 0})):
        starting.check(text)
        assert starting.begins(text, "raw", bounds) == told
    for text, words in (('{"raw": {"0": 4, "1": 0}}', r"raw\[0\] at 4, which holds 5 to 9"), ('{"raw": {}}', "and names none"),
                        ('{"raw": {"0": 7, "1": 0}, "other": {}}', "names raw, other, but")):
        with pytest.raises(cortado.InvalidConfigError, match=words):
            starting.begins(text, "raw", bounds)
