# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""`cortado state` on both stores: look, verify, export, import elsewhere, reset, rewind; each import
goes on with the scores of a process that never stopped."""
import copy
import json
import pathlib
import re
import subprocess

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from support import program
from support.murmur2 import java_partition
from support.readings import by_device, device_of, make_rows, write_csv
from support.rows import differences, read_csv

DEVICES, HOURS, FIRST = 5, 240, 150
PARTITIONS = 3


def message(row):
    return device_of(row).encode(), json.dumps(row).encode(), None


class World:
    """Readings, what one uninterrupted process makes of them, and workers on parts of them."""

    def __init__(self, pipeline, folder, store):
        self.pipeline, self.broker, self.store = pipeline, pipeline.broker, store
        self.rows = make_rows(DEVICES, HOURS)
        program.run("replay", write_csv(folder / "all.csv", self.rows), "-o", folder / "all.scored.csv")
        self.scored = read_csv(folder / "all.scored.csv")
        self.devices = sorted(by_device(self.rows))
        pipeline.config["state"]["store"] = store

    def send(self, first_hour, hours):
        rows = self.rows[first_hour * DEVICES:(first_hour + hours) * DEVICES]
        self.broker.produce(self.pipeline.input, [message(row) for row in rows])

    def score(self, config=None, expect=program.OK):
        """Let a worker score all that is there."""
        worker = self.pipeline.start("detect", "-c", self.write(config), "--json", "--until-end")
        assert worker.wait() == expect, worker.log
        self.broker.wait_until_settled((config or self.pipeline.config)["kafka"]["output_topic"])
        return program.summary_of(worker.out)

    def write(self, config=None):
        config = config or self.pipeline.config
        path = self.pipeline.folder / f"{config['kafka']['group_id']}.yaml"
        path.write_text(json.dumps(config, indent=1))
        return path

    def state(self, *words, config=None, expect=program.OK):
        return program.run("state", words[0], "-c", self.write(config), *words[1:], expect=expect)

    def objects(self, *words, config=None):
        result = self.state(*words, "-J", config=config)
        return [json.loads(line) for line in result.stdout.splitlines()]

    def elsewhere(self, name, **kafka):
        """The same work for another group, with state and output of its own."""
        config = copy.deepcopy(self.pipeline.config)
        group = f"{self.pipeline.config['kafka']['group_id']}-{name}"
        config["kafka"].update(group_id=group, output_topic=f"{self.pipeline.output}-{name}", **kafka)
        config["state"]["dir"] = str(self.pipeline.folder / f"state-{name}")
        return config

    def enriched(self, config):
        return self.broker.read(config["kafka"]["output_topic"])

    def rows_from(self, hour):
        return self.scored[hour * DEVICES:]


@pytest.fixture(scope="module", params=["directory", "kafka"])
def world(request, make_pipeline, tmp_path_factory):
    """150 hours are scored, the worker has left, and all that it learned stands in whole.ctex."""
    made = World(make_pipeline(partitions=PARTITIONS), tmp_path_factory.mktemp("readings"), request.param)
    made.send(0, FIRST)
    assert made.score()["records_out"] == DEVICES * FIRST
    made.state("export", "-o", made.pipeline.folder / "whole.ctex")
    return made


def test_ls_lists_every_partition_and_device(world):
    lanes = world.objects("ls")
    ends = world.broker.ends(world.pipeline.input)
    assert [lane["partition"] for lane in lanes] == list(range(PARTITIONS))
    assert [lane["committed"] for lane in lanes] == ends
    owners = {device: java_partition(device.encode(), PARTITIONS) for device in world.devices}
    assert [lane.get("devices", 0) for lane in lanes] == \
        [list(owners.values()).count(p) for p in range(PARTITIONS)]
    for lane in lanes:
        if lane.get("devices"):
            assert lane["committedSnapshot"] and lane["offset"] == ends[lane["partition"]]
            assert lane["bytes"] > 1000 and lane["written"] > 1_600_000_000_000
    devices = world.objects("ls", "--devices")
    assert {d["device"]: d["partition"] for d in devices} == owners
    assert all(0 < d["bytes"] <= d["rawBytes"] and not d["forgotten"] for d in devices)
    text = world.state("ls").stdout.splitlines()
    assert text[0].split() == ["PARTITION", "COMMITTED", "OFFSET", "LOW-WATER", "DEVICES", "BYTES", "AGE",
                               "SNAPSHOTS", "SNAPSHOT"]
    assert len(text) == PARTITIONS + 1


def test_inspect_tells_what_a_model_has_seen(world):
    device = world.devices[0]
    facts, = world.objects("inspect", device)
    last = [row for row in world.scored[:FIRST * DEVICES] if row["device"] == device][-1]
    assert facts["sequence"] == int(last["sequence"]) == FIRST
    assert facts["modelAge"] == int(last["modelAge"])
    assert facts["modelHash"] == last["modelHash"]
    assert facts["preset"] and facts["memoryBytes"] > 0 and facts["offset"] > 0
    assert device in world.state("inspect", device).stdout
    assert "no snapshot holds" in world.state("inspect", "nobody", expect=program.FAILED).stderr


def test_verify_finds_nothing_wrong(world):
    snapshots = world.objects("verify")
    assert snapshots and all(s["damages"] == 0 for s in snapshots)
    assert any(s["committedSnapshot"] for s in snapshots)


def test_export_then_import_goes_on_as_if_nothing_had_happened(world):
    """Into a new group: it stands where the export stood."""
    file = world.pipeline.folder / "whole.ctex"
    world.state("export", "-o", file)
    config = world.elsewhere("imported")
    done = world.objects("import", file, config=config)
    assert sum(lane["devices"] for lane in done) == DEVICES
    assert [lane["committed"] for lane in world.objects("ls", config=config)] == \
        world.broker.ends(world.pipeline.input)
    again = world.pipeline.folder / "again.ctex"
    world.state("export", "-o", again, config=config)
    assert again.read_bytes() == file.read_bytes()
    world.send(FIRST, 30)
    world.score(config)
    records = world.enriched(config)
    assert differences([r.json for r in records], world.scored[FIRST * DEVICES:(FIRST + 30) * DEVICES]) == []


def test_from_one_store_into_the_other(world):
    file = world.pipeline.folder / "whole.ctex"
    config = world.elsewhere("other-store")
    config["state"]["store"] = "kafka" if world.store == "directory" else "directory"
    world.state("import", file, config=config)
    assert all(s["damages"] == 0 for s in world.objects("verify", config=config))
    assert sorted(d["device"] for d in world.objects("ls", "--devices", config=config)) == world.devices
    back = world.pipeline.folder / "back.ctex"
    world.state("export", "-o", back, config=config)
    assert back.read_bytes() == file.read_bytes()
    world.score(config)
    assert differences([r.json for r in world.enriched(config)],
                       world.scored[FIRST * DEVICES:(FIRST + 30) * DEVICES]) == []


def test_a_skip_that_is_still_to_come_moves_with_an_export(world):
    """Beside a group's offset, or in a file of its: the record is a dead letter of the same stage in the next group."""
    file, again = (world.pipeline.folder / name for name in ("skipping.ctex", "skipping-again.ctex"))
    topics = {"dead_letter_topic": f"{world.pipeline.input}-skipped"}
    config, target = (world.elsewhere(name, **topics) for name in ("skipping", "skipped"))
    world.state("import", world.pipeline.folder / "whole.ctex", config=config)
    lane = max(world.objects("ls", config=config), key=lambda lane: lane.get("devices", 0))
    partition, offset = lane["partition"], lane["committed"] + 3
    world.state("skip", "-p", str(partition), "--offset", str(offset), "--yes", config=config)
    world.state("export", "-o", file, config=config)
    world.state("import", file, "--replace", config=config)
    world.state("export", "-o", again, config=config)
    assert again.read_bytes() == file.read_bytes()
    world.state("import", file, config=target)
    world.score(target, expect=program.BAD_DATA)
    [letter] = world.broker.read(topics["dead_letter_topic"])
    told = {name: letter.headers[f"cortado-{name}"] for name in ("stage", "partition", "offset")}
    assert told == {"stage": "skipped", "partition": str(partition), "offset": str(offset)}
    places = {record.source for record in world.enriched(target)}
    assert (partition, offset + 1) in places and (partition, offset) not in places


