# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""read_config: the program's file by the program's reader."""
import json
import logging

import pytest

import cortado
from support import program

# A value of every kind, in a block that the models do not use.
SAMPLE = """
kafka.input_topic: "${TOPIC:-raw}"
kafka: {topic_configs: {retention.ms: 100}, properties: {sasl.password: "${file:%s}", compression.type: zstd}, create_topics: false}
detector: {preset: seed, overrides: [{device: "*", encoder: {min: 0, max: 10}}], warm_up: "${WARM_UP}"}
stream: {batch_interval: 2s, threads: 16}
input.mapping: {device: /d, value: /v}
log:
"""


@pytest.fixture
def write(tmp_path):
    def write(text, name="cortado.yaml"):
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path / name
    return write


def test_a_file_says_what_it_says_to_the_program(write, monkeypatch):
    path = write(SAMPLE % write("geheim\n", "secret"))
    environment = {"WARM_UP": "500", "CORTADO_STREAM_THREADS": "3", "CORTADO_HTTP_LISTEN": "127.0.0.1:0"}
    found = cortado.read_config(path, environment)
    assert found["kafka"] == {"input_topic": "raw", "topic_configs": {"retention.ms": "100"}, "create_topics": "false",
                              "properties": {"sasl.password": "geheim", "compression.type": "zstd"}}
    assert found["stream"]["threads"] == "3" and found["http"] == {"listen": "127.0.0.1:0"} and "log" not in found
    assert found["input"] == {"mapping": {"device": "/d", "value": "/v"}}
    model = cortado.Enricher.from_config(found)
    assert model.options["detector"]["warm_up"] == "500"
    assert model.model_hash == cortado.Enricher(detector={
        "preset": "seed", "warm_up": 500, "overrides": [{"device": "*", "encoder": {"min": 0, "max": 10}}]}).model_hash
    # What was read is a configuration again, and the program's own values are these.
    again = cortado.read_config(write(json.dumps(found), "again.yaml"), {})
    assert again == found
    monkeypatch.setenv("WARM_UP", "500")
    printed = program.run("config", "print", "-c", path, "--set", "stream.threads=3").stdout
    for line in ("input_topic: raw", "threads: 3", "warm_up: 500", "create_topics: false",
                 f'batch_interval: {found["stream"]["batch_interval"]}'):
        assert line in printed, line


def test_every_default_of_the_program_is_read_as_it_stands(write):
    """Each key of each block that the program knows is known here, with the same values."""
    printed = program.run("config", "print").stdout
    found = cortado.read_config(write("\n".join(line for line in printed.splitlines() if "<redacted>" not in line)), {})
    paths = {f"{block}.{name}" for block, keys in found.items() for name in keys}
    every = json.loads(program.run("config", "schema").stdout)["properties"]
    assert paths == {f"{block}.{name}" for block, keys in every.items() for name in keys["properties"]}
    assert cortado.read_config(write("kafka: {properties: {no.such.thing: 1}}"), {})  # librdkafka's names are not known here


@pytest.mark.parametrize("text, words", [
    ("stream: {thread: 2}\nhttp: {max_streams: many}", ["cortado.yaml:1: unknown key stream.thread; did you mean stream.threads?",
                                                       "cortado.yaml:2: http.max_streams must be"]),
    ("kafka: {properties: {sasl.password: [geheim]}}", ["cortado.yaml:1: kafka.properties"]),
    (b"kafka: {input_topic: '\xff'}", []), (b"kafka: {inp\xffut: a}", ["unknown key kafka.inp"]), (b"kafka: {a: \0}", []),
    ("x: 1\n" * 400_000, ["cortado.yaml"])])
def test_every_mistake_is_told_with_its_place_and_no_secret(write, text, words):
    with pytest.raises(cortado.InvalidConfigError) as failure:
        cortado.read_config(write(text), {})
    assert all(word in str(failure.value) for word in words), failure.value
    assert str(failure.value) and "geheim" not in str(failure.value)


def test_a_secret_file_that_is_no_text_is_told(write):
    path = write("kafka: {properties: {sasl.password: '${file:%s}'}}" % write(b"\xff\xfe", "secret"))
    with pytest.raises(cortado.InvalidConfigError, match="no UTF-8"):
        cortado.read_config(path, {})


def test_what_cannot_be_read_is_told(write, tmp_path):
    with pytest.raises(cortado.InvalidConfigError, match="cannot be read: embedded null byte"):
        cortado.read_config("a\0b")
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(cortado.InvalidConfigError, match=f"{path} cannot be read"):
            cortado.read_config(path)
    assert cortado.read_config("", {}) == {} and cortado.read_config(write("# nothing\n"), {}) == {}


def test_variables_that_look_like_keys_are_told(caplog):
    with caplog.at_level(logging.WARNING):
        assert cortado.read_config("", {"CORTADO_STREAM_THREAD": "2", "CORTADO_KERNELS": "scalar", "BAD": "\udcff"}) == {}
    (line,) = caplog.messages
    assert "CORTADO_STREAM_THREAD" in line and "CORTADO_STREAM_THREADS" in line
