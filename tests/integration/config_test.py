# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The configuration as a user meets it first."""
import re
import subprocess

from support import program
from support.readings import make_rows, write_csv

EVERY_BLOCK = """
kafka:    { bootstrap_servers: "localhost:9092", group_id: detector_group, input_topic: monitoring20, output_topic: monitoringEnriched2, properties: {} }
input:    { format: json, mapping: aqs }
detector: { preset: multiscale, overrides: [] }
stream:   { batch_interval: 500ms, threads: 0, guarantee: auto }
state:    { store: directory, dir: ./cortado-state, checkpoint_interval: 60s }
http:     { listen: "127.0.0.1:8080" }
"""


def test_a_file_with_every_block_is_valid_and_says_the_defaults(tmp_path):
    (tmp_path / "cortado.yaml").write_text(EVERY_BLOCK, encoding="utf-8")
    program.run("validate", "--no-environment", "-c", tmp_path / "cortado.yaml")
    written = program.run("config", "print", "-c", tmp_path / "cortado.yaml").stdout
    defaults = program.run("config", "print", "--set", "kafka.bootstrap_servers=localhost:9092").stdout
    differing = [(a, b) for a, b in zip(written.splitlines(), defaults.splitlines()) if a != b]
    assert differing == []


def test_either_store_is_valid(tmp_path):
    (tmp_path / "cortado.yaml").write_text(EVERY_BLOCK.replace("directory", "kafka"), encoding="utf-8")
    program.run("validate", "--no-environment", "-c", tmp_path / "cortado.yaml")
    refused = program.run("state", "ls", "--offline", "-c", tmp_path / "cortado.yaml", expect=program.USAGE)
    assert "state.store: kafka needs the broker" in refused.stderr


def test_an_address_that_is_none_is_refused(tmp_path):
    for address in ("foo", "127.0.0.1:99999"):
        result = program.run("validate", "--no-environment", "--set", "kafka.bootstrap_servers=localhost:9092",
                             "--set", f"http.listen={address}", expect=program.USAGE)
        assert "http.listen" in result.stderr


def test_replay_never_writes_over_what_it_reads(tmp_path):
    source = write_csv(tmp_path / "in.csv", make_rows(devices=1, hours=20))
    before = source.read_bytes()
    link = tmp_path / "link.csv"
    link.symlink_to(source)
    for output in (source, link):
        result = program.run("replay", source, "-o", output, expect=program.USAGE)
        assert "different files" in result.stderr
        assert source.read_bytes() == before


def test_rows_on_standard_output_stay_alone(tmp_path):
    source = write_csv(tmp_path / "in.csv", make_rows(devices=1, hours=20))
    result = program.run("replay", source, "-o", "-", "--json")
    assert len(result.stdout.splitlines()) == 21
    assert program.summary_of(result.stderr)["records_out"] == 20


def test_replay_is_a_filter_too(tmp_path):
    source = write_csv(tmp_path / "in.csv", make_rows(devices=1, hours=20))
    expected = program.run("replay", source, "-o", "-").stdout
    result = subprocess.run([program.BINARY, "replay", "-", "-o", "-", "--rejects", tmp_path / "rejects.jsonl"],
                            input=source.read_text(encoding="utf-8"), capture_output=True, text=True,
                            env=program.environment(), timeout=120, check=True)
    assert result.stdout == expected


def test_a_full_disk_behind_standard_output_is_told():
    with open("/dev/full", "wb") as full:
        for words in (["config", "reference"], ["version"]):
            result = subprocess.run([program.BINARY, *words], stdout=full, stderr=subprocess.PIPE, text=True,
                                    env=program.environment(), timeout=120, check=False)
            assert result.returncode == program.FAILED
            assert "standard output" in result.stderr


def test_both_ways_to_ask_for_the_version():
    first = program.run("--version").stdout.strip()
    assert first.startswith("cortado ") and program.run("version").stdout.startswith(first + "\n")


def test_a_number_that_is_too_small_is_told_in_few_words():
    for words in (["state", "skip", "-p", "0", "--offset", "-3"], ["dlq", "ls", "-p", "-3"], ["bench", "htm", "--records", "0"]):
        refused = program.run(*words, expect=program.USAGE).stderr
        assert re.search(r"--\w+: expected a whole number of at least [01]$", refused, re.M), refused
        assert len(refused) < 200