def test_one_device_into_a_group_that_is_ahead(world):
    """The group knows everybody but one; that one is imported, and reads what it lacks."""
    device = world.devices[1]
    file = world.pipeline.folder / "one.ctex"
    world.state("export", "-o", file, device)
    config = world.elsewhere("ahead")
    everybody = world.pipeline.folder / "whole.ctex"
    others = [name for name in world.devices if name != device]
    world.state("import", everybody, *others, config=config)
    world.score(config)  # this one is new to it, and learns from what came since
    refused = world.state("import", file, config=config, expect=program.FAILED)
    assert "--replace" in refused.stderr
    world.state("import", file, "--replace", config=config)
    before = len(world.enriched(config))
    world.send(FIRST + 30, 30)
    world.score(config)
    fresh = [r.json for r in world.enriched(config) if int(r.json["sequence"]) > FIRST + 30]
    assert len(world.enriched(config)) == before + 30 * DEVICES
    assert differences(fresh, world.scored[(FIRST + 30) * DEVICES:(FIRST + 60) * DEVICES]) == []


def test_reset_of_a_device_begins_it_anew(world):
    config = world.elsewhere("reset-one")
    world.state("import", world.pipeline.folder / "whole.ctex", config=config)
    device = world.devices[2]
    planned = world.objects("reset", device, config=config)
    assert [move["done"] for move in planned] == [False]
    world.state("reset", device, "--yes", config=config)
    assert [d["device"] for d in world.objects("ls", "--devices", config=config) if d["forgotten"]] == [device]
    world.score(config)
    for record in world.enriched(config):
        sequence = record.json["sequence"]
        assert (sequence <= 60) == (record.json["device"] == device), record.json


