# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What `replay` and `generate` do to the files that they are given, and say of those that they cannot finish."""
import gzip
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
