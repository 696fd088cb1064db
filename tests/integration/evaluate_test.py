# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""nab, evaluate and replay --report: the commands that judge the detector, on sets small and real."""
import datetime
import json
import math
import pathlib
import shutil
import subprocess
import sys
import tarfile

import pytest

from support import program
from support.rows import read_csv

PROFILES = {"standard": (1, 0.11, 1), "reward_low_FP_rate": (1, 0.22, 1), "reward_low_FN_rate": (1, 0.11, 2)}
PUBLISHED = {"numenta": (70.10, 63.21, 74.32), "htmjava": (66.06, 58.80, 70.74)}
MAPPING = "input.mapping={device: /device, time: /time, value: /v}"
START = datetime.datetime(2024, 1, 1)
MADE_SERIES = pathlib.Path(__file__).resolve().parents[2] / "bench/detection/made_series.py"


@pytest.fixture(scope="session")
def nab(shared_data):
    """The benchmark's folder beside the real readings."""
    return shared_data.parent / "nab"


def series(rows, spikes):
    """A day cycle in steps of an hour, with spikes."""
    values = [10 + (row % 24) * 0.5 + (row * 7 % 5) * 0.1 for row in range(rows)]
    for row in spikes:
        values[row] += 100
    return values


def stamp(row):
    return (START + datetime.timedelta(hours=row)).strftime("%Y-%m-%d %H:%M:%S")


@pytest.fixture()
def small_nab(tmp_path):
    """Two groups with one file each, and spikes in one window and outside any."""
    folder = tmp_path / "nab"
    for name in ("config", "labels", "data/realTraffic", "data/realTweets"):
        (folder / name).mkdir(parents=True)
    costs = {name: {"CostMatrix": {"tpWeight": tp, "fpWeight": fp, "fnWeight": fn, "tnWeight": 1}}
             for name, (tp, fp, fn) in PROFILES.items()}
    (folder / "config/profiles.json").write_text(json.dumps(costs))
    windows = {}
    for name, spikes, window in (("realTraffic/a.csv", [600], (590, 650)), ("realTweets/b.csv", [300, 700], (690, 750))):
        rows = [f"{stamp(row)},{value}" for row, value in enumerate(series(1000, spikes))]
        (folder / "data" / name).write_text("timestamp,value\n" + "\n".join(rows) + "\n")
        windows[name] = [[stamp(window[0]) + ".000000", stamp(window[1]) + ".000000"]]
    (folder / "labels/combined_windows.json").write_text(json.dumps(windows))
    return folder


@pytest.mark.parametrize("detector", PUBLISHED)
def test_published_results_come_out_at_their_published_scores(nab, tmp_path, detector):
    with tarfile.open(nab / f"results_{detector}.tar.xz") as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "results" / detector
    report = json.loads(program.run("nab", nab, "--score", folder, "--json").stdout)
    assert report["files"] == 58 and report["rows"] == 365_558
    for (name, profile), wanted in zip(report["profiles"].items(), PUBLISHED[detector]):
        assert abs(profile["optimised"] - wanted) < 0.005, name
    halves = report["halves"]
    assert [halves[name]["windows"] for name in ("all", "tune", "report")] == [116, 47, 69]
    assert [halves[name]["files"] for name in ("all", "tune", "report")] == [58, 25, 33]


def test_nab_runs_the_detector_with_several_seeds(small_nab, tmp_path):
    words = ["nab", small_nab, "--files", 2, "--preset", "nupic", "--seeds", 2, "--json"]
    first = program.run(*words, "--threads", 1).stdout
    assert program.run(*words, "--threads", 4).stdout == first
    report = json.loads(first)
    assert report["rows"] == 2000 and list(report["profiles"]) == list(PROFILES)
    for profile in report["profiles"].values():
        assert [seed["seed"] for seed in profile["seeds"]] == [42, 43]
        for choice in ("optimised", "fixed", "logo"):
            mean = sum(seed[choice] for seed in profile["seeds"]) / 2
            assert abs(profile[choice] - mean) < 1e-3
        assert profile["optimised"] >= profile["fixed"]
    assert report["without_htm"] is None
    assert report["halves"]["tune"]["files"] == report["halves"]["report"]["files"] == 1


def test_results_are_written_as_nab_reads_them_and_score_the_same(small_nab, tmp_path):
    words = ["nab", small_nab, "--files", 2, "--json"]
    run = json.loads(program.run(*words, "--baseline", "gaussian", "--results", tmp_path / "out").stdout)
    lines = (tmp_path / "out/cortado/realTweets/cortado_b.csv").read_text().splitlines()
    assert lines[0] == "timestamp,value,anomaly_score,label" and len(lines) == 1001
    assert lines[1] == f"{stamp(0)},10,0,0"
    assert [line.endswith(",1") for line in lines[1:]].count(True) == 61
    read = json.loads(program.run(*words, "--score", tmp_path / "out/cortado").stdout)
    assert read["profiles"] == {name: {**profile, "seeds": [
        {key: value for key, value in seed.items() if key != "seed"} for seed in profile["seeds"]]}
        for name, profile in run["profiles"].items()}


