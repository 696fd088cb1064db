# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The configuration as a user meets it first."""
from support import program
from support.readings import make_rows, write_csv

EVERY_BLOCK = """
kafka:    { bootstrap_servers: "localhost:9092", group_id: detector_group, input_topic: monitoring20, output_topic: monitoringEnriched2, properties: {} }
input:    { format: json, mapping: aqs }
detector: { preset: seed, overrides: [] }
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


def test_a_store_that_is_not_built_is_refused(tmp_path):
    (tmp_path / "cortado.yaml").write_text(EVERY_BLOCK.replace("directory", "kafka"), encoding="utf-8")
    result = program.run("validate", "--no-environment", "-c", tmp_path / "cortado.yaml",
                         expect=program.USAGE)
    assert "state.store" in result.stderr


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
