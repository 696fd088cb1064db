#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Capacity and delay of `cortado detect` beside a real Kafka on this machine.

  build/venv/bin/python bench/load/load.py drain    CSV [options]   fill the topic, then score it as fast as possible
  build/venv/bin/python bench/load/load.py hold     CSV --rate R [options]   feed at a fixed rate, watch lag and delay
  build/venv/bin/python bench/load/load.py capacity CSV --rate R [options]   the highest rate that is held, of R, R - 2,000, ...,
                                                     then 80% of it, and half of it with batches of 50 ms and of 500 ms

Delay is a separate consumer's receive time minus the input record's CreateTime, which the enriched record carries.
A rate is held if it was sent (98% and more of it) and the mean delay of the last quarter of the run is at most 200 ms
above that of the quarter before (a lag that grows by 1% of the rate adds 300 ms). Batches are those of the measured time,
as the detector's own page reports them; `settle` is the time before.
--clones makes a fleet of the file: each device that often under other site numbers, each copy beginning --shift rows
later, --rows rows of each copy, so that no copy is in step with another. Prints one JSON object a run.
"""
import argparse
import contextlib
import array
import gzip
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import uuid

from confluent_kafka import Consumer, KafkaException, TopicPartition

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CORTADO = pathlib.Path(os.environ.get("CORTADO") or ROOT / "build/release/apps/cortado/cortado")


def cpu_model():
    for line in open("/proc/cpuinfo", encoding="utf-8"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown"


def make_fleet(args):
    """Write the fleet's CSV; returns its path."""
    with gzip.open(args.csv, "rt", encoding="utf-8") as file:
        header, *lines = file.read().splitlines()
    rows = [line.split(",") for line in lines]
    path = pathlib.Path(tempfile.mkdtemp(prefix="cortado-fleet-")) / "fleet.csv"
    with open(path, "w", encoding="utf-8") as out:
        out.write(header + "\n")
        for number in range(args.rows):
            for clone in range(args.clones):
                row = rows[(number + clone * args.shift) % len(rows)]
                out.write(",".join(row[:2] + [f'"{clone:04d}"'] + row[3:]) + "\n")
    return str(path)


class Broker:
    """A fresh real Kafka in a folder of its own."""

    def __init__(self, lasting):
        self.dir = tempfile.mkdtemp(prefix="cortado-load-")
        out = subprocess.run([ROOT / "script/kafka", "start", "--port", "0", "--dir", self.dir,
                              *(["--lasting"] if lasting else [])], check=True, capture_output=True, text=True)
        self.servers = out.stdout.strip().splitlines()[-1]
        self.make_group_topic()
        self.pid = json.loads(pathlib.Path(self.dir, "broker.json").read_text(encoding="utf-8"))["nodes"][0]["pid"]

    def make_group_topic(self):
        """The first question about a group makes the broker's own topic; no measured member should wait for that."""
        first = Consumer({"bootstrap.servers": self.servers, "group.id": "warm-up"})
        deadline = time.monotonic() + 30
        while True:
            try:
                first.committed([TopicPartition("warm-up", 0)], 5)
                return first.close()
            except KafkaException:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def stop(self):
        subprocess.run([ROOT / "script/kafka", "stop", "--dir", self.dir], check=False)


class Receiver(threading.Thread):
    """Reads the enriched topic beside the detector and keeps every record's delay."""

    def __init__(self, servers, topic, partitions):
        super().__init__(daemon=True)
        self.consumer = Consumer({"bootstrap.servers": servers, "group.id": uuid.uuid4().hex,
                                  "enable.auto.commit": False, "fetch.wait.max.ms": 20, "fetch.min.bytes": 50000,
                                  "auto.offset.reset": "earliest"})
        self.consumer.assign([TopicPartition(topic, p, 0) for p in range(partitions)])
        self.times, self.delays = array.array("d"), array.array("d")
        self.stopping = threading.Event()

    def run(self):
        while not self.stopping.is_set():
            messages = self.consumer.consume(5000, 0.05)
            now = time.time()
            for message in messages:
                if message.error() is None:
                    self.delays.append(now * 1000 - message.timestamp()[1])
                    self.times.append(now)
        self.consumer.close()

    def between(self, begin, end):
        """Delays in ms of what was received in [begin, end)."""
        return [delay for moment, delay in zip(self.times, self.delays) if begin <= moment < end]