def test_results_have_the_layout_of_published_ones(nab, tmp_path):
    """NAB's own scorer finds a detector's files by folder and name, and reads time, score and label of each row."""
    with tarfile.open(nab / "results_numenta.tar.xz") as archive:
        archive.extractall(tmp_path)
    program.run("nab", nab, "--baseline", "last_value", "--results", tmp_path / "out")
    theirs, ours = tmp_path / "results/numenta", tmp_path / "out/cortado"
    names = {str(path.relative_to(theirs)) for path in theirs.glob("*/numenta_*.csv")}
    assert len(names) == 58
    assert {str(path.relative_to(ours)) for path in ours.rglob("*") if path.is_file()} == \
        {name.replace("/numenta_", "/cortado_") for name in names}
    for name in names:
        wanted = read_csv(theirs / name)
        found = read_csv(ours / name.replace("/numenta_", "/cortado_"))
        assert [(row["timestamp"], row["label"]) for row in found] == [(row["timestamp"], row["label"]) for row in wanted]
        # Old Pythons wrote some of theirs with a last digit too many.
        assert all(math.isclose(float(a["value"]), float(b["value"]), rel_tol=1e-9) for a, b in zip(found, wanted))
        assert all(0 <= float(row["anomaly_score"]) <= 1 for row in found)


def test_nab_compares_with_an_earlier_report(small_nab, tmp_path):
    words = ["nab", small_nab, "--files", 2]
    earlier = tmp_path / "earlier.json"
    earlier.write_text(program.run(*words, "--baseline", "ewma", "--json").stdout)
    report = json.loads(program.run(*words, "--baseline", "ewma", "--json", "--against", earlier).stdout)
    assert len(report["against"]) == 3 * 3 * 3
    assert all(one["difference"] == one["low"] == one["high"] == 0 for one in report["against"])
    text = program.run(*words, "--baseline", "gaussian", "--against", earlier, "--forecast").stdout
    assert "better than the reference by" in text and "no worse than the last value in 2 of 2" in text


def test_a_set_with_other_files_is_refused(small_nab):
    assert "has 2 files, not 58" in program.run("nab", small_nab, expect=program.FAILED).stderr
    (small_nab / "data/realTweets/b.csv").unlink()
    assert "b.csv is missing" in program.run("nab", small_nab, "--files", 1, expect=program.FAILED).stderr


def test_any_labelled_folder_can_be_scored(tmp_path):
    values = series(1000, [400, 900])
    (tmp_path / "set").mkdir()
    (tmp_path / "set/pump.csv").write_text(
        "time,value\n" + "".join(f"{stamp(row)},{value}\n" for row, value in enumerate(values)))
    (tmp_path / "set/labels.json").write_text(json.dumps({"pump.csv": [
        {"start": stamp(398), "end": stamp(405), "class": "spike"},
        {"start": stamp(600), "end": stamp(610), "class": "drift"}]}))
    words = ["evaluate", tmp_path / "set", "--preset", "nupic", "--forecast"]
    report = json.loads(program.run(*words, "--json").stdout)
    assert (report["series"], report["rows"], report["windows"]) == (1, 1000, 2)
    names = [one["name"] for one in report["contenders"]]
    assert names == ["nupic", "ewma", "gaussian", "difference", "ewma_difference", "last_value"]
    gaussian = report["contenders"][2]
    # One window hit, one missed, one false alarm at the second spike.
    assert gaussian["fixed"]["f1"] == gaussian["fixed"]["recall"] == gaussian["fixed"]["precision"] == 0.5
    assert gaussian["fixed"]["faults"]["spike"]["recall"] == 1
    assert gaussian["fixed"]["faults"]["spike"]["delay_rows"] == 2
    assert gaussian["fixed"]["faults"]["drift"]["recall"] == 0
    assert len(gaussian["forecasts"]) == 1
    text = program.run(*words).stdout
    assert "by class" in text and "spike" in text


def test_forecasts_of_the_real_readings_are_compared_with_the_last_value(shared_data):
    words = ["evaluate", shared_data / "marylebone_ozone_1998-2005.csv.gz", "--preset", "last_value", "--json"]
    report = json.loads(program.run(*words, "--forecast").stdout)
    forecast = report["contenders"][0]["forecasts"][0]
    assert report["windows"] == 0 and report["rows"] == 62_944
    assert 0 < forecast["forecasts"] < report["rows"]
    assert forecast["mae"] == forecast["last_value_mae"] > 0


