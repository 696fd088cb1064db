#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Measures the probes while clients stall.

    bench/page/probes.py [--clients 100] [--devices 1000] [--rate 5] [--rounds 200]

Starts the page's demonstration server (dashboard_demo_server of build/release) with so many devices, each with `rate`
records a second, opens so many clients (three of four ask for a stream that nobody reads, the fourth never ends its request),
then asks /healthz, /readyz and /metrics in turn. Prints one JSON object: milliseconds by probe.
"""
import argparse
import json
import pathlib
import platform
import socket
import subprocess
import time
import urllib.error
import urllib.request

SERVER = pathlib.Path(__file__).resolve().parents[2] / "build/release/libs/dashboard/dashboard_demo_server"
PROBES = ("/healthz", "/readyz", "/metrics")


def stalled(address, number):
    client = socket.create_connection(address, timeout=10)
    # A small window, so that the server has to hold what is not taken.
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    request = "GET /healthz HT" if number % 4 == 3 else "GET /events?parts=devices,batches HTTP/1.1\r\nHost: localhost\r\n\r\n"
    client.sendall(request.encode())
    return client


def ask(url):
    begin = time.perf_counter()
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            answer.read()
    except urllib.error.HTTPError as refused:
        refused.read()
    return (time.perf_counter() - begin) * 1000


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("--clients", type=int, default=100)
    options.add_argument("--devices", type=int, default=1000)
    options.add_argument("--rate", type=int, default=5)
    options.add_argument("--rounds", type=int, default=200)
    options = options.parse_args()
    with subprocess.Popen([SERVER, "0", str(options.devices), str(options.rate)], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as server:
        url = server.stdout.readline().strip().rstrip("/")
        host, port = url.removeprefix("http://").split(":")
        while "cortado_ready 1" not in urllib.request.urlopen(url + "/metrics", timeout=30).read().decode():
            time.sleep(0.1)
        clients = [stalled((host, int(port)), number) for number in range(options.clients)]
        times = {probe: [] for probe in PROBES}
        for _ in range(options.rounds):
            for probe in PROBES:
                times[probe].append(ask(url + probe))
        for client in clients:
            client.close()
        server.stdin.close()
    result = {"clients": options.clients, "devices": options.devices, "rate": options.rate, "machine": platform.processor()
              or platform.machine()}
    for probe, taken in times.items():
        taken.sort()
        result[probe] = {"p50": round(taken[len(taken) // 2], 2), "p99": round(taken[len(taken) * 99 // 100], 2),
                         "max": round(taken[-1], 2)}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