class Batches(threading.Thread):
    """Asks the detector's page for its batches, once a second."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.url = f"http://127.0.0.1:{port}/api/v1/batches?limit=1000"
        self.rows, self.cursor = [], ""
        self.stopping = threading.Event()

    def run(self):
        while not self.stopping.wait(1):
            with urllib.request.urlopen(self.url + (f"&since={self.cursor}" if self.cursor else "")) as answer:
                table = json.load(answer)
            self.cursor = table["cursor"]
            self.rows += [dict(zip(table["columns"], row)) for row in table["rows"]]

    def between(self, begin, end):
        return [row for row in self.rows if begin * 1000 <= row["time"] < end * 1000]


def quantile(values, q):
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(q * len(ordered)))], 1) if ordered else None


def mean(values):
    return sum(values) / len(values) if values else float("inf")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def flags(args, servers, topic):
    out = ["-X", f"bootstrap.servers={servers}", "--set", f"kafka.input_topic={topic}",
           "--set", f"kafka.output_topic={topic}.enriched", "--set", f"kafka.group_id={topic}"]
    for setting in args.set:
        out += ["--set", setting]
    if args.config:
        out += ["-c", args.config]
    return out


def start_detect(args, servers, topic, port=0, extra=()):
    state = tempfile.mkdtemp(prefix="cortado-load-state-")
    command = [CORTADO, "detect", "--json", *flags(args, servers, topic), "--set", f"state.dir={state}",
               "--set", f"http.listen=127.0.0.1:{port}", "--set", f"stream.threads={args.threads}",
               "--set", f"stream.batch_interval={args.batch_interval}", "--set", f"detector.preset={args.preset}",
               *extra]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def start_generate(args, servers, topic, *extra):
    command = [CORTADO, "generate", args.fleet or args.csv, "--json", "--set", "log.level=error",
               *flags(args, servers, topic), "--partitions", str(args.partitions), *extra]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def memory_mb(pid):
    for line in open(f"/proc/{pid}/status", encoding="utf-8"):
        if line.startswith("VmHWM"):
            return round(int(line.split()[1]) / 1024, 1)
    return None


def cpu_seconds(pid):
    """User and system time of a process so far."""
    fields = open(f"/proc/{pid}/stat", encoding="utf-8").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def facts(args, mode):
    return {"mode": mode, "preset": args.preset, "threads": args.threads, "batch_interval": args.batch_interval,
            "partitions": args.partitions, "csv": os.path.basename(args.csv), "clones": args.clones, "rows": args.rows, "cpu": cpu_model(),
            "cores": os.cpu_count(), "broker_jvm": "lasting" if args.lasting else "quick"}


def drain(args, broker):
    topic = "load-" + uuid.uuid4().hex[:8]
    generated = json.loads(start_generate(args, broker.servers, topic).communicate()[0])
    before, own = cpu_seconds(broker.pid), os.times()
    detect = start_detect(args, broker.servers, topic, extra=["--until-end"])
    out = json.loads(detect.communicate()[0])
    after = os.times()
    cpu = {"detect": after.children_user + after.children_system - own.children_user - own.children_system,
           "broker": cpu_seconds(broker.pid) - before}
    return {**facts(args, "drain"), "generated": generated["records_out"], "generate_per_s": generated["records_per_s"],
            "records_in": out["records_in"], "records_out": out["records_out"],
            "records_per_s": out["records_per_s"], "batches": out["batches"], "overruns": out["overruns"],
            "cpu_us_per_record": {who: round(1e6 * spent / out["records_in"], 2) for who, spent in cpu.items()}}


@contextlib.contextmanager
def running(process):
    """Whatever happens meanwhile, the process ends."""
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def hold(args, broker, rate):
    topic, port = "load-" + uuid.uuid4().hex[:8], free_port()
    with running(start_generate(args, broker.servers, topic, "--rate", f"{rate}/s")) as generate:
        time.sleep(2)
        with running(start_detect(args, broker.servers, topic, port)) as detect:
            time.sleep(2)
            return watch(args, Receiver(broker.servers, topic + ".enriched", args.partitions), Batches(port), generate,
                         detect, rate)


def watch(args, receiver, batches, generate, detect, rate):
    receiver.start()
    batches.start()
    time.sleep(args.settle)
    begin = time.time()
    time.sleep(args.seconds)
    end = time.time()
    memory = memory_mb(detect.pid)
    if generate.poll() is not None:
        sys.exit("the generator failed" if generate.returncode else
                 "the file ended before the measured time did: give more --rows")
    generate.send_signal(signal.SIGTERM)
    sent = json.loads(generate.communicate()[0])
    time.sleep(2)
    for thread in (receiver, batches):
        thread.stopping.set()
        thread.join()
    detect.send_signal(signal.SIGTERM)
    detect.communicate()
    return {**facts(args, "hold"), "rate": rate, "sent_per_s": sent["records_per_s"], "seconds": args.seconds,
            **judged(receiver, batches, begin, end, rate, sent["records_per_s"]), "peak_rss_mb": memory}


def judged(receiver, batches, begin, end, rate, sent_per_s):
    delays, quarter = receiver.between(begin, end), (end - begin) / 4
    growth = mean(receiver.between(end - quarter, end)) - mean(receiver.between(end - 2 * quarter, end - quarter))
    rows = batches.between(begin, end)
    processing = [row["processingTime"] for row in rows]
    return {"held": growth <= 200 and sent_per_s >= .98 * rate, "delay_growth_ms": round(growth, 1),
            "received_per_s": round(len(delays) / (end - begin)), "delay_ms_p50": quantile(delays, .5),
            "delay_ms_p99": quantile(delays, .99), "batches": len(rows),
            "overruns": sum(bool(row["overrun"]) for row in rows), "processing_ms_p50": quantile(processing, .5),
            "processing_ms_p99": quantile(processing, .99), "processing_ms_max": quantile(processing, 1)}


def capacity(args, broker):
    rate, held = args.rate, False
    while not held and rate > 0:
        result = hold(args, broker, rate)
        print(json.dumps(result), flush=True)
        held = result["held"]
        rate -= 0 if held else 2000
    if not held:
        sys.exit(f"not even {rate + 2000} records/s are held: begin with another --rate")
    for share, interval in ((.8, args.batch_interval), (.5, "50ms"), (.5, "500ms")):
        args.batch_interval = interval
        print(json.dumps({"share": share, **hold(args, broker, int(rate * share))}), flush=True)
    return {**facts(args, "capacity"), "capacity_per_s": rate}


def add_options(parser):
    """What both scripts know."""
    parser.add_argument("--set", action="append", default=[], help="any key of the configuration")
    parser.add_argument("--preset", default="seed")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--partitions", type=int, default=10)
    parser.add_argument("--batch-interval", default="500ms")
    parser.add_argument("--clones", type=int, default=0, help="0 = the file as it is")
    parser.add_argument("--rows", type=int, default=80000)
    parser.add_argument("--shift", type=int, default=2000)
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--settle", type=int, default=10)
    parser.add_argument("--lasting", action="store_true", help="a broker with the JVM settings of Kafka's own start scripts")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=["drain", "hold", "capacity"])
    parser.add_argument("csv")
    parser.add_argument("--config", help="configuration file for generate and detect")
    add_options(parser)
    parser.add_argument("--warm-up", type=int, default=0, help="drains before the one measured: a broker's JVM compiles itself in its first minute")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cortado-load-") as scratch:
        tempfile.tempdir = scratch  # every folder of the run lies in it and goes with it
        measure(args)


def measure(args):
    args.fleet = make_fleet(args) if args.clones else None
    broker = Broker(args.lasting)
    try:
        for _ in range(args.warm_up):
            drain(args, broker)
        run = {"drain": drain, "capacity": capacity, "hold": lambda a, b: hold(a, b, a.rate)}[args.mode]
        print(json.dumps(run(args, broker)), flush=True)
    finally:
        broker.stop()


if __name__ == "__main__":
    sys.exit(main())
