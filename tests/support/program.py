# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The binary under test: short runs, and workers that go on until they are told to leave."""
import json
import os
import pathlib
import re
import signal
import subprocess
import urllib.error
import urllib.request

from support.waiting import WITHIN_S, wait_until

BINARY = pathlib.Path(os.environ.get("CORTADO") or
                      pathlib.Path(__file__).resolve().parents[2] / "build/release/apps/cortado/cortado")
SUMMARY_KEYS = {"records_in", "records_out", "records_rejected", "devices", "anomalies",
                "records_per_s", "latency_ms_p50", "latency_ms_p99", "batches", "overruns"}
OK, FAILED, USAGE, BAD_DATA = range(4)


def environment():
    """This process's, without settings that would reach the program."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CORTADO_")}


def run(*words, timeout=120, expect=OK, command=(BINARY,)):
    """Run to the end; returns the finished process after checking its exit code. `command`: another binary, or its emulator's."""
    result = subprocess.run([*command, *map(str, words)], capture_output=True, text=True,
                            env=environment(), timeout=timeout, check=False)
    assert result.returncode == expect, f"exit {result.returncode}: {result.stderr}\n{result.stdout}"
    return result


def summary_of(text):
    """The summary object that --json prints as the last line of standard output."""
    summary = json.loads(text.strip().splitlines()[-1])
    assert SUMMARY_KEYS <= summary.keys(), summary
    return summary


class Program:
    """A started process whose two outputs go to files."""

    def __init__(self, folder, *words, piped=False, **variables):
        """`piped`: what it says goes through a pipe, where limits of its files do not count."""
        folder.mkdir(parents=True, exist_ok=True)
        number = len(list(folder.glob("*.out")))
        self.out_path, self.log_path = folder / f"{number}.out", folder / f"{number}.log"
        with open(self.out_path, "wb") as out, open(self.log_path, "wb") as log:
            cat = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=log) if piped else None
            self.process = subprocess.Popen([BINARY, *map(str, words)], stdout=out, stderr=cat.stdin if cat else log,
                                            stdin=subprocess.DEVNULL, env={**environment(), **variables})
        if cat:
            cat.stdin.close()
        self._cat = cat

    @property
    def log(self):
        return self.log_path.read_text(errors="replace")

    @property
    def out(self):
        return self.out_path.read_text(errors="replace")

    def running(self):
        return self.process.poll() is None

    def check_running(self):
        assert self.running(), f"it left with {self.process.returncode}: {self.log}"
        return True

    def wait(self, within=WITHIN_S):
        """The exit code, once it has left by itself."""
        wait_until(lambda: not self.running(), lambda: f"it leaves: {self.log}", within)
        self._drain()
        return self.process.returncode

    def terminate(self):
        """SIGTERM; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self._drain()

    def _drain(self):
        """What it said last has gone through the pipe."""
        if self._cat:
            self._cat.wait(WITHIN_S)

    def end(self):
        """For fixtures: whatever state it is in, it is gone afterwards."""
        if self.running():
            self.kill()

    def find(self, pattern):
        """The first group of a pattern, once either output holds it."""
        def search():
            match = re.search(pattern, self.out + "\n" + self.log)
            if not match:
                self.check_running()
            return match and match.group(1)
        return wait_until(search, lambda: f"{pattern} appears: {self.out} {self.log}")

    def url(self):
        """The page's address."""
        return self.find(r"(http://127\.0\.0\.1:\d+)")

    def ready(self):
        """Whether a probe would find it so: the status, which may be 503, and what it says."""
        try:
            with urllib.request.urlopen(self.url() + "/readyz", timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()
