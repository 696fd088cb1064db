# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""`cortado state verify` where snapshots are missing, and what `state export` may replace."""
import json
import os
import pathlib
import shutil
import stat

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from support import program
from support.readings import device_of, make_rows

DEVICES, HOURS = 2, 10


@pytest.fixture(scope="module", params=["directory", "kafka"])
def scored(request, make_pipeline):
    """One device on each of two partitions; the worker has left."""
    pipeline = make_pipeline(partitions=2)
    pipeline.config["state"]["store"] = request.param
    rows = [(device_of(row).encode(), json.dumps(row).encode(), None) for row in make_rows(DEVICES, HOURS)]
    for partition in range(2):
        pipeline.broker.produce(pipeline.input, rows[partition::DEVICES], partition)
    worker = pipeline.detect("--until-end")
    assert worker.wait() == program.OK, worker.log
    pipeline.broker.wait_until_settled(pipeline.output)
    return pipeline


def state(pipeline, *words, expect=program.OK):
    return program.run("state", words[0], "-c", pipeline.write_config(), *words[1:], expect=expect)


def objects(pipeline, *words, expect=program.OK):
    return [json.loads(line) for line in state(pipeline, *words, "-J", expect=expect).stdout.splitlines()]


def folder(pipeline, partition):
    return pathlib.Path(pipeline.config["state"]["dir"]) / pipeline.input / str(partition)


def state_topic(pipeline):
    return f"cortado.{pipeline.config['kafka']['group_id']}.{pipeline.input}.state"


def is_in_folder(pipeline):
    return pipeline.config["state"]["store"] == "directory"


def pieces(pipeline, partition):
    """What the state topic holds of a partition, by key."""
    records = pipeline.broker.read(state_topic(pipeline))
    return {r.key: r.value for r in records if r.partition == partition}


def put(pipeline, partition, changes):
    producer = Producer(pipeline.broker.client)
    for key, value in changes.items():
        producer.produce(state_topic(pipeline), key=key, value=value, partition=partition)
    assert producer.flush(60) == 0


def manifests(pipeline):
    """Of partition 1, the oldest first."""
    if is_in_folder(pipeline):
        return sorted(path.name for path in folder(pipeline, 1).glob("*.manifest"))
    return sorted(key.decode().split("/")[0] for key, value in pieces(pipeline, 1).items() if b".manifest/" in key and value)


def read(pipeline, name):
    return (folder(pipeline, 1) / name).read_bytes() if is_in_folder(pipeline) else pieces(pipeline, 1)[f"{name}/0".encode()]


def write(pipeline, name, bytes_):
    if is_in_folder(pipeline):
        (folder(pipeline, 1) / name).write_bytes(bytes_)
    else:
        put(pipeline, 1, {f"{name}/0".encode(): bytes_})


def lose(pipeline, partition):
    """All that is stored of a partition."""
    if is_in_folder(pipeline):
        shutil.rmtree(folder(pipeline, partition))
    else:
        put(pipeline, partition, dict.fromkeys(pieces(pipeline, partition)))


def test_an_export_replaces_nothing_but_a_file(scored, tmp_path):
    file, pipe, link, dangling = (tmp_path / name for name in ("file", "pipe", "link", "dangling"))
    file.write_bytes(b"before")
    os.mkfifo(pipe)
    link.symlink_to(file)
    dangling.symlink_to(tmp_path / "nothing")
    for place, told in ((pipe, "is no regular file"), (link, "is a symbolic link"), (dangling, "is a symbolic link"),
                        (tmp_path, "is no regular file")):
        before = place.lstat()
        refused = state(scored, "export", "-o", place, expect=program.USAGE)
        assert f"{place} " in refused.stderr and told in refused.stderr
        assert stat.S_IFMT(place.lstat().st_mode) == stat.S_IFMT(before.st_mode)
    assert file.read_bytes() == b"before"
    (tmp_path / "new.tmp").symlink_to(file)  # where it is written first
    assert "new.tmp is a symbolic link" in state(scored, "export", "-o", tmp_path / "new", expect=program.USAGE).stderr
    assert file.read_bytes() == b"before"
    state(scored, "export", "-o", file)
    assert len(file.read_bytes()) > 1000


def committed(found):
    return [(s["partition"], s["snapshot"], s["damages"]) for s in found if s["committedSnapshot"]]


def test_verify_tells_what_it_did_not_compare(scored):
    if is_in_folder(scored):
        alone = state(scored, "verify", "--offline", "-J")
        assert not any("committedSnapshot" in json.loads(line) for line in alone.stdout.splitlines())
        assert "the group was not asked" in alone.stderr
    group = Consumer({"bootstrap.servers": scored.broker.bootstrap, "group.id": scored.config["kafka"]["group_id"]})
    group.commit(offsets=[TopicPartition(scored.input, 1, scored.broker.ends(scored.input)[1])], asynchronous=False)
    group.close()
    told = f"{scored.input}[1] was set by hand or by another program and names no snapshot"
    assert told in state(scored, "verify").stderr
    state(scored, "rewind", "-p", "1", "--to", "newest", "--yes")
    assert told not in state(scored, "verify").stderr


def test_verify_tells_another_snapshot_of_the_same_name(scored):
    """The commit names it with a hash of its bytes."""
    former, *_, named = manifests(scored)
    assert named == objects(scored, "ls")[1]["snapshot"]
    bytes_ = read(scored, named)
    write(scored, named, read(scored, former))
    failed = state(scored, "verify", expect=program.FAILED)
    assert f"{named}: manifest: its bytes are not those that the commit names" in failed.stdout
    write(scored, named, bytes_)
    state(scored, "verify")


def test_verify_misses_what_the_group_names(scored):
    """The last test: it loses the state."""
    named = [lane["snapshot"] for lane in objects(scored, "ls")]
    assert committed(objects(scored, "verify")) == [(0, named[0], 0), (1, named[1], 0)]
    lose(scored, 0)
    found = objects(scored, "verify", expect=program.FAILED)
    assert committed(found) == [(0, named[0], 1), (1, named[1], 0)]
    assert "the group's committed offset names it" in found[0]["first"]
    lose(scored, 1)
    failed = state(scored, "verify", expect=program.FAILED)
    assert all(f"{name}: manifest: it is not there" in failed.stdout for name in named)
    assert "2 snapshots that the group's committed offsets name are missing" in failed.stderr
    state(scored, "reset", "--yes")
    assert state(scored, "verify").stdout == ""  # nothing is named, and nothing is there
