# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The REST interface against the document that describes it, fuzzed in both directions."""
import json
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


def ask(program, name, **query):
    url = f"{program.url()}/api/v1/{name}?{urllib.parse.urlencode(query)}"
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)


def test_every_answer_is_as_the_document_says(demo, tmp_path, full):
    """The stream is left out, as it never ends; so is readyz, whose 503 is an answer like any other."""
    device = urllib.parse.quote(ask(demo, "devices", limit=1)["rows"][0][0])
    document = DOCUMENT.read_text().replace("schema: {type: string, minLength: 1, maxLength: 1024}",
                                            "schema: {type: string, minLength: 1, maxLength: 1024}\n"
                                            f"      example: {json.dumps(urllib.parse.unquote(device))}")
    path = tmp_path / "openapi.yaml"
    path.write_text(document)
    result = subprocess.run(
        [pathlib.Path(sys.executable).parent / "schemathesis", "run", path, "--url", demo.url(), "--checks", CHECKS,
         "--exclude-path", "/events", "--exclude-path", "/readyz", "--phases", "examples,coverage,fuzzing",
         "--max-examples", "200" if full else "25", "--seed", "20", "--generation-database", "none", "--no-color",
         "--suppress-health-check", "all", "--header", f"Authorization: Bearer {TOKEN}"],
        capture_output=True, text=True, timeout=600, check=False, cwd=tmp_path)
    assert result.returncode == 0, result.stdout[-8000:] + result.stderr[-2000:]
    assert demo.running()
    # It was asked to pause, too.
    resume = urllib.request.Request(demo.url() + "/api/v1/admin/resume", data=b"{}", method="POST", headers={
        "Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"})
    assert all(row[1] == "running" for row in json.load(urllib.request.urlopen(resume, timeout=30))["rows"])


def test_every_column_that_the_document_names_is_answered(demo):
    """Descriptions name the columns of tables; programs rely on them."""
    device = ask(demo, "devices", limit=1, sort="lastAnomaly")["rows"][0][0]
    text = DOCUMENT.read_text()
    for name, query in {"devices": {}, "series": {"device": device}, "anomalies": {}, "batches": {}, "timeline": {},
                        "partitions": {}, "journal": {}}.items():
        operation = text[text.index(f"  /api/v1/{name}:"):]
        described = operation[operation.index("Columns:"):]
        described = described[:described.index("\n      parameters:" if "\n      parameters:" in described else "\n      responses:")]
        words = set(re.findall(r"[a-zA-Z]+", " ".join(re.findall(r"`([^`]*)`", described))))
        columns = set(ask(demo, name, **query)["columns"])
        assert columns - {"version"} <= words, f"{name}: not described: {columns - words}"


def test_rows_have_a_value_for_every_column(demo):
    device = ask(demo, "devices", limit=1, sort="lastAnomaly")["rows"][0][0]
    for name, query in {"devices": {"spark": 3}, "series": {"device": device, "points": 100}, "anomalies": {},
                        "batches": {}, "timeline": {}, "partitions": {}, "journal": {}}.items():
        answer = ask(demo, name, **query)
        assert answer["rows"], name
        assert {len(row) for row in answer["rows"]} == {len(answer["columns"])}, name


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
