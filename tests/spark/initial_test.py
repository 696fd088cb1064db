# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What a file of `cortado state export` makes of a query's first start: who goes on, who begins as new, what is refused."""
import json

import pytest

import cortado
from cortado_spark import export_file
from cortado_spark.initial import read_exports
from cortado_spark.settings import Settings

CONFIG = {"detector": {"preset": "last_value"}, "input": {"mapping": {"device": "/d", "value": "/v"}}}
PARTITIONS = 3


def records(device, partition, offsets):
    return [{"key": device.encode(), "value": json.dumps({"d": device, "v": 1 + offset % 3}).encode(), "topic": "raw",
             "partition": partition, "offset": offset, "timestamp": 1_600_000_000_000 + 1000 * offset, "headers": []}
            for offset in offsets]


def blob_of(device, rows):
    model = cortado.Enricher(**CONFIG).make_device(device)
    model.run([one["value"] for one in rows])
    return model.save()


@pytest.fixture
def write_export(tmp_path):
    """write_export(devices): a file of them."""
    def write(devices, name="devices.ctex"):
        folder = tmp_path / "exports"
        folder.mkdir(exist_ok=True)
        lanes = tuple(export_file.Lane(partition, 10, 10) for partition in range(PARTITIONS))
        (folder / name).write_bytes(export_file.write(export_file.Export(
            "raw", PARTITIONS, "cluster", cortado.Enricher(**CONFIG).model_hash, lanes, tuple(devices))))
        return str(folder)
    return write


def test_a_forgotten_device_begins_as_new_behind_what_it_had(session, make_stream, write_export):
    """The topic still holds what it had before; only what came since may be learned, with live models and without."""
    path = write_export([export_file.Device("gone", 1, 10, b""),
                         export_file.Device("kept", 1, 10, blob_of("kept", records("kept", 1, range(5))))])
    all_rows = [one for pair in zip(records("gone", 1, range(0, 40, 2)), records("kept", 1, range(1, 40, 2))) for one in pair]
    for live_models in (0, 1000):
        stream = make_stream(f"stream-{live_models}")
        stream.add(all_rows, batches=4)
        found = stream.run({"config": CONFIG, "liveModels": live_models},
                           read_exports(session, path, Settings.of({"config": CONFIG})))
        told = {name: [json.loads(row.value) for row in found if row.device == name] for name in ("gone", "kept")}
        assert [(one["sequence"], one["modelAge"]) for one in told["gone"]] == [(i, i) for i in range(1, 16)]
        assert [one["sequence"] for one in told["kept"]] == list(range(6, 21))
        new = cortado.Enricher(**CONFIG).make_device("gone").run([one["value"] for one in all_rows if one["offset"] >= 10
                                                                  and one["key"] == b"gone"])
        assert [bytes(row.value) for row in found if row.device == "gone"] == [one.value for one in new.enriched]


def two_states(first=b"", second=b""):
    """A device's two places in an export, and a stray record that reached the lower one."""
    return [export_file.Device("a", 2, 10, second), export_file.Device("a", 0, 4, first)]


def test_a_device_with_states_on_two_partitions_is_refused_with_both(session, write_export):
    """The last to stand in the file would take over the device's partition and sequence."""
    long, short = blob_of("a", records("a", 2, range(9))), blob_of("a", records("a", 0, range(1)))
    path = write_export(two_states(short, long))
    with pytest.raises(cortado.InvalidConfigError, match=r"device a has a state on raw\[0\] and on raw\[2\], so two workers"):
        read_exports(session, path, Settings.of({"config": CONFIG}))
    lower = {"config": {**CONFIG, "stream": {"recovery": "best_effort"}}}
    for devices in (two_states(short, long), two_states(short, long)[::-1]):
        (row,) = read_exports(session, write_export(devices), Settings.of(lower)).collect()
        assert (row.device, row.partition, row.offset, bytes(row.blob)) == ("a", 0, 3, short)


def test_a_device_that_was_forgotten_on_one_partition_is_where_its_state_is(session, write_export):
    state = blob_of("a", records("a", 2, range(9)))
    for devices in (two_states(b"", state), two_states(b"", state)[::-1], two_states(state, b"")):
        (row,) = read_exports(session, write_export(devices), Settings.of({"config": CONFIG})).collect()
        assert (row.partition, bytes(row.blob)) == next((one.partition, one.blob) for one in devices if one.blob)
    (row,) = read_exports(session, write_export(two_states()), Settings.of({"config": CONFIG})).collect()
    assert (row.partition, row.offset, bytes(row.blob)) == (0, 3, b"")


def test_two_exports_of_one_device_are_refused_rather_than_the_last_taken(session, write_export):
    write_export([export_file.Device("a", 0, 4, blob_of("a", records("a", 0, range(4))))], "1.ctex")
    path = write_export([export_file.Device("a", 0, 9, blob_of("a", records("a", 0, range(9))))], "2.ctex")
    with pytest.raises(cortado.InvalidConfigError, match=r"device a stands in .*1\.ctex and in .*2\.ctex: leave one of them"):
        read_exports(session, path, Settings.of({"config": CONFIG}))


def test_an_export_of_a_log_that_was_made_anew_or_has_other_partitions_is_refused(session, write_export):
    """Its new records would be taken for scored ones, or have other partitions than their models."""
    path, settings = write_export([export_file.Device("a", 1, 12, b"")]), Settings.of({"config": CONFIG})
    for ends, words in (({0: 10, 1: 12, 2: 10}, None), ({0: 10, 1: 11, 2: 10}, r"offset 12 of raw\[1\] \(device a\), which ends at 11"),
                        ({0: 10, 1: 12, 2: 9}, r"offset 10 of raw\[2\] \(a partition\), which ends at 9"),
                        ({0: 10, 1: 12}, "with 3 partitions, but it has 2"), ({}, "with 3 partitions, but it has 0")):
        if words is None:
            assert read_exports(session, path, settings, None, ends).count() == 1
            continue
        with pytest.raises(cortado.InvalidConfigError, match=words):
            read_exports(session, path, settings, None, ends)


@pytest.mark.parametrize("skipped, next_offset, told", [
    ((3,), 10, None), ((3, 10), 10, 10), ((3, 12), 10, 12), ((3, 7), 7, 7), ((3,), 4, None), ((3,), 3, 3)])
def test_an_export_that_passes_over_what_is_still_to_come_is_refused(session, tmp_path, skipped, next_offset, told):
    """`cortado state skip`, or deaths of processes: no model may see the record. What has its outcome already is no matter."""
    file, settings = tmp_path / "devices.ctex", Settings.of({"config": CONFIG})
    lanes = export_file.Lane(0, 5, 5), export_file.Lane(1, 10, min(10, next_offset), skipped, skipped[1:])
    devices = export_file.Device("other", 0, 2, b""), export_file.Device("a", 1, next_offset, b"")
    file.write_bytes(export_file.write(export_file.Export(
        "raw", PARTITIONS, "cluster", cortado.Enricher(**CONFIG).model_hash, lanes, devices)))
    if told is None:
        assert read_exports(session, str(file), settings).count() == 2
        return
    with pytest.raises(cortado.UnsupportedError, match=rf"passes over offset {told} of raw\[1\], which is still to be scored"):
        read_exports(session, str(file), settings)


def test_which_file_of_a_folder_is_no_export_is_told(session, write_export, tmp_path):
    path = write_export([])
    (tmp_path / "exports" / "notes.txt").write_text("no export at all")
    with pytest.raises(cortado.CorruptError, match=r"notes\.txt: state export: not a state export"):
        read_exports(session, path, Settings.of({"config": CONFIG}))
