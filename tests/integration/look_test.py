# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""view, tap and top: looking at enriched records and at a running detector."""
import json
import os
import pathlib
import pty
import select
import subprocess
import urllib.parse
import urllib.request

import pytest

from support import program
from support.readings import make_rows, write_csv
from support.waiting import wait_until

DEVICES, HOURS = 3, 300


@pytest.fixture(scope="module")
def pipeline(make_pipeline, tmp_path_factory):
    """An enriched topic, its detector gone."""
    made = make_pipeline(2)
    made.generate(write_csv(tmp_path_factory.mktemp("csv") / "readings.csv", make_rows(DEVICES, HOURS)))
    worker = made.detect("--until-end")
    assert worker.wait() == program.OK
    made.records = made.broker.read(made.output)
    assert len(made.records) == DEVICES * HOURS
    return made


@pytest.fixture(scope="module")
def view(pipeline):
    started = pipeline.start("view", "-b", pipeline.broker.bootstrap, "-t", pipeline.output, "--listen", "127.0.0.1:0")
    wait_until(lambda: ask(started, "devices")["totals"]["records"] == DEVICES * HOURS,
               lambda: f"all records are shown: {started.log}")
    return started


def ask(page, name, **query):
    with urllib.request.urlopen(f"{page.url()}/api/v1/{name}?{urllib.parse.urlencode(query)}", timeout=30) as answer:
        return json.load(answer)


def tap(pipeline, *words, **how):
    return program.run("tap", "-b", pipeline.broker.bootstrap, "-t", pipeline.output, *words, **how)


def test_view_shows_an_enriched_topic_without_a_detector(pipeline, view):
    info = ask(view, "info")
    assert info["role"] == "view" and info["outputTopic"] == pipeline.output
    devices = ask(view, "devices")
    names = sorted({record.json["device"] for record in pipeline.records})
    assert [row[0] for row in devices["rows"]] == names
    series = ask(view, "series", device=names[0], limit=HOURS)
    points = [dict(zip(series["columns"], row)) for row in series["rows"]]
    wanted = [record.json for record in pipeline.records if record.json["device"] == names[0]]
    assert [point["sequence"] for point in points] == [record["sequence"] for record in wanted]
    assert [point["anomaly"] for point in points] == [record["anomaly"] for record in wanted]


def test_view_is_ready_and_goes_on_with_new_records(pipeline, view):
    def is_ready():
        with urllib.request.urlopen(view.url() + "/healthz", timeout=30):
            return ask(view, "info")["ready"]
    wait_until(is_ready, lambda: f"ready: {ask(view, 'info')}")
    record = pipeline.records[-1]
    more = record.json | {"sequence": record.json["sequence"] + 1}
    pipeline.broker.produce(pipeline.output, [(record.key, json.dumps(more).encode(), None),
                                              (record.key, b"nothing enriched", None)])
    wait_until(lambda: ask(view, "explain", device=more["device"])["sequence"] == more["sequence"], "the new record")
    wait_until(lambda: any(row[1] == "error" for row in ask(view, "journal")["rows"]), "the other one is told")
    pipeline.records = pipeline.broker.read(pipeline.output)

    def read():
        answer = ask(view, "partitions")
        return sum(dict(zip(answer["columns"], row))["records"] for row in answer["rows"])
    wait_until(lambda: read() == len(pipeline.records), lambda: f"{read()} of {len(pipeline.records)} are counted")


def test_a_notebooks_cells_work_on_a_view_where_no_detector_runs(pipeline, view):
    note = json.loads((pathlib.Path(__file__).resolve().parents[2] / "notebooks/cortado.zpln").read_text())
    settings = next(paragraph["text"] for paragraph in note["paragraphs"] if paragraph["title"] == "Settings")
    names = {}
    exec(settings.removeprefix("%python").replace("http://127.0.0.1:8080", view.url().rstrip("/")), names)  # noqa: S102
    records = [record.json for record in pipeline.records if record.value.startswith(b"{")]
    wanted = {record["sequence"] for record in records if record["device"] == names["DEVICE"]}
    assert {point["sequence"] for point in names["points"]()} <= wanted and len(names["points"]()) >= HOURS


def test_tap_prints_what_the_topic_holds_and_leaves_at_its_end(pipeline):
    lines = tap(pipeline, "-e").stdout.splitlines()
    assert sorted(lines) == sorted(record.value.decode() for record in pipeline.records)
    device = pipeline.records[0].json["device"]
    only = [json.loads(line) for line in tap(pipeline, device, "-e").stdout.splitlines()]
    assert {record["device"] for record in only} == {device} and len(only) >= HOURS
    assert tap(pipeline, "-e", "nobody-*").stdout == ""
    assert len(tap(pipeline, "-e", "*").stdout.splitlines()) >= DEVICES * HOURS
    warming = tap(pipeline, "-e", "--status", "warming").stdout.splitlines()
    assert warming and all(json.loads(line)["status"] == "warming" for line in warming)


