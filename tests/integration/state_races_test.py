# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What comes in between while `cortado state` changes something: a worker, or another such command."""
import contextlib
import errno
import fcntl
import json
import os
import pathlib
import subprocess

import pytest

from support import program
from support.readings import device_of, make_rows

DEVICES, HOURS = 3, 20
COUNT = DEVICES * HOURS


def messages(first_hour, hours):
    return [(device_of(row).encode(), json.dumps(row).encode(), None)
            for row in make_rows(DEVICES, hours, first_hour)]


def score(pipeline):
    worker = pipeline.detect("--until-end")
    assert worker.wait() == program.OK, worker.log
    pipeline.broker.wait_until_settled(pipeline.output)


def state(pipeline, *words, expect=program.OK):
    return program.run("state", words[0], "-c", pipeline.write_config(), *words[1:], expect=expect)


def objects(pipeline, *words):
    return [json.loads(line) for line in state(pipeline, *words, "-J").stdout.splitlines()]


def sequences(pipeline):
    """Of every device, in the order of the output."""
    found = {}
    for record in pipeline.broker.read(pipeline.output):
        found.setdefault(record.json["device"], []).append(record.json["sequence"])
    assert len(found) == DEVICES
    return list(found.values())


@pytest.fixture
def pipeline(make_pipeline):
    """One partition whose records are to be scored."""
    made = make_pipeline()
    made.config["state"]["checkpoint_interval"] = "100ms"
    made.broker.produce(made.input, messages(0, HOURS))
    return made


@contextlib.contextmanager
def held_at_its_first_word(*words):
    """A command that waits in its first write to standard output until somebody reads."""
    reader, writer = os.pipe()
    size = fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    os.write(writer, b" " * size)
    process = subprocess.Popen(["stdbuf", "-o0", program.BINARY, *map(str, words)], stdout=writer,
                               stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                               env=program.environment())
    os.close(writer)

    def read():
        with os.fdopen(reader) as out:
            return out.read()
    try:
        yield process, read
    finally:
        process.kill()
        process.communicate()


class Door:
    """What looks like a snapshot is a pipe: whoever reads the partition's snapshots waits there."""

    def __init__(self, pipeline, folder):
        inside = pathlib.Path(pipeline.config["state"]["dir"]) / pipeline.input / "0"
        self._path, self._outside = inside / f"{0:016x}-{0:016x}.manifest", folder / "door"
        os.mkfifo(self._path)
        os.link(self._path, self._outside)

    def catch(self, command):
        """Until the command waits; nobody else will."""
        self._writer = program.wait_until(lambda: command.check_running() and self._is_reached(), lambda: command.log)
        self._path.unlink()

    def let_go(self):
        os.close(self._writer)

    def _is_reached(self):
        try:
            return os.open(self._outside, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as failure:
            assert failure.errno == errno.ENXIO  # nobody reads
            return None


@pytest.mark.parametrize("store", ["directory", "kafka"])
def test_a_worker_that_comes_while_reset_tidies_up_keeps_its_snapshots(pipeline, store):
    def lane():
        return objects(pipeline, "ls")[0]
    pipeline.config["state"]["store"] = store
    score(pipeline)
    with held_at_its_first_word("state", "reset", "--to", "beginning", "--yes", "-c", pipeline.write_config()) \
            as (reset, read):
        # It has committed, and has not removed anything yet.
        program.wait_until(lambda: reset.poll() is None and lane()["committed"] == 0, "the reset is committed")
        worker = pipeline.detect()
        pipeline.wait_for_output(worker, 2 * COUNT)
        program.wait_until(lambda: worker.check_running() and lane().get("offset") == COUNT, lambda: worker.log)
        assert f"{pipeline.input}[0]: offset {COUNT} -> 0, without any state" in read()
        assert reset.wait() == program.OK, reset.stderr.read()
    worker.kill()
    assert [s["committedSnapshot"] for s in objects(pipeline, "verify")].count(True) == 1
    pipeline.broker.produce(pipeline.input, messages(HOURS, 10))
    score(pipeline)
    assert sequences(pipeline) == [[*range(1, HOURS + 1), *range(1, HOURS + 11)]] * DEVICES


@pytest.mark.parametrize("words", [["rewind", "--to", "newest"], ["reset"], ["reset", "DEVICE"]], ids=" ".join)
def test_what_a_worker_did_meanwhile_is_not_undone(pipeline, tmp_path, words):
    """It came and left between the command's look at the group and its commit."""
    score(pipeline)
    device = objects(pipeline, "ls", "--devices")[0]["device"]
    door = Door(pipeline, tmp_path)
    command = pipeline.start("state", words[0], "-c", pipeline.write_config(), "--yes",
                             *(device if word == "DEVICE" else word for word in words[1:]))
    door.catch(command)
    pipeline.broker.produce(pipeline.input, messages(HOURS, 10))
    score(pipeline)
    door.let_go()
    assert command.wait() == program.FAILED
    assert f"has moved on {pipeline.input}[0] while this command worked" in command.log
    pipeline.broker.produce(pipeline.input, messages(HOURS + 10, 10))
    score(pipeline)
    assert sequences(pipeline) == [[*range(1, HOURS + 21)]] * DEVICES


def test_of_two_imports_at_once_none_is_lost(pipeline, tmp_path):
    score(pipeline)
    first, second, third = (d["device"] for d in objects(pipeline, "ls", "--devices"))
    file = tmp_path / "all.ctex"
    state(pipeline, "export", "-o", file)
    pipeline.config["kafka"]["group_id"] += "-other"
    pipeline.config["state"]["dir"] += "-other"
    state(pipeline, "import", file, first)
    door = Door(pipeline, tmp_path)
    late = pipeline.start("state", "import", "-c", pipeline.write_config(), file, second)
    door.catch(late)
    state(pipeline, "import", file, third)
    door.let_go()
    assert late.wait() == program.FAILED
    assert "or another such command, came in between" in late.log
    state(pipeline, "import", file, second)
    assert [d["device"] for d in objects(pipeline, "ls", "--devices")] == sorted([first, second, third])
