# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The REST interface against the document that describes it, fuzzed in both directions; and the stand-in of the page's tests,
which must answer as the program does."""
import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

import pytest

from support.program import Program
from support.waiting import wait_until

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs/openapi.yaml"
CHECKS = ("not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
          "negative_data_rejection,positive_data_acceptance,unsupported_method")
STAND_IN = pathlib.Path(__file__).resolve().parents[2] / "libs/dashboard/web/tests/stand_in/server.mjs"
TABLES = {"devices": {"spark": 3}, "series": {"points": 100}, "anomalies": {}, "batches": {}, "timeline": {}, "partitions": {},
          "journal": {}}
# What the descriptions of tables name beside their columns.
NO_COLUMNS = {"alarm", "info", "warmUp", "limit", "points", "active", "from", "histograms", "bounds", "counts"}

TOKEN = "a-token-of-the-tests-0123456789"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A detector with records of all kinds behind its page, and a token for its admins."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "token").write_text(TOKEN)
    started = Program(folder, "demo", "--rate", "2000/s", "--listen", "127.0.0.1:0",
                      "--set", "simulator.devices=12", "--set", f"http.admin_token_file={folder / 'token'}")
    wait_until(lambda: ask(started, "devices")["totals"]["alarms"] > 0, "an alarm")
    yield started
    started.end()


class StandIn:
    """Devices that are made up, with all that seldom happens: for tests of the page alone."""

    def __init__(self):
        # The events need no page; its files are not asked for here.
        self.process = subprocess.Popen(["node", STAND_IN, "0", "12", "120"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env={**os.environ, "CORTADO_PAGE": str(STAND_IN.parent)})
        self._url = self.process.stdout.readline().strip().rstrip("/")

    def url(self):
        return self._url

    def running(self):
        return self.process.poll() is None

    def end(self):
        self.process.stdin.close()
        self.process.wait(60)


@pytest.fixture(scope="module")
def stand_in():
    started = StandIn()
    yield started
    started.end()


@pytest.fixture(params=["demo", "stand_in"])
def served(request):
    return request.getfixturevalue(request.param)


def ask(program, name, **query):
    url = f"{program.url()}/api/v1/{name}?{urllib.parse.urlencode(query)}"
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)


def some_device(program):
    return ask(program, "devices", limit=1, sort="lastAnomaly")["rows"][0][0]


def fuzz(program, folder, *words):
    """Ask as the document says, and otherwise, with a device that is there for an example."""
    document = DOCUMENT.read_text().replace("schema: {type: string, minLength: 1, maxLength: 1024}",
                                            "schema: {type: string, minLength: 1, maxLength: 1024}\n"
                                            f"      example: {json.dumps(some_device(program))}")
    path = folder / "openapi.yaml"
    path.write_text(document)
    result = subprocess.run(
        [pathlib.Path(sys.executable).parent / "schemathesis", "run", path, "--url", program.url(),
         "--phases", "examples,coverage,fuzzing", "--seed", "20", "--generation-database", "none", "--no-color",
         "--suppress-health-check", "all", *words],
        capture_output=True, text=True, timeout=600, check=False, cwd=folder)
    assert result.returncode == 0, result.stdout[-8000:] + result.stderr[-2000:]
    assert program.running()


def test_every_answer_is_as_the_document_says(demo, tmp_path, full):
    """The stream is left out, as it never ends; so is readyz, whose 503 is an answer like any other."""
    fuzz(demo, tmp_path, "--checks", CHECKS, "--exclude-path", "/events", "--exclude-path", "/readyz",
         "--max-examples", "200" if full else "25", "--header", f"Authorization: Bearer {TOKEN}")
    # It was asked to pause, too.
    resume = urllib.request.Request(demo.url() + "/api/v1/admin/resume", data=b"{}", method="POST", headers={
        "Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"})
    assert all(row[1] == "running" for row in json.load(urllib.request.urlopen(resume, timeout=30))["rows"])


def test_the_stand_in_answers_as_the_document_says(stand_in, tmp_path):
    """It takes what the page asks; what nobody may ask it need not refuse."""
    fuzz(stand_in, tmp_path, "--include-path-regex", "^/api/v1/(?!admin)", "--mode", "positive", "--max-examples", "25",
         "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance")


def described_columns(name):
    """The words that the document's description of a table has in backticks."""
    text = DOCUMENT.read_text()
    operation = text[text.index(f"  /api/v1/{name}:"):]
    described = operation[operation.index("Columns:"):]
    described = described[:re.search(r"\n      (parameters|responses):", described).start()]
    return set(re.findall(r"[a-zA-Z]+", " ".join(re.findall(r"`([^`]*)`", described))))