def test_reset_of_all_begins_where_it_is_told_to(world):
    config = world.elsewhere("reset-all")
    world.state("import", world.pipeline.folder / "whole.ctex", config=config)
    world.state("reset", "--to", "beginning", "--yes", config=config)
    assert all("snapshot" not in lane and lane["snapshots"] == 0
               for lane in world.objects("ls", config=config))
    world.score(config)
    assert differences([r.json for r in world.enriched(config)], world.scored[:(FIRST + 60) * DEVICES]) == []


def test_rewind_scores_the_same_records_again(world):
    config = world.elsewhere("rewound")
    world.state("import", world.pipeline.folder / "whole.ctex", config=config)
    first = {lane["partition"]: lane["snapshot"] for lane in world.objects("ls", config=config)
             if lane.get("devices")}
    world.score(config)
    once = [(r.source, r.value) for r in world.enriched(config)]
    for partition, snapshot in first.items():
        world.state("rewind", "-p", partition, "--to", snapshot, "--yes", config=config)
    world.score(config)
    twice = [(r.source, r.value) for r in world.enriched(config)]
    assert len(once) == 60 * DEVICES
    assert sorted(twice) == sorted(once + once)


def test_an_offset_that_was_set_by_hand_is_told_as_one(world):
    """As kafka-consumer-groups --reset-offsets sets it; what the message says to run brings the state back."""
    config = world.elsewhere("by-hand")
    world.state("import", world.pipeline.folder / "whole.ctex", config=config)
    ends = world.broker.ends(world.pipeline.input)
    partition = next(lane["partition"] for lane in world.objects("ls", config=config) if lane.get("devices"))
    admin = Consumer({"bootstrap.servers": world.broker.bootstrap, "group.id": config["kafka"]["group_id"]})
    admin.commit(offsets=[TopicPartition(world.pipeline.input, partition, ends[partition])], asynchronous=False)
    admin.close()
    worker = world.pipeline.start("detect", "-c", world.write(config), "--json", "--until-end")
    assert worker.wait() == program.FAILED
    assert "the committed offset carries no metadata, so offset" in worker.log
    command = re.search(r"cortado state (rewind --to \d+ -p \d+)", worker.log).group(1).split()
    assert command == ["rewind", "--to", str(ends[partition]), "-p", str(partition)]
    world.state(*command, "--yes", config=config)
    world.score(config)
    hours = sum(ends) // DEVICES
    assert differences([r.json for r in world.enriched(config)], world.scored[FIRST * DEVICES:hours * DEVICES]) == []


