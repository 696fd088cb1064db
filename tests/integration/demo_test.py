# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The demonstration: a broker that others can join, a page that answers and streams."""
import json
import subprocess
import urllib.request

import pytest

from support import program
from support.program import Program


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    started = Program(tmp_path_factory.mktemp("demo"), "demo", "--json", "--listen", "127.0.0.1:0")
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
