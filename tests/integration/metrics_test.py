# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The metrics, rules and dashboards of deploy/ in a real Prometheus."""
import json
import pathlib
import re
import socket
import subprocess
import urllib.parse
import urllib.request

import pytest

from support.program import Program
from support.waiting import wait_until

DEPLOY = pathlib.Path(__file__).resolve().parents[2] / "deploy"
DASHBOARDS = sorted((DEPLOY / "grafana").glob("*.json"))
NAME = re.compile(r"\b((?:cortado|process)_[a-z_]+)\b")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Prometheus:
    """A server of our own that scrapes one program."""

    def __init__(self, folder, target):
        self.port = free_port()
        config = folder / "prometheus.yml"
        config.write_text(f"""
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [{DEPLOY / "prometheus/alerts.yml"}]
scrape_configs:
  - job_name: cortado
    static_configs: [{{targets: ["{target}"]}}]
""")
        with open(folder / "prometheus.log", "wb") as log:
            self.process = subprocess.Popen(
                ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder / 'data'}",
                 f"--web.listen-address=127.0.0.1:{self.port}"], stdout=log, stderr=log)
        wait_until(self.scraped, lambda: (folder / "prometheus.log").read_text())

    def ask(self, path, **query):
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(query)}"
        with urllib.request.urlopen(url, timeout=30) as answer:
            told = json.load(answer)
        assert told["status"] == "success", told
        return told["data"]

    def scraped(self):
        try:
            return self.ask("query", query="scrape_samples_scraped > 50 and cortado_batches_total > 3")["result"]
        except OSError:
            return False

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    started = Program(tmp_path_factory.mktemp("demo"), "demo", "--rate", "1000/s", "--listen", "127.0.0.1:0")
    yield started
    started.end()


@pytest.fixture(scope="module")
def prometheus(demo, tmp_path_factory):
    started = Prometheus(tmp_path_factory.mktemp("prometheus"), demo.url().removeprefix("http://").rstrip("/"))
    yield started
    started.stop()


def metrics_of(demo):
    with urllib.request.urlopen(demo.url() + "/metrics", timeout=30) as answer:
        return answer.read().decode()


def panels(path):
    return [panel for panel in json.loads(path.read_text())["panels"] if panel["type"] != "row"]


def expressions():
    """(where, query) of all panels and rules."""
    for path in DASHBOARDS:
        for panel in panels(path):
            for target in panel["targets"]:
                yield f"{path.name}: {panel['title']}", target["expr"]
    rules = (DEPLOY / "prometheus/alerts.yml").read_text()
    for name, query in re.findall(r"- alert: (\w+)\n\s+expr: (.+)\n", rules):
        yield f"alerts.yml: {name}", query


def filled_in(query):
    """With Grafana's variables replaced as it does."""
    return query.replace("$__rate_interval", "1m").replace("$job", ".*").replace("$instance", ".*")


def test_every_metric_that_a_panel_or_rule_names_exists(prometheus):
    # These have no series while there is no snapshot: the demonstration takes its first after a minute.
    declared = {"cortado_snapshot_age_seconds", "cortado_snapshot_bytes"}
    asked = {}
    for where, query in expressions():
        for name in NAME.findall(re.sub(r"\{[^}]*\}", "", query)):
            asked.setdefault(name, where)
    assert len(asked) > 30

    def missing():
        known = declared.union(prometheus.ask("label/__name__/values"))
        return {name: where for name, where in asked.items() if name not in known}
    wait_until(lambda: not missing(), lambda: f"no series: {missing()}")


def test_every_query_is_understood(prometheus):
    for where, query in expressions():
        answer = prometheus.ask("query", query=filled_in(query))
        assert answer["resultType"] in ("vector", "scalar"), where


