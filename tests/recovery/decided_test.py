# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What `cortado state reset DEVICE` and `import` did is not undone by damage: no snapshot from before stands in for one
of theirs, in both stores. And an import teaches other devices nothing."""
import collections
import copy
import json
import pathlib

import pytest
from confluent_kafka import Producer

from support import program
from support.readings import device_of, make_row

A, B, C = (device_of(make_row(number, 0)) for number in (1, 2, 3))


class Files:
    """The snapshots of a lane in a folder."""

    def __init__(self, pipeline, config):
        self.folder = pathlib.Path(config["state"]["dir"]) / pipeline.input / "0"

    def newest(self, ending):
        return max(path.name for path in self.folder.glob(f"*{ending}"))

    def read(self, name):
        return (self.folder / name).read_bytes()

    def write(self, name, data):
        (self.folder / name).write_bytes(data)


class Chunks:
    """The same in the state topic, where a file of these tests is one record."""

    def __init__(self, pipeline, config):
        self.broker, self.topic = pipeline.broker, f"cortado.{config['kafka']['group_id']}.{pipeline.input}.state"

    def live(self):
        last = {record.key: record.value for record in self.broker.read(self.topic)}
        return {key.decode(): value for key, value in last.items() if value is not None}

    def newest(self, ending):
        return max(key for key in self.live() if f"{ending}/" in key)

    def read(self, key):
        return self.live()[key]

    def write(self, key, data):
        producer = Producer(self.broker.client)
        producer.produce(self.topic, key=key.encode(), value=data, partition=0)
        assert producer.flush(60) == 0


class World:
    """A topic of one partition; devices are numbers, and their records follow one another hour by hour."""

    def __init__(self, pipeline, store):
        self.pipeline, self.config, self.hours = pipeline, pipeline.config, collections.Counter()
        # What a worker has not stored at its end is stored by nobody.
        self.config["state"].update(store=store, checkpoint_interval="24h")
        self.files = (Files if store == "directory" else Chunks)(pipeline, self.config)

    def another_group(self):
        other = copy.copy(self)
        other.config = copy.deepcopy(self.config)
        kafka = other.config["kafka"]
        kafka.update(group_id=f"{kafka['group_id']}-other", output_topic=f"{kafka['output_topic']}-other",
                     start_from="latest")
        other.config["state"]["dir"] = str(self.pipeline.folder / "state-other")
        other.files = type(self.files)(self.pipeline, other.config)
        return other

    def send(self, *devices):
        rows = []
        for device in devices:
            rows.append(make_row(device, self.hours[device]))
            self.hours[device] += 1
        records = [(device_of(row).encode(), json.dumps(row).encode(), None) for row in rows]
        self.pipeline.broker.produce(self.pipeline.input, records, 0)

    def write(self):
        path = self.pipeline.folder / f"{self.config['kafka']['group_id']}.yaml"
        path.write_text(json.dumps(self.config))
        return path

    def detect(self, *words):
        return self.pipeline.start("detect", "-c", self.write(), "--json", *words)

    def score(self):
        """A worker does what is there, and leaves."""
        worker = self.detect("--until-end")
        assert worker.wait() == program.OK, worker.log
        self.pipeline.broker.wait_until_settled(self.config["kafka"]["output_topic"])

    def score_and_die(self, count):
        """A worker writes so many records, in all, and is killed."""
        worker = self.detect()
        output = self.config["kafka"]["output_topic"]
        program.wait_until(lambda: worker.check_running() and self.pipeline.broker.count(output) >= count,
                           lambda: worker.log)
        worker.kill()

    def state(self, *words):
        return program.run("state", words[0], "-c", self.write(), *words[1:])

    def outcomes(self):
        return self.pipeline.broker.read(self.config["kafka"]["output_topic"])

    def sequences(self, device, since=0):
        return [r.json["sequence"] for r in self.outcomes() if r.json["device"] == device and r.source[1] >= since]

    def damage(self, ending):
        """The newest such file; returns it as it was."""
        name = self.files.newest(ending)
        sound = self.files.read(name)
        damaged = bytearray(sound)
        damaged[len(damaged) // 2] ^= 4
        self.files.write(name, bytes(damaged))
        return name, sound

    def check_stops_when_damaged(self):
        """Whatever file of the newest snapshot is damaged; restored, all is as it was."""
        for ending in (".pack", ".manifest"):
            name, sound = self.damage(ending)
            before = len(self.outcomes())
            for recovery in ("strict", "best_effort"):
                worker = self.detect("--set", f"stream.recovery={recovery}")
                assert worker.wait() == program.FAILED, worker.log
                assert "would undo what cortado state reset or import did" in worker.log
                assert "cortado state rewind" in worker.log
            assert len(self.outcomes()) == before
            self.files.write(name, sound)


@pytest.fixture(params=["directory", "kafka"])
def world(request, make_pipeline):
    return World(make_pipeline(partitions=1), request.param)


def test_damage_does_not_bring_back_a_model_that_was_reset(world):
    world.send(*[1, 2] * 50)
    world.score()
    before = world.files.newest(".manifest").split("/")[0]
    world.state("reset", A, "--yes")
    world.send(*[1, 2] * 10)
    world.score_and_die(120)
    world.check_stops_when_damaged()
    # What the message says to do: back to before it, and once more.
    world.damage(".manifest")
    world.state("rewind", "--to", before, "--yes")
    world.state("reset", A, "--yes")
    world.score()
    assert world.sequences(A, since=100) == list(range(1, 11)) * 2
    assert world.sequences(B, since=100) == list(range(51, 61)) * 2


def test_damage_does_not_begin_anew_a_model_that_was_imported(world):
    world.send(*[1, 2] * 50)
    world.score()
    export = world.pipeline.folder / "a.ctex"
    world.state("export", "-o", export, A)
    other = world.another_group()
    other.score()
    other.state("import", export)
    world.send(*[1, 2] * 5)
    other.score_and_die(10)
    other.check_stops_when_damaged()
    world.send(1, 2)
    other.score()
    assert other.sequences(A) == list(range(51, 57))
    assert other.sequences(B) == list(range(1, 7))


def test_an_import_teaches_other_devices_nothing(world):
    """A model is put back into a partition that was begun anew: it learns what it lacks, and nobody else does."""
    world.send(*[1, 2] * 50)
    world.score()
    export = world.pipeline.folder / "a.ctex"
    world.state("export", "-o", export, A)
    world.send(*[1, 2, 3] * 30)
    world.state("reset", "--to", "end", "--yes")
    world.state("import", export)
    world.send(*[1, 2, 3] * 10)
    # Neither in a replay, nor in that of the next worker.
    world.score_and_die(130)
    world.send(*[1, 2, 3] * 10)
    world.score()
    assert world.sequences(A, since=190) == list(range(81, 101))
    assert world.sequences(B, since=190) == world.sequences(C, since=190) == list(range(1, 21))