def test_tap_speaks_kcats_letters(pipeline):
    """The same words give the same bytes as kcat's."""
    for words in (["-o", "beginning", "-e", "-J"], ["-o", "-5", "-e", "-f", "%t %p %o %T %k %K %S %h %%\\t%s\\n"],
                  ["-p", "1", "-o", "7", "-e", "-f", "%p:%o\\n"]):
        ours = tap(pipeline, *words).stdout
        theirs = subprocess.run(["kcat", "-b", pipeline.broker.bootstrap, "-t", pipeline.output, "-C", "-q", *words],
                                capture_output=True, text=True, timeout=60, check=True).stdout
        if "-J" in words:
            def read(text):
                # kcat names the broker too.
                return sorted(json.dumps({k: v for k, v in json.loads(line).items() if k != "broker"}, sort_keys=True)
                              for line in text.splitlines())
            assert read(ours) == read(theirs)
        else:
            assert sorted(ours.splitlines()) == sorted(theirs.splitlines()), words


def test_tap_follows_and_leaves_after_a_count(pipeline):
    following = pipeline.start("tap", "-b", pipeline.broker.bootstrap, "-t", pipeline.output, "-c", "2")
    record = pipeline.records[0]

    def passes():
        pipeline.broker.produce(pipeline.output, [(record.key, record.value, None)])
        return not following.running()
    wait_until(passes, "two records have passed", pause=0.3)
    assert following.wait() == program.OK
    assert following.out.splitlines() == [record.value.decode()] * 2


def test_a_wrong_word_is_told_and_exits_with_2(pipeline):
    assert "-f" in tap(pipeline, "-e", "-f", "%q", expect=program.USAGE).stderr
    assert "-o" in tap(pipeline, "-e", "-o", "yesterday", expect=program.USAGE).stderr
    tap(pipeline, "-e", "-p", "77", expect=program.FAILED)


def test_view_says_that_its_broker_is_gone_and_leaves_when_it_is_told_to(pipeline):
    proxy = pipeline.broker.proxy
    started = pipeline.start("view", "-b", proxy.address, "-t", pipeline.output, "--listen", "127.0.0.1:0")
    try:
        wait_until(lambda: ask(started, "info")["ready"], lambda: f"ready: {ask(started, 'info')} {started.log}")
        proxy.go_away(silently=True)
        wait_until(lambda: not ask(started, "info")["ready"], lambda: f"not ready: {started.log}")
        proxy.come_back()
        wait_until(lambda: ask(started, "info")["ready"], lambda: f"ready again: {ask(started, 'info')} {started.log}")
        proxy.go_away(silently=False)
        wait_until(lambda: not ask(started, "info")["ready"], lambda: f"not ready: {started.log}")
        assert started.terminate() == program.OK, started.log
    finally:
        proxy.come_back()


def test_top_prints_one_table_for_scripts(view):
    text = program.run("top", "--url", view.url(), "--once", "--sort", "name").stdout
    lines = text.splitlines()
    assert lines[0].startswith("cortado ") and "ready" in lines[0]
    header = next(i for i, line in enumerate(lines) if line.startswith("DEVICE"))
    names = [row[0] for row in ask(view, "devices")["rows"]]
    assert [line.split()[0] for line in lines[header + 1:]] == names
    assert any(line.startswith("PARTITION") for line in lines)
    assert "an enriched topic is shown here: no engine" in lines[1]
    few = program.run("top", "--url", view.url(), "-n", "1", "--once").stdout
    assert len(few.splitlines()) == len(lines) - len(names) + 1
    gone = program.run("top", "--url", "http://127.0.0.1:1", "--once", expect=program.FAILED)
    assert "does not answer" in gone.stderr
    program.run("top", "--url", "somewhere", "--once", expect=program.USAGE)


def test_top_in_a_terminal_sorts_otherwise_and_leaves_on_a_key(view):
    leader, follower = pty.openpty()
    process = subprocess.Popen([program.BINARY, "top", "--url", view.url()], stdin=follower, stdout=follower,
                               env=program.environment())
    os.close(follower)
    seen = bytearray()

    def shown(words):
        try:
            if select.select([leader], [], [], 0.1)[0]:
                seen.extend(os.read(leader, 65536))
        except OSError:
            pass  # it has left, and nothing more will come
        return words in seen
    wait_until(lambda: shown(b"(lastAnomaly)") and b"DEVICE" in seen, lambda: f"the first table: {seen}")
    os.write(leader, b"s")
    wait_until(lambda: shown(b"(name)"), lambda: f"another order: {seen}")
    os.write(leader, b"q")
    wait_until(lambda: shown(b"\x1b[?1049l") and process.poll() is not None, lambda: f"it leaves: {seen}")
    assert process.returncode == program.OK
    assert seen.count(b"\x1b[?1049h") == 1 and seen.endswith(b"\x1b[?25h\x1b[?1049l")
    os.close(leader)