def test_the_panels_that_a_running_detector_fills_have_data(prometheus):
    """rate() needs two scrapes; a share of nothing is no number, which is no data either."""
    empty = {"Oldest snapshot", "Snapshot age", "Snapshots", "Snapshot size", "Scores"}
    for path in DASHBOARDS:
        for panel in panels(path):
            if panel["title"] in empty:
                continue
            query = filled_in(panel["targets"][0]["expr"])
            wait_until(lambda q=query: prometheus.ask("query", query=q)["result"], panel["title"])


def test_rules_are_loaded_and_quiet_where_all_is_well(prometheus):
    groups = prometheus.ask("rules")["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    written = set(re.findall(r"- alert: (\w+)", (DEPLOY / "prometheus/alerts.yml").read_text()))
    assert {rule["name"] for rule in rules} == written
    wait_until(lambda: all(rule["health"] == "ok" for group in prometheus.ask("rules")["groups"]
                           for rule in group["rules"]), "evaluated rules")
    firing = {alert["labels"]["alertname"] for alert in prometheus.ask("alerts")["alerts"]
              if alert["state"] == "firing"}
    assert not firing


def test_promtool_accepts_rules_and_their_tests():
    for words in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts_test.yml"],
                  ["check", "config", "prometheus.yml"]):
        result = subprocess.run(["promtool", *words], cwd=DEPLOY / "prometheus", capture_output=True, text=True,
                                timeout=60, check=False)
        assert result.returncode == 0, result.stdout + result.stderr


def test_every_rule_is_seen_to_fire_and_to_keep_quiet_by_its_tests():
    rules = set(re.findall(r"- alert: (\w+)", (DEPLOY / "prometheus/alerts.yml").read_text()))
    tests = (DEPLOY / "prometheus/alerts_test.yml").read_text()
    fired = set(re.findall(r"alertname: (\w+)\n\s+exp_alerts:\n\s+- exp_labels", tests))
    silent = set(re.findall(r"alertname: (\w+), exp_alerts: \[\]", tests))
    assert fired == silent == rules
    told = set(re.findall(r"\bCortado[A-Z]\w+", (DEPLOY.parent / "docs/metrics.md").read_text()))
    assert told == rules


def test_promtool_finds_the_metrics_well_named(demo):
    result = subprocess.run(["promtool", "check", "metrics"], input=metrics_of(demo), capture_output=True, text=True,
                            timeout=60, check=False)
    assert result.returncode == 0 and not result.stderr.strip(), result.stdout + result.stderr


def test_the_documentation_tells_every_metric_and_no_other(demo):
    told = set(re.findall(r"^\| `((?:cortado|process)_[a-z_]+)",
                          (DEPLOY.parent / "docs/metrics.md").read_text(), re.MULTILINE))

    def served():
        return set(re.findall(r"^# TYPE (\S+)", metrics_of(demo), re.MULTILINE))
    # By partition and not there before the first snapshot.
    late = {"cortado_snapshot_age_seconds", "cortado_snapshot_bytes"}
    wait_until(lambda: told - served() <= late, lambda: f"not served: {told - served()}")
    assert served() <= told, served() - told


def test_the_number_of_series_does_not_grow_with_devices(demo):
    text = metrics_of(demo)
    with urllib.request.urlopen(demo.url() + "/api/v1/devices", timeout=30) as answer:
        devices = [row[0] for row in json.load(answer)["rows"]]
    assert devices and not any(device in text for device in devices)


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_dashboards_are_laid_out_as_grafana_wants_them(path):
    board = json.loads(path.read_text())
    assert {"uid", "title", "schemaVersion", "panels", "templating", "time"} <= board.keys()
    identifiers = [panel["id"] for panel in board["panels"]]
    assert len(identifiers) == len(set(identifiers))
    taken = set()
    for panel in board["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24, panel["title"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"])
                 for y in range(place["y"], place["y"] + place["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells
        references = [target["refId"] for target in panel.get("targets", [])]
        assert len(references) == len(set(references)), panel["title"]
        assert all(target["datasource"]["uid"] == "${datasource}" for target in panel.get("targets", []))
    assert {"datasource", "job", "instance"} == {variable["name"] for variable in board["templating"]["list"]}