def test_a_group_with_members_is_left_alone(world):
    worker = world.pipeline.start("detect", "-c", world.write(), "--json")
    try:
        world.pipeline.wait_for_output(worker, 1)
        program.wait_until(lambda: worker.check_running() and "has 1 members" in
                           subprocess.run([program.BINARY, "state", "reset", "-c", world.write()],
                                                  capture_output=True, text=True, check=False,
                                                  env=program.environment()).stderr,
                           "the worker is in the group")
        for words in (["reset", "--yes"], ["rewind", "--to", "newest", "--yes"],
                      ["import", world.pipeline.folder / "whole.ctex"]):
            assert "stop its workers" in world.state(*words, expect=program.FAILED).stderr
        assert len(world.objects("ls")) == PARTITIONS
    finally:
        worker.terminate()


def test_an_offset_that_was_set_is_told_from_one_that_a_lane_committed(world):
    """Until a lane has committed one of its own. (How it is written is pointer_test.cc's.)"""
    config = world.elsewhere("moved")
    steps = [["import", world.pipeline.folder / "whole.ctex"], ["rewind", "--to", "newest", "--yes"],
             ["reset", "--to", "beginning", "--yes"]]
    for words in steps:
        world.state(*words, config=config)
        with_records = {p for p, end in enumerate(world.broker.ends(world.pipeline.input)) if end > 0}
        assert {lane["partition"] for lane in world.objects("ls", config=config) if lane.get("moved")} >= with_records
    world.score(config)
    assert not any(lane["moved"] for lane in world.objects("ls", config=config) if lane["partition"] in with_records)


def test_another_configuration_takes_no_export(world):
    config = world.elsewhere("other-model")
    config["detector"] = {"preset": "nupic"}
    refused = world.state("import", world.pipeline.folder / "whole.ctex", config=config, expect=program.USAGE)
    assert "the detector configuration that it was made with" in refused.stderr


def test_another_groups_folder_takes_no_import(world):
    """Its owner would take the snapshots for waste."""
    config = world.elsewhere("stranger")
    config["state"].update(store="directory", dir=str(world.pipeline.folder / "state-owned"))
    owner = world.elsewhere("owner")
    owner["state"] = config["state"]
    world.state("import", world.pipeline.folder / "whole.ctex", config=owner)
    refused = world.state("import", world.pipeline.folder / "whole.ctex", config=config, expect=program.FAILED)
    assert f"of the group {owner['kafka']['group_id']}, not of {config['kafka']['group_id']}" in refused.stderr
    assert all("committed" not in lane for lane in world.objects("ls", config=config))


def test_a_damaged_export_is_refused_before_anything_changes(world):
    bytes_ = bytearray((world.pipeline.folder / "whole.ctex").read_bytes())
    bytes_[len(bytes_) // 2] ^= 1
    damaged = world.pipeline.folder / "damaged.ctex"
    damaged.write_bytes(bytes_)
    config = world.elsewhere("damaged")
    refused = world.state("import", damaged, config=config, expect=program.FAILED)
    assert "no sound state export" in refused.stderr
    assert all("committed" not in lane for lane in world.objects("ls", config=config))


def test_verify_names_what_is_damaged(world):
    """The last test: it damages the state."""
    if world.store == "directory":
        newest = sorted(pathlib.Path(world.pipeline.config["state"]["dir"]).glob("*/*/*.pack"))[-1]
        bytes_ = bytearray(newest.read_bytes())
        bytes_[-1] ^= 1
        newest.write_bytes(bytes_)
    else:
        topic = f"cortado.{world.pipeline.config['kafka']['group_id']}.{world.pipeline.input}.state"
        pack = [r for r in world.broker.read(topic) if b".pack/" in r.key and r.value][-1]
        overwrite(world.broker, topic, pack)
    result = world.state("verify", expect=program.FAILED)
    assert "wrong checksum" in result.stdout or "damaged" in result.stdout


def overwrite(broker, topic, record):
    bytes_ = bytearray(record.value)
    bytes_[-1] ^= 1
    producer = Producer(broker.client)
    producer.produce(topic, key=record.key, value=bytes(bytes_), partition=record.partition)
    assert producer.flush(60) == 0
