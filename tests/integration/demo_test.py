# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The demonstration: a broker that others can join, a page that answers and streams."""
import json
import subprocess
import urllib.request

import pytest

from support import program
from support.program import Program
from support.waiting import wait_until


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    started = Program(tmp_path_factory.mktemp("demo"), "demo", "--json", "--listen", "127.0.0.1:0",
                      "--set", "state.dir=/nowhere")
    yield started
    started.end()


def get(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.status, answer.headers, answer.read().decode()


def test_kcat_reads_the_embedded_brokers_topics(demo):
    broker = demo.find(r"kcat -b (127\.0\.0\.1:\d+)")
    topic = demo.find(r"kcat -b \S+ -t (\S+)")
    result = subprocess.run(["kcat", "-b", broker, "-t", topic, "-C", "-o", "beginning", "-c", "20", "-q"],
                            capture_output=True, text=True, timeout=60, check=True)
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(records) == 20
    for record in records:
        assert record["device"] and record["sequence"] >= 1 and "anomaly" in record


def test_it_says_that_the_embedded_broker_keeps_no_state(demo):
    assert "state.dir is not used" in demo.log


def test_the_page_is_served_without_any_other_host(demo):
    url = demo.url()
    status, headers, body = get(url + "/")
    assert status == 200 and headers["Content-Type"].startswith("text/html")
    assert "Cortado" in body
    assert "http://" not in body.replace(url, "").replace("http://www.w3.org", "")
    assert get(url + "/healthz")[0] == 200
    assert "# TYPE" in get(url + "/metrics")[2]


def test_the_page_streams_records(demo):
    """Two different updates arrive on one event stream."""
    events = []
    with urllib.request.urlopen(demo.url() + "/events", timeout=30) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        while len(events) < 2:
            line = stream.readline().decode()
            assert line, "the stream ended"
            if line.startswith("data:"):
                event = line[5:].strip()
                if event not in events:
                    events.append(event)
    assert all(json.loads(event) for event in events)


def test_ctrl_c_ends_it_with_a_summary(demo):
    assert demo.terminate() == program.OK
    summary = program.summary_of(demo.out)
    assert summary["records_out"] > 0 and summary["records_rejected"] == 0


@pytest.fixture
def fast_demo(tmp_path):
    started = Program(tmp_path, "demo", "--json", "--rate", "200000/s", "--listen", "127.0.0.1:0",
                      "--set", "kafka.input_partitions=1", "--set", "simulator.devices=100")
    yield started
    started.end()


def test_a_sender_that_is_faster_than_the_detector_waits_for_it(fast_demo):
    """The embedded broker keeps 5 MiB of a partition, some 8,000 records: it must not forget what nobody has read."""
    wanted = 30_000
    url = fast_demo.url()

    def scored():
        fast_demo.check_running()
        return json.loads(get(url + "/api/v1/engine")[2])["records"]
    wait_until(lambda: scored() > wanted, lambda: f"records of three times that: {fast_demo.log}")

    def lane_with_lag():
        partitions = json.loads(get(url + "/api/v1/partitions")[2])
        lane = dict(zip(partitions["columns"], partitions["rows"][0]))
        return lane if lane["lag"] is not None else None  # the log's end is asked for once a second
    lane = wait_until(lane_with_lag, "its end is known")
    assert lane["state"] == "running" and lane["lag"] < 8_000
    assert "the sender waits for the detector" in fast_demo.log
    assert fast_demo.terminate() == program.OK
    assert program.summary_of(fast_demo.out)["records_out"] > wanted
