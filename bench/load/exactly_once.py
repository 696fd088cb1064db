#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What exactly once costs, how long a restart takes, and what snapshots take from the stream, beside a real Kafka.

  build/venv/bin/python bench/load/exactly_once.py cost      CSV --rate R   delay of both guarantees at that rate, in turn
  build/venv/bin/python bench/load/exactly_once.py restart   CSV --clones N seconds until every lane runs again, by part,
                                                             after kill -9 and after SIGTERM
  build/venv/bin/python bench/load/exactly_once.py snapshots CSV            records/s while snapshots take all of their
                                                             budget, and with none

Options are those of load.py. `restart` feeds each device --rows records, the last tenth of them at --rate while the
worker runs, kills it, starts it again and ends it, then starts it once more; the parts are those of the lane that took
longest, and what they leave of the whole is the start of the process and the group's assignment. Runs of a pair alternate, --pairs
times. Prints one JSON object a run.
"""
import argparse
import json
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import uuid

import load


def also(args, setting):
    return argparse.Namespace(**{**vars(args), "set": [*args.set, setting]})


def cost(args, broker):
    for _ in range(args.pairs):
        for guarantee in ("at_least_once", "exactly_once"):
            yield {"guarantee": guarantee, **load.hold(also(args, f"stream.guarantee={guarantee}"), broker, args.rate)}


def snapshots(args, broker):
    """The longest interval takes one snapshot at the end; the shortest is due at once, so that the budget rules."""
    rates = {"24h": [], "10ms": []}
    for _ in range(args.pairs):
        for interval in rates:
            run = load.drain(also(args, f"state.checkpoint_interval={interval}"), broker)
            rates[interval].append(run["records_per_s"])
            yield {"checkpoint_interval": interval, **run}
    none, budget = (statistics.median(rates[interval]) for interval in ("24h", "10ms"))
    yield {**load.facts(args, "snapshots"), "median_per_s": {"none": none, "budget": budget},
           "cost": round(1 - budget / none, 3)}


class Worker:
    """A detector whose log is kept; a static member, so that its successor need not wait for its session to end."""

    def __init__(self, args, broker, topic, state):
        self.log_path = pathlib.Path(tempfile.mkstemp(suffix=".log")[1])
        self.began = time.time()
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [load.CORTADO, "detect", "--json", *load.flags(args, broker.servers, topic), "--set", f"state.dir={state}",
                 "--set", "http.listen=127.0.0.1:0", "--set", f"stream.threads={args.threads}",
                 "--set", "kafka.instance_id=bench", "--set", "log.format=json",
                 "--set", f"stream.batch_interval={args.batch_interval}"], stdout=subprocess.DEVNULL, stderr=log)

    def lines(self, message):
        rows = [json.loads(line) for line in self.log_path.read_text().splitlines() if line.startswith("{")]
        return [row for row in rows if row.get("message") == message]

    def wait_until_all_run(self, lanes):
        while len(self.lines("lane runs")) < lanes:
            if self.process.poll() is not None:
                raise SystemExit(self.log_path.read_text())
            time.sleep(.02)
        return time.time() - self.began

    def parts(self, whole):
        """Of the lane that took longest; the others were opened beside it."""
        runs = {row["lane"]: row for row in self.lines("lane runs")}
        opened = self.lines("lane is open")

        def parts_of(row):
            spent = {"fence": row["fence_ms"], "load": row["load_ms"], "replay": runs[row["lane"]]["replay_ms"]}
            return {f"{part}_s": int(ms) / 1000 for part, ms in spent.items()}
        longest = max(map(parts_of, opened), key=lambda spent: sum(spent.values()))
        return {"whole_s": round(whole, 2), **longest, "start_and_join_s": round(whole - sum(longest.values()), 2),
                "devices": sum(int(row["devices"]) for row in opened),
                "replayed": sum(int(row["replayed"]) for row in runs.values())}

    def end(self, how):
        self.process.send_signal(how)
        self.process.wait()


def restart(args, broker):
    topic, state = "load-" + uuid.uuid4().hex[:8], tempfile.mkdtemp(prefix="cortado-load-state-")
    learned, args.rows = args.rows, args.rows * 9 // 10
    args.fleet = load.make_fleet(args)
    load.start_generate(args, broker.servers, topic).communicate()
    subprocess.run([load.CORTADO, "detect", "--until-end", *load.flags(args, broker.servers, topic),
                    "--set", f"state.dir={state}", "--set", "http.listen=127.0.0.1:0"],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    worker = Worker(args, broker, topic, state)
    worker.wait_until_all_run(args.partitions)
    args.rows = learned - args.rows
    args.fleet = load.make_fleet(args)
    load.start_generate(args, broker.servers, topic, "--rate", f"{args.rate}/s").communicate()
    time.sleep(1)
    for how in (signal.SIGKILL, signal.SIGTERM):
        worker.end(how)
        worker = Worker(args, broker, topic, state)
        whole = worker.wait_until_all_run(args.partitions)
        yield {"after": how.name, **load.facts(args, "restart"), "rows": learned, **worker.parts(whole)}
    worker.end(signal.SIGTERM)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=["cost", "restart", "snapshots"])
    parser.add_argument("csv")
    parser.add_argument("--pairs", type=int, default=3)
    load.add_options(parser)
    parser.set_defaults(rows=300, shift=20, seconds=60)
    args = parser.parse_args()
    args.config = None
    with tempfile.TemporaryDirectory(prefix="cortado-load-") as scratch:
        tempfile.tempdir = scratch  # every folder of the run lies in it and goes with it
        args.fleet = load.make_fleet(args) if args.clones and args.mode != "restart" else None
        broker = load.Broker(args.lasting)
        try:
            for result in {"cost": cost, "restart": restart, "snapshots": snapshots}[args.mode](args, broker):
                print(json.dumps(result), flush=True)
        finally:
            broker.stop()


if __name__ == "__main__":
    sys.exit(main())
