# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What `replay` and `generate` do to the files that they are given, and say of those that they cannot finish."""
import gzip
import json
import os
import pty
import signal
import subprocess
import threading

import pytest

from support import program
from support.readings import make_rows, write_csv


@pytest.mark.parametrize("command", ["demo", "generate", "replay"])
def test_rejects_never_replace_the_input(tmp_path, command):
    source = write_csv(tmp_path / "in.csv", make_rows(devices=1, hours=20))
    before = source.read_bytes()
    words = {"demo": [], "replay": ["-o", tmp_path / "out.csv"],
             "generate": ["--topic", "t", "-X", "bootstrap.servers=localhost:1"]}
    result = program.run(command, source, *words[command], "--rejects", source, expect=program.USAGE)
    assert "different files" in result.stderr
    assert source.read_bytes() == before


def test_rejects_never_replace_a_file_of_another_kind(tmp_path):
    notes = tmp_path / "notes.txt"
    notes.write_text("notes", encoding="utf-8")
    good = write_csv(tmp_path / "good.csv", make_rows(devices=1, hours=20))
    program.run("replay", good, "-o", tmp_path / "out.csv", "--rejects", notes)
    bad = tmp_path / "bad.csv"
    bad.write_bytes(good.read_bytes() + b"short,row\n")
    result = program.run("replay", bad, "-o", tmp_path / "out.csv", "--rejects", notes, expect=program.USAGE)
    assert "holds no rejected rows" in result.stderr
    assert notes.read_text(encoding="utf-8") == "notes"


def test_a_cut_gzip_file_gives_all_its_whole_rows(tmp_path):
    text = write_csv(tmp_path / "in.csv", make_rows(devices=3, hours=4000)).read_bytes()
    packed = gzip.compress(text)
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(packed[:len(packed) // 2])
    readable = subprocess.run(["zcat", cut], capture_output=True, check=False).stdout.count(b"\n")
    out = tmp_path / "out.csv"
    result = program.run("replay", cut, "-o", out, expect=program.FAILED)
    assert "not a whole gzip file" in result.stderr
    assert readable > 5000
    assert abs(out.read_bytes().count(b"\n") - readable) <= 1


def test_where_logs_are_json_all_that_is_told_is(tmp_path):
    source = write_csv(tmp_path / "in.csv", make_rows(devices=1, hours=20))
    with open(source, "ab") as file:
        file.write(b"rubbish\n")
    told = program.run("replay", source, "-o", tmp_path / "out.csv", "--set", "log.format=json", expect=program.BAD_DATA)
    assert any("20 out" in json.loads(line)["message"] for line in told.stderr.splitlines())


def test_a_replay_that_is_stopped_says_so(tmp_path):
    lines = write_csv(tmp_path / "in.csv", make_rows(devices=1, hours=500)).read_bytes().splitlines(keepends=True)
    with subprocess.Popen([program.BINARY, "replay", "-", "-o", "-", "--rejects", tmp_path / "rejects.jsonl"],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=program.environment(), bufsize=0) as process:
        def feed():
            try:
                process.stdin.write(lines[0])
                while True:
                    process.stdin.write(b"".join(lines[1:9]))
            except BrokenPipeError:
                pass  # it has left

        feeder = threading.Thread(target=feed)
        feeder.start()
        assert process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        drained = threading.Thread(target=process.stdout.read)
        drained.start()
        log = process.stderr.read().decode()
        assert process.wait(program.WITHIN_S) == program.FAILED
        feeder.join()
        drained.join()
    assert "stopped before the end of -" in log


def test_the_progress_bar_of_a_replay_ends_its_line(tmp_path):
    source = write_csv(tmp_path / "in.csv", make_rows(devices=1, hours=500))
    master, terminal = pty.openpty()
    with subprocess.Popen([program.BINARY, "replay", source, "-o", tmp_path / "out.csv"], stderr=terminal,
                          env=program.environment()) as process:
        os.close(terminal)
        shown = b""
        while b"records/s, delay" not in shown:
            shown += os.read(master, 4096)
        assert process.wait(program.WITHIN_S) == program.OK
    os.close(master)
    lines = shown.decode().split("\r\n")
    bar = next(line for line in lines if "\x1b[K" in line)
    summary = next(line for line in lines if line.startswith("replay:"))
    assert "500 records" in bar.rsplit("\x1b[K", 1)[1]
    assert summary.startswith("replay: 500 records in, 500 out, 0 rejected, 5 invalid, 0 clipped")


def test_input_without_any_usable_value_is_pointed_out(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text("device,ts,v\na,2024-01-01T00:00:00Z,warm\na,2024-01-01T01:00:00Z,cold\n", encoding="utf-8")
    result = program.run("replay", source, "-o", tmp_path / "out.csv", "--set",
                         "input.mapping={device: /device, time: /ts, value: /v}")
    assert "no record had a usable value" in result.stderr and "2 invalid" in result.stderr


def make_generic(path, rows):
    path.write_text("when,sensor,v\n" + "".join(f"2026-01-01T{hour:02}:00,a,{hour}\n" for hour in range(rows)), encoding="utf-8")
    return path


MAPPING = "input.mapping={device: /sensor, time: /when, value: /v}"


def test_a_file_is_checked_as_a_replay_would(tmp_path):
    source = make_generic(tmp_path / "in.csv", 20)
    assert "configuration and file ok" in program.run("validate", source, "--set", MAPPING).stdout
    for mapping, said in (("{device: /senser, time: /when, value: /v}", "did you mean /sensor?"),
                          ("{device: /sensor, time: /when, value: /v/x}", "input.mapping.value: the file has no column /v/x"),
                          ("{device: /sensor, time: /wen, value: /v}", "did you mean /when?")):
        for command in (["validate", source], ["replay", source, "-o", tmp_path / "out.csv"]):
            result = program.run(*command, "--set", f"input.mapping={mapping}", expect=program.USAGE)
            assert said in result.stderr
    assert not (tmp_path / "out.csv").exists()


def test_models_that_need_time_refuse_a_file_without_one(tmp_path):
    source = make_generic(tmp_path / "in.csv", 20)
    words = ["--set", "input.mapping={device: /sensor, value: /v}"]
    for command in (["validate", source], ["replay", source, "-o", tmp_path / "out.csv"]):
        result = program.run(*command, *words, "--set", "detector.preset=seed", expect=program.USAGE)
        assert "input.mapping has no time" in result.stderr
    program.run("replay", source, "-o", tmp_path / "out.csv", *words)
    assert (tmp_path / "out.csv").read_text(encoding="utf-8").count("\n") == 21


def test_fields_separated_by_semicolons(tmp_path):
    source = make_generic(tmp_path / "in.csv", 20)
    other = tmp_path / "other.csv"
    other.write_text(source.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    program.run("replay", source, "-o", tmp_path / "a.csv", "--set", MAPPING)
    program.run("replay", other, "-o", tmp_path / "b.csv", "--set", MAPPING, "--set", "generator.separator=;")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    program.run("replay", other, "-o", tmp_path / "b.csv", "--set", MAPPING, expect=program.USAGE)


def test_an_unknown_command_is_named(tmp_path):
    result = program.run("replya", expect=program.USAGE)
    assert "there is no command replya; did you mean replay?" in result.stderr
