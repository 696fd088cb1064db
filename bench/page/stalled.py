#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Measures what clients that stall cost the detector.

    build/venv/bin/python bench/page/stalled.py [--clients 100] [--records 400000] [--devices 100] [--preset seed] [--pairs 3]

Fills a topic of a real Kafka of its own with simulated readings, then scores all of it with `cortado detect --until-end`, in
turn without and with so many clients of the page: three of four ask for a stream that nobody reads, the fourth never ends its
request. Prints one JSON object: records a second of each run and the median of the pairs' ratios.
"""
import argparse
import json
import os
import pathlib
import re
import socket
import statistics
import subprocess
import tempfile
import time

from probes import stalled

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORTADO = pathlib.Path(os.environ.get("CORTADO") or ROOT / "build/release/apps/cortado/cortado")


def settings(options, servers, group, folder):
    return ["-X", f"bootstrap.servers={servers}", "--preset", options.preset, "--set", f"kafka.group_id={group}",
            "--set", f"kafka.output_topic={group}", "--set", f"state.dir={folder}/{group}",
            "--set", "http.listen=127.0.0.1:0", "--json"]


def score(options, servers, folder, run, clients):
    """Score the whole topic; returns records a second as the summary tells it."""
    group = f"run-{run}"
    with tempfile.TemporaryFile("w+") as log:
        worker = subprocess.Popen([CORTADO, "detect", "--until-end", *settings(options, servers, group, folder)],
                                  stdout=subprocess.PIPE, stderr=log, text=True)
        found = None
        while not found and worker.poll() is None:
            log.seek(0)
            found = re.search(r"http://([\d.]+):(\d+)", log.read())
            time.sleep(0.005)
        open_clients = [stalled((found.group(1), int(found.group(2))), number) for number in range(clients)]
        out, _ = worker.communicate()
        for client in open_clients:
            client.close()
    return json.loads(out.strip().splitlines()[-1])


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("--clients", type=int, default=100)
    options.add_argument("--records", type=int, default=400_000)
    options.add_argument("--devices", type=int, default=100)
    options.add_argument("--preset", default="seed")
    options.add_argument("--pairs", type=int, default=3)
    options = options.parse_args()
    socket.setdefaulttimeout(60)
    with tempfile.TemporaryDirectory(prefix="cortado-stalled-") as folder:
        started = subprocess.run([ROOT / "script/kafka", "start", "--port", "0", "--dir", f"{folder}/kafka"], check=True,
                                 capture_output=True, text=True)
        servers = started.stdout.strip().splitlines()[-1]
        try:
            subprocess.run([CORTADO, "generate", "--simulate", "--devices", str(options.devices), "--records",
                            str(options.records), "-X", f"bootstrap.servers={servers}"], check=True)
            runs = []
            for pair in range(options.pairs):
                # In turn, so that what else runs on the machine meets both.
                order = (0, options.clients) if pair % 2 == 0 else (options.clients, 0)
                runs.append({clients: score(options, servers, folder, f"{pair}-{clients}", clients) for clients in order})
        finally:
            subprocess.run([ROOT / "script/kafka", "stop", "--dir", f"{folder}/kafka"], check=False)
    rates = {str(clients): [round(run[clients]["records_per_s"]) for run in runs] for clients in (0, options.clients)}
    ratios = [run[options.clients]["records_per_s"] / run[0]["records_per_s"] for run in runs]
    print(json.dumps({"records": options.records, "devices": options.devices, "preset": options.preset,
                      "records_per_s_by_clients": rates, "ratios": [round(ratio, 3) for ratio in ratios],
                      "median_ratio": round(statistics.median(ratios), 3), "load": round(os.getloadavg()[0], 1)}))


if __name__ == "__main__":
    main()
