# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The submitted job on a cluster with two workers, between topics of a real Kafka, killed and started again."""
import itertools
import json
import random
import re

import pyarrow as pa
import pytest

from support.real_readings import Readings
from support.spark_job import STARTS_WITHIN_S, kept
from support.waiting import wait_until

ROWS, ROWS_IN_FULL = 2_000, 28_000
KILLS, KILLS_IN_FULL = 2, 20
LONGEST_BATCH_S = 2.0
TOLD = re.compile(r"^\d{4}-\d\d-\d\dT\S+ (INFO|DEBUG|TRACE) +(\w+)", re.M)
DRIVER_MAY_TELL = {"MicroBatchExecution", "ProgressReporter", "Utils"}


def check_logs(cluster, flow):
    """Levels are those of the two files in spark/conf, and the event log is on."""
    for job in flow.jobs:
        told = {name for _, name in TOLD.findall(job.log_path.read_text(errors="replace"))}
        assert "MicroBatchExecution" in told <= DRIVER_MAY_TELL
    executors = list(cluster.folder.glob("worker-*/app-*/*/stderr"))
    assert len(executors) >= 2 * len(flow.jobs)
    assert [log for log in executors if TOLD.search(log.read_text(errors="replace"))] == []
    events = list((flow.folder / "job/events").glob("eventlog_*/events_1_*.zstd"))
    assert len(events) == len(flow.jobs)
    for log in events:
        with pa.input_stream(str(log), compression="zstd") as stream:
            assert stream.read(40).startswith(b'{"Event":"SparkListenerLogStart"')


def offered(told):
    """A batch's records. Its numInputRows also counts what the tasks of a killed executor had read."""
    begins, ends = (dict(told["sources"][0][name] or {}) for name in ("startOffset", "endOffset"))
    return sum(end - begins.get(topic, {}).get(partition, 0)
               for topic, partitions in ends.items() for partition, end in partitions.items())


def test_killed_executors_and_drivers_lose_nothing(cluster, make_flow, full, seed, tmp_path):
    """An executor and the driver in turn, at random moments: one of each, ten of each with --full."""
    dice = random.Random(seed)
    rows, kills = (ROWS_IN_FULL, KILLS_IN_FULL) if full else (ROWS, KILLS)
    readings = Readings(tmp_path, "seed", rows)
    flow = make_flow(cluster.master)
    flow.config["detector"] = readings.detector
    flow.generate(readings.csv)
    flow.broker.produce(flow.input, [(b"bad", b"no record", None)])
    rows_a_batch = rows // (2 * kills + 2)
    words = ("--triggerInterval", "0 seconds", "--snapshotBatches", "3", "--maxOffsetsPerTrigger", str(rows_a_batch))
    written = itertools.accumulate([dice.uniform(0.5, 1.0) * rows / (kills + 1) for _ in range(kills)])
    job = flow.submit(*words)
    for number, wanted in enumerate(written):
        job.wait_for(flow.enriched, int(wanted), "enriched records", STARTS_WITHIN_S)
        pause = dice.uniform(0, LONGEST_BATCH_S)  # else every kill would fall on the end of a batch's writing
        job.run_on(pause)
        print(f"kill {number + 1}: {'driver' if number % 2 else 'executor'}, {pause:.2f} s after {int(wanted)} records")
        if number % 2 == 0:
            cluster.kill_an_executor(dice)
        else:
            job.kill()
            job = flow.submit(*words)
    print(f"{flow.check_all_there(job, readings.replayed)} records were written again")
    job.wait_for(lambda: flow.broker.count(flow.dead_letters), 1, "dead letters")
    letter = flow.broker.read(flow.dead_letters)[0]
    assert (letter.key, letter.value, letter.headers["cortado-stage"]) == (b"bad", b"no record", "decode")
    assert letter.headers["cortado-topic"] == flow.input
    batches = [told for job in flow.jobs for told in job.progress()]
    assert {told["name"] for told in batches} == {"anomaly_detector"}
    assert max(map(offered, batches)) <= rows_a_batch
    check_logs(cluster, flow)


MANY = 6_000


def is_late(number):
    """Every tenth is a day late."""
    return number % 10 == 5


def numbers_in(folder):
    return {int(path.name) for path in folder.glob("[0-9]*")}


def input_end(checkpoint, batch, topic):
    """The offset behind the last record of a batch."""
    return json.loads((checkpoint / f"offsets/{batch}").read_text().splitlines()[-1])[topic]["0"]


def kill_within_a_batch(flow, job):
    """kill -9 while a batch stands in the output, or a part of it, and is not finished; returns the offset behind it."""
    checkpoint, sent = flow.folder / "job/checkpoint", 0
    for _ in range(20):
        times = [1577836800 + 60 * number - 86400 * is_late(number) for number in range(sent, sent + MANY)]
        flow.broker.produce(flow.input, [(b"a", json.dumps({"d": "a", "t": time, "v": number % 24, "n": number}).encode(), None)
                                         for number, time in enumerate(times, sent)], 0)
        sent, before = sent + MANY, flow.enriched()
        wait_until(lambda: job.check_running() and flow.enriched() > before, lambda: job.log, STARTS_WITHIN_S, pause=0)
        job.halt()
        done, begun = numbers_in(checkpoint / "commits"), numbers_in(checkpoint / "offsets")
        read = max((input_end(checkpoint, batch, flow.input) for batch in done), default=0)
        if begun > done and flow.enriched() > sum(not is_late(number) for number in range(read)):
            job.kill()
            return input_end(checkpoint, max(begun), flow.input), sent
        job.go_on()
    pytest.fail("no batch was cut off")


def test_a_kill_and_other_settings_at_once_lose_nothing(make_flow):
    """The readers' rule keeps the first of a sequence: copies under other settings would be other records."""
    flow = make_flow("local[2]")
    flow.config |= {"input": {"format": "json", "mapping": {"device": "/d", "time": "/t", "value": "/v"}, "late": "ignore"},
                    "detector": {"preset": "last_value"}}
    words = ("--triggerInterval", "0 seconds")
    begun, sent = kill_within_a_batch(flow, flow.submit(*words))
    flow.config["input"]["late"] = "process"
    job = flow.submit(*words)
    flow.broker.produce(flow.input, [(b"a", json.dumps({"d": "a", "t": 1577836800, "v": 1, "n": sent}).encode(), None)], 0)
    wanted = [number for number in range(sent + 1) if number >= begun or not is_late(number)]
    job.wait_for(flow.enriched, len(wanted), "enriched records", STARTS_WITHIN_S)
    job.wait_for(lambda: len({record.json["sequence"] for record in flow.broker.read(flow.output)}), len(wanted), "records",
                 STARTS_WITHIN_S)
    assert [one["n"] for one in kept(flow.broker.read(flow.output))] == wanted
    copies = {}
    for record in flow.broker.read(flow.output):
        assert copies.setdefault(record.json["sequence"], record.value) == record.value
