# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Clients of the page that are slow or dead never hold the detector up."""
import socket
import urllib.request

from support import program
from support.readings import make_rows, write_csv
from support.waiting import wait_until

CLIENTS, STREAMS = 100, 40
DEVICES, HOURS = 40, 200


def stalled(address, number):
    """A client that asks and never reads; every fourth never ends its request."""
    client = socket.create_connection(address, timeout=60)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.sendall(b"GET /healthz HT" if number % 4 == 3 else
                   b"GET /events?parts=devices,batches,anomalies,partitions,engine HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return client


def ask(worker, path):
    with urllib.request.urlopen(worker.url() + path, timeout=60) as answer:
        return answer.read().decode()


def metric(worker, name):
    return next(float(line.split()[1]) for line in ask(worker, "/metrics").splitlines() if line.startswith(name + " "))


def test_a_hundred_stalled_clients_leave_the_detector_and_the_probes_alone(make_pipeline, tmp_path):
    pipeline = make_pipeline(4)
    pipeline.config["http"]["max_streams"] = STREAMS
    pipeline.config["http"]["refresh"] = "20ms"
    worker = pipeline.detect()
    host, port = worker.url().removeprefix("http://").split(":")
    clients = [stalled((host, int(port)), number) for number in range(CLIENTS)]
    wait_until(lambda: metric(worker, "cortado_http_streams") == STREAMS, "as many streams as are allowed")
    assert metric(worker, "cortado_http_streams_refused_total") == CLIENTS * 3 // 4 - STREAMS
    pipeline.generate(write_csv(tmp_path / "readings.csv", make_rows(DEVICES, HOURS)))
    probes = []

    def scored():
        assert ask(worker, "/healthz") == "ok\n" and "cortado_ready" in ask(worker, "/metrics")
        probes.append(worker.ready()[0])
        return metric(worker, "cortado_input_records_total") == DEVICES * HOURS
    wait_until(scored, lambda: f"all is scored while they stall: {worker.log}")
    assert set(probes) <= {200, 503}
    wait_until(lambda: worker.ready()[0] == 200, lambda: f"ready with them: {worker.log}")
    assert metric(worker, "cortado_http_streams") == STREAMS
    assert len(pipeline.wait_for_all(worker)) == DEVICES * HOURS
    for client in clients[::2]:
        client.close()  # some die, some go on stalling
    pipeline.generate(write_csv(tmp_path / "more.csv", make_rows(DEVICES, 20, first_hour=HOURS)))
    wait_until(lambda: metric(worker, "cortado_input_records_total") == DEVICES * (HOURS + 20), "the rest too")
    assert worker.terminate() == program.OK
    for client in clients[1::2]:
        client.close()