def table_of(program, name):
    query = {"device": some_device(program)} if name == "series" else {}
    return ask(program, name, **TABLES[name], **query)


@pytest.mark.parametrize("name", TABLES)
def test_tables_have_the_columns_that_the_document_names_and_no_other(served, name):
    """Descriptions name the columns of tables; programs and the page rely on them."""
    columns, described = set(table_of(served, name)["columns"]), described_columns(name)
    assert columns <= described, f"not described: {columns - described}"
    assert described - columns <= NO_COLUMNS, f"not there: {described - columns}"


@pytest.mark.parametrize("name", TABLES)
def test_rows_have_a_value_for_every_column(served, name):
    answer = table_of(served, name)
    assert answer["rows"]
    assert {len(row) for row in answer["rows"]} == {len(answer["columns"])}


def shape_of(value):
    """The keys of objects within objects; tables by their columns."""
    if not isinstance(value, dict):
        return None
    if "columns" in value and "rows" in value and isinstance(value["columns"], list):
        return {**{key: shape_of(inner) for key, inner in value.items()}, "columns": sorted(value["columns"])}
    return {key: shape_of(inner) for key, inner in value.items()}


@pytest.mark.parametrize("name", ["info", "devices", "series", "anomalies", "fleet", "batches", "timeline", "partitions", "engine",
                                  "journal", "explain"])
def test_the_stand_in_says_no_more_and_no_less_than_the_program(demo, stand_in, name):
    def shape(program):
        query = {"device": some_device(program)} if name in ("series", "explain") else {}
        if name == "explain":  # the alarm, whose columns are known
            anomalies = ask(program, "anomalies", device=query["device"], limit=1)
            query["sequence"] = dict(zip(anomalies["columns"], anomalies["rows"][0]))["sequence"]
        answer = ask(program, name, **query)
        if name == "batches":
            answer["active"] = "active" in answer  # null while no batch is in work
        return shape_of(answer)
    assert shape(stand_in) == shape(demo)


def updates(program, count, **query):
    """The first updates of a live stream."""
    url = f"{program.url()}/events?{urllib.parse.urlencode(query)}"
    found = []
    with urllib.request.urlopen(url, timeout=60) as stream:
        event = ""
        while len(found) < count:
            line = stream.readline().decode().strip()
            if line.startswith("event: "):
                event = line.removeprefix("event: ")
            elif line.startswith("data: ") and event == "update":
                found.append(json.loads(line.removeprefix("data: ")))
    return found


def test_the_stand_ins_events_are_those_of_the_program(demo, stand_in):
    """As the page asks for them: a device's points, and batches."""
    def shape(program):
        first, *later = updates(program, 20, device=some_device(program), parts="batches", limit=50)
        assert first["points"]["replace"] is True and len(first["points"]["rows"]) == 50
        assert any(update.get("points", {}).get("replace") is False for update in later)
        return {key: shape for update in [first, *later] for key, shape in shape_of(update).items()}
    assert shape(stand_in) == shape(demo)


def test_the_page_and_rest_tell_the_same_anomalies(demo):
    """An alarm of the list is the point of the series, and the explanation explains that record."""
    answer = ask(demo, "anomalies", limit=1)
    alarm = dict(zip(answer["columns"], answer["rows"][0]))
    series = ask(demo, "series", device=alarm["device"], fromSequence=alarm["sequence"], toSequence=alarm["sequence"])
    point = dict(zip(series["columns"], series["rows"][0]))
    explanation = ask(demo, "explain", device=alarm["device"], sequence=alarm["sequence"])
    for name in ("sequence", "time", "value", "prediction", "error", "anomaly", "score", "reason"):
        assert alarm[name] == point[name] == explanation[name], name
    assert explanation["rank"]["place"] <= explanation["rank"]["of"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(demo, method):
    request = urllib.request.Request(demo.url() + "/api/v1/devices", data=b"{}", method=method)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)
    assert refused.value.code == 405
    assert refused.value.headers["Content-Type"] == "application/problem+json"
    assert json.load(refused.value)["detail"]