def test_the_simulators_faults_are_a_set_of_their_own():
    words = ["evaluate", "--simulate", "tune", "--preset", "last_value", "--rate", "0.5", "--json"]
    report = json.loads(program.run(*words).stdout)
    assert report["series"] == 50 and report["digest"] == "ea22b095937f881c" and report["grace"] == 6
    for one in report["contenders"]:
        assert sum(fault["windows"] for fault in one["at_rate"]["faults"].values()) == report["windows"]
        assert one["at_rate"]["false_per_1000"] <= 0.5


def test_the_made_series_are_a_set_of_their_own(tmp_path):
    """Those that constants are chosen by: the same bytes each time, one fault each where they are short."""
    for name in ("set", "again"):
        subprocess.run([sys.executable, MADE_SERIES, "short", tmp_path / name], check=True)
    words = ["--preset", "last_value", "--probation", 100, "--json"]
    report = json.loads(program.run("evaluate", tmp_path / "set", *words).stdout)
    assert (report["series"], report["rows"], report["windows"]) == (120, 120_000, 120)
    assert set(report["contenders"][1]["at_rate"]["faults"]) == {"shift", "drift", "noise"}
    again = json.loads(program.run("evaluate", tmp_path / "again", *words).stdout)
    assert again["digest"] == report["digest"]


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    """A replay without and with a report: both summaries, both outputs, the page's path."""
    folder = tmp_path_factory.mktemp("report")
    csv, labels, page = folder / "in.csv", folder / "labels.jsonl", folder / "report.html"
    rows = [f"<b>pump</b>,{stamp(row)},{value}" for row, value in enumerate(series(900, [700]))]
    csv.write_text("\n".join(["device,time,v", *rows]) + "\n")
    label = {"device": "<b>pump</b>", "class": "spike", "start": stamp(700), "end": stamp(701)}
    labels.write_text(json.dumps(label) + "\n")
    words = ["replay", csv, "-o", folder / "out.csv", "--preset", "nupic", "--set", MAPPING, "--set",
             'detector.overrides=[{device: "*", encoder: {min: 0, max: 130}}]', "--json"]
    runs = []
    for more in ([], ["--report", page, "--labels", labels]):
        summary = program.summary_of(program.run(*words, *more).stdout)
        runs.append((summary, (folder / "out.csv").read_bytes()))
    return runs, page


def test_replay_writes_a_report(reported):
    (plain, with_report), page = reported
    assert plain[1] == with_report[1], "a report changes no score"
    assert plain[0]["anomalies"] == with_report[0]["anomalies"]
    text = page.read_text(encoding="utf-8")
    assert "<b>900</b><span>records" in text and "<td>&lt;b&gt;pump&lt;/b&gt;</td>" in text
    assert "<b>pump" not in text and "<script" not in text and "http" not in text.replace("http-equiv", "")
    assert "Against the labels" in text and "<td>spike</td>" in text and "Timing" in text


def test_the_report_shows_in_a_browser(reported, tmp_path):
    """A real Chromium reads it without a complaint, and nothing of the data became an element."""
    browser = shutil.which("chromium")
    assert browser, "script/bootstrap test installs Chromium"
    result = subprocess.run(
        [browser, "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}",
         "--enable-logging=stderr", "--dump-dom", reported[1].as_uri()],
        capture_output=True, text=True, timeout=120, check=True)
    assert "CONSOLE" not in result.stderr, result.stderr
    dom = result.stdout
    assert dom.count("<svg") == dom.count("</svg>") == 3, "heat map, one timeline, the cost curve"
    assert "<b>pump" not in dom and "</body>" in dom
    assert 'class="window"' in dom and 'class="curve c2"' in dom


def test_labels_that_are_none_are_refused(tmp_path):
    csv, labels = tmp_path / "in.csv", tmp_path / "labels.jsonl"
    csv.write_text("device,time,v\na,2024-01-01,1\n")
    labels.write_text("{}\n")
    words = ["replay", csv, "-o", tmp_path / "out.csv", "--set", MAPPING, "--report", tmp_path / "r.html"]
    result = program.run(*words, "--labels", labels, expect=program.FAILED)
    assert "labels.jsonl: line 1 is no fault label" in result.stderr
    result = program.run(*words[:-1], tmp_path / "out.csv", expect=program.USAGE)
    assert "different files" in result.stderr


def test_what_makes_no_sense_together_is_refused(small_nab, tmp_path):
    for words in (["evaluate"], ["evaluate", tmp_path, "--simulate", "tune"], ["nab"],
                  ["nab", small_nab, "--threshold", "0.5"], ["nab", small_nab, "--baseline", "best"],
                  ["replay", small_nab / "data/realTweets/b.csv", "-o", tmp_path / "o.csv", "--labels", small_nab]):
        assert program.run(*words, expect=program.USAGE).stderr
    assert "holds no CSV" in program.run("evaluate", tmp_path / "nab/config", expect=program.FAILED).stderr
