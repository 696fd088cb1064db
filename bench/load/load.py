#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Capacity and delay of `cortado detect` beside a real Kafka on this machine.

  build/venv/bin/python bench/load/load.py drain    CSV [options]   fill the topic, then score it as fast as possible
  build/venv/bin/python bench/load/load.py hold     CSV --rate R [options]   feed at a fixed rate, watch lag and delay
  build/venv/bin/python bench/load/load.py capacity CSV [options]   drain, then the highest rate that is held

Delay is a separate consumer's receive time minus the input record's CreateTime, which the enriched record carries.
A rate is held if the lag of the second half of the run does not grow by more than one second's worth of records.
--clones makes a fleet of the file: each device that often under other site numbers, each copy beginning --shift rows
later, --rows rows of each copy, so that no copy is in step with another. Prints one JSON object a run.
"""
import argparse
import gzip
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid

from confluent_kafka import Consumer, TopicPartition

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CORTADO = ROOT / "build/release/apps/cortado/cortado"


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

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="cortado-load-")
        out = subprocess.run([ROOT / "script/kafka", "start", "--port", "0", "--dir", self.dir], check=True,
                             capture_output=True, text=True)
        self.servers = out.stdout.strip().splitlines()[-1]

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
        self.delays = []
        self.count = 0
        self.stopping = threading.Event()

    def run(self):
        while not self.stopping.is_set():
            messages = self.consumer.consume(5000, 0.05)
            now = time.time() * 1000
            for message in messages:
                if message.error() is None:
                    self.count += 1
                    self.delays.append(now - message.timestamp()[1])
        self.consumer.close()

    def quantile(self, q, since=0):
        delays = sorted(self.delays[since:])
        return round(delays[min(len(delays) - 1, int(q * len(delays)))], 1) if delays else None


def flags(args, servers, topic):
    out = ["-X", f"bootstrap.servers={servers}", "--set", f"kafka.input_topic={topic}",
           "--set", f"kafka.output_topic={topic}.enriched", "--set", f"kafka.group_id={topic}"]
    for setting in args.set:
        out += ["--set", setting]
    if args.config:
        out += ["-c", args.config]
    return out


def start_detect(args, servers, topic, extra=()):
    state = tempfile.mkdtemp(prefix="cortado-load-state-")
    command = [CORTADO, "detect", "--json", *flags(args, servers, topic), "--set", f"state.dir={state}",
               "--set", "http.listen=127.0.0.1:0", "--set", f"stream.threads={args.threads}",
               "--set", f"stream.batch_interval={args.batch_interval}", "--set", f"detector.preset={args.preset}",
               *extra]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def start_generate(args, servers, topic, *extra):
    command = [CORTADO, "generate", args.fleet or args.csv, "--json", *flags(args, servers, topic),
               "--partitions", str(args.partitions), *extra]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def memory_mb(pid):
    for line in open(f"/proc/{pid}/status", encoding="utf-8"):
        if line.startswith("VmHWM"):
            return round(int(line.split()[1]) / 1024, 1)
    return None


def facts(args, mode):
    return {"mode": mode, "preset": args.preset, "threads": args.threads, "batch_interval": args.batch_interval,
            "partitions": args.partitions, "csv": os.path.basename(args.csv), "clones": args.clones, "rows": args.rows, "cpu": cpu_model(),
            "cores": os.cpu_count()}


def drain(args, broker):
    topic = "load-" + uuid.uuid4().hex[:8]
    generated = json.loads(start_generate(args, broker.servers, topic).communicate()[0])
    detect = start_detect(args, broker.servers, topic, ["--until-end"])
    out = json.loads(detect.communicate()[0])
    return {**facts(args, "drain"), "generated": generated["records_out"], "generate_per_s": generated["records_per_s"],
            "records_in": out["records_in"], "records_out": out["records_out"],
            "records_per_s": out["records_per_s"], "batches": out["batches"], "overruns": out["overruns"]}


def hold(args, broker, rate):
    topic = "load-" + uuid.uuid4().hex[:8]
    generate = start_generate(args, broker.servers, topic, "--rate", f"{rate}/s")
    time.sleep(2)
    detect = start_detect(args, broker.servers, topic)
    time.sleep(2)
    receiver = Receiver(broker.servers, topic + ".enriched", args.partitions)
    receiver.start()
    time.sleep(args.settle)
    begin, seen = time.time(), receiver.count
    lags = []
    while time.time() - begin < args.seconds:
        time.sleep(1)
        # What should have come by now at the fixed rate minus what came: grows exactly as the lag does.
        lags.append(rate * (time.time() - begin) - (receiver.count - seen))
    since = seen
    memory = memory_mb(detect.pid)
    generate.send_signal(signal.SIGTERM)
    sent = json.loads(generate.communicate()[0])
    time.sleep(2)
    receiver.stopping.set()
    receiver.join()
    detect.send_signal(signal.SIGTERM)
    out = json.loads(detect.communicate()[0])
    half = len(lags) // 2
    growth = sum(lags[-5:]) / 5 - sum(lags[half:half + 5]) / 5
    return {**facts(args, "hold"), "rate": rate, "sent_per_s": sent["records_per_s"], "held": growth <= rate,
            "lag_growth": round(growth), "delay_ms_p50": receiver.quantile(.5, since),
            "delay_ms_p99": receiver.quantile(.99, since), "batches": out["batches"], "overruns": out["overruns"],
            "peak_rss_mb": memory}


def capacity(args, broker):
    rate = drain(args, broker)["records_per_s"]
    tried = []
    for share in (1.0, .9, .8, .7, .6, .5, .4):
        result = hold(args, broker, int(rate * share))
        tried.append({"rate": result["rate"], "held": result["held"], "sent_per_s": result["sent_per_s"]})
        print(json.dumps(result), flush=True)
        if result["held"] and result["sent_per_s"] >= .98 * result["rate"]:
            return {**facts(args, "capacity"), "drain_per_s": rate, "capacity_per_s": result["rate"], "tried": tried}
    return {**facts(args, "capacity"), "drain_per_s": rate, "capacity_per_s": None, "tried": tried}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=["drain", "hold", "capacity"])
    parser.add_argument("csv")
    parser.add_argument("--config", help="configuration file for generate and detect")
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
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cortado-load-") as scratch:
        tempfile.tempdir = scratch  # every folder of the run lies in it and goes with it
        measure(args)


def measure(args):
    args.fleet = make_fleet(args) if args.clones else None
    broker = Broker()
    try:
        run = {"drain": drain, "capacity": capacity, "hold": lambda a, b: hold(a, b, a.rate)}[args.mode]
        print(json.dumps(run(args, broker)), flush=True)
    finally:
        broker.stop()


if __name__ == "__main__":
    sys.exit(main())
