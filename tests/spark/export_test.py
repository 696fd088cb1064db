# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What is exported of a checkpoint: the devices of one finished batch, whatever the query does meanwhile, under their topic."""
import json
import pathlib
import subprocess
import sys

import pytest

import cortado
from cortado_spark import checkpoint, export_file, state
from cortado_spark.settings import Settings

CONFIG = {"detector": {"preset": "last_value"}, "input": {"mapping": {"device": "/d", "value": "/v"}},
          "kafka": {"input_topic": "raw"}}
DEVICES, ROWS = "abcdef", 4


def records(batch):
    """Some of each device; all stand on one partition."""
    places = range(batch * ROWS * len(DEVICES), (batch + 1) * ROWS * len(DEVICES))
    return [{"key": None, "value": json.dumps({"d": DEVICES[offset % len(DEVICES)], "v": offset % 5}).encode(), "topic": "raw",
             "partition": 0, "offset": offset, "timestamp": 1_600_000_000_000 + offset, "headers": []} for offset in places]


@pytest.fixture
def stream(make_stream):
    """Its first batch is finished."""
    stream = make_stream()
    run(stream, 0)
    return stream


def run(stream, batch):
    """One more; every second of them writes a device's model."""
    stream.add(records(batch), batches=1)
    assert len(stream.run({"config": CONFIG, "snapshotBatches": 2})) == ROWS * len(DEVICES)


def export(session, stream, config=CONFIG):
    return state.export(session, stream.checkpoint, Settings.of({"config": config}), "id", {0: 1000})


def test_an_export_is_of_one_batch_also_where_the_query_goes_on_between_its_parts(session, stream, monkeypatch):
    """Heads of one batch with the models or records of the next would be devices that never were."""
    wanted = export(session, stream)
    batches = iter(range(1, 4))

    def read(*words):
        rows = checkpoint.read_state(*words)
        run(stream, next(batches))
        return rows
    monkeypatch.setattr(state, "read_state", read)
    found = export(session, stream)
    assert found == wanted and next(batches, None) is None
    assert [cortado.blob_head(device.blob).sequence for device in found.devices] == [ROWS] * len(DEVICES)
    monkeypatch.undo()
    run(stream, 4)
    later = export(session, stream)
    assert [cortado.blob_head(device.blob).sequence for device in later.devices] == [5 * ROWS] * len(DEVICES)


def test_a_batch_that_is_no_longer_there_as_a_whole_is_refused(session, stream):
    """As where a query goes on for longer than it keeps its batches."""
    (store,) = [path for path in (pathlib.Path(stream.checkpoint) / "state/0").iterdir() if path.name == "1"]
    for path in store.rglob("*"):
        if path.is_file():
            path.unlink()
    with pytest.raises(cortado.UnavailableError, match="the state of batch 0 of .* cannot be read as a whole"):
        export(session, stream)


def test_the_models_of_one_topic_are_not_exported_as_those_of_another(session, stream):
    with pytest.raises(cortado.InvalidConfigError, match="reads the topic raw, but kafka.input_topic is monitoring20"):
        export(session, stream, {name: block for name, block in CONFIG.items() if name != "kafka"})


@pytest.mark.parametrize("sources, words", [
    ('{"raw":{"0":5}}', None), ('{"raw":{"0":5},"more":{"0":7}}', "something else than one topic of Kafka"),
    ('{"raw":{"0":5}}\n{"more":{"0":5}}', "something else than one topic"), ('{"logOffset":3}', "something else than one topic"),
    ("", "something else than one topic")])
def test_the_topic_and_its_offsets_are_those_of_the_batch(session, tmp_path, sources, words):
    (tmp_path / "offsets").mkdir()
    (tmp_path / "offsets/7").write_text('v1\n{"batchTimestampMs":1}\n' + sources)
    if words is None:
        assert checkpoint.read_offsets(session, str(tmp_path), 7) == ("raw", {0: 5})
        return
    with pytest.raises(cortado.InvalidConfigError, match=words):
        checkpoint.read_offsets(session, str(tmp_path), 7)


def test_a_file_that_cannot_be_written_is_told_in_a_line_and_before_anything_is_read(tmp_path):
    for file, words in ((tmp_path / "no/where.ctex", "No such file or directory"), (tmp_path, "Is a directory")):
        done = subprocess.run([sys.executable, "-m", "cortado_spark.state", "--clusterId", "id", "file:/nowhere", str(file)],
                              capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith(f"cortado_spark.state: cannot write {file}: {words}") and done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fails", ["reading", "writing"])
def test_a_former_file_is_left_as_it_is_where_a_new_one_fails(session, stream, tmp_path, monkeypatch, fails):
    """A half of an export is none, and the one from yesterday still is."""
    file, config = tmp_path / "out/devices.ctex", tmp_path / "cortado.yaml"
    file.parent.mkdir()
    file.write_bytes(b"yesterday's")
    config.write_text(json.dumps(CONFIG))
    words = ["--config", str(config), "--clusterId", "id", stream.checkpoint, str(file)]
    found = export(session, stream)

    def refuse(*_):
        raise OSError(28, "No space left on device")
    monkeypatch.setattr(state, "export", lambda *_: found)
    if fails == "reading":
        monkeypatch.setattr(state, "export", checkpoint_is_gone)
    else:
        monkeypatch.setattr(state.os, "fsync", refuse)
    with pytest.raises(cortado.UnavailableError if fails == "reading" else cortado.IoError, match="went on|No space left"):
        state.main(words)
    assert file.read_bytes() == b"yesterday's" and list(file.parent.iterdir()) == [file]
    monkeypatch.undo()
    monkeypatch.setattr(state, "export", lambda *_: found)
    state.main(words)
    assert export_file.read(file.read_bytes()) == found and list(file.parent.iterdir()) == [file]


def checkpoint_is_gone(*_):
    raise cortado.UnavailableError("the query went on")
