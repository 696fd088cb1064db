# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The native detector's file on Spark: what it holds counts as there, or is refused by name."""
import json

import pytest

import cortado
from cortado import read_config
from cortado_spark.job import main
from cortado_spark.kafka_properties import client_properties
from cortado_spark.settings import Settings
from support import program

FILE = """
kafka: {bootstrap_servers: "${BROKERS}", input_topic: "${TOPIC:-in}", output_topic: "$${x}", properties: {ssl.ca.location: ~}}
detector: {preset: "${PRESET:-seed}", seed: 010, warm_up: "${file:%s}"}
stream: {threads: 2}
"""


@pytest.fixture
def write(tmp_path):
    def write(text, name="cortado.yaml"):
        (tmp_path / name).write_text(text)
        return str(tmp_path / name)
    return write


def test_references_and_variables_count_as_for_the_native_program(write, monkeypatch):
    path = write(FILE % write("77\r\n", "warm"))
    environment = {"BROKERS": "one:1,two:2", "PRESET": "", "CORTADO_DETECTOR_WARM_UP": "88", "CORTADO_NOBODY": "x"}
    settings = Settings.of({"config": read_config(path, environment)})
    assert settings.kafka("bootstrap_servers", "") == "one:1,two:2" and settings.input == "in" and settings.output == "${x}"
    told = settings.make_enricher().options["detector"]
    assert (told["preset"], told["seed"], told["warm_up"]) == ("seed", "10", "88")
    del environment["CORTADO_DETECTOR_WARM_UP"]
    assert Settings.of({"config": read_config(path, environment)}).make_enricher().options["detector"]["warm_up"] == "77"
    monkeypatch.setenv("BROKERS", "one:1")
    printed = program.run("config", "print", "-c", path).stdout
    assert "seed: 10" in printed and "one:1" in printed


def test_a_tag_says_nothing(write):
    path = write("kafka: {input_topic: !!binary aGFsbG8=, output_topic: !mine x}\ndetector: {seed: !!int 007}")
    assert read_config(path, {}) == {"kafka": {"input_topic": "aGFsbG8=", "output_topic": "x"}, "detector": {"seed": "7"}}
    printed = program.run("config", "print", "-c", path).stdout
    assert "input_topic: \"aGFsbG8=\"" in printed and "output_topic: x" in printed and "seed: 7" in printed


def test_as_many_levels_are_read_as_by_the_native_program(write):
    path = write("input: " + "[" * 31 + "x" + "]" * 31)
    with pytest.raises(cortado.InvalidConfigError, match="input is a block"):
        read_config(path, {})
    assert "32 levels" not in program.run("config", "print", "-c", path, expect=program.USAGE).stderr
    path = write("input: " + "[" * 32 + "x" + "]" * 32)
    with pytest.raises(cortado.InvalidConfigError, match="cortado.yaml:1: more than 32 levels"):
        read_config(path, {})
    assert "cortado.yaml:1: more than 32 levels" in program.run("config", "print", "-c", path, expect=program.USAGE).stderr


@pytest.mark.parametrize("text, words", [
    ("detecter: {preset: seed}", "cortado.yaml:1: unknown key detecter"),
    ("kafka: {ouput_topic: mine}", "unknown key kafka.ouput_topic; did you mean kafka.output_topic?"),
    ("stream: {thread: 2}", "unknown key stream.thread; did you mean stream.threads?"),
    ("log: {}\nstream.thread: 2", "cortado.yaml:2: unknown key stream.thread; did you mean stream.threads?"),
    ("detector: {presett: seed}", "unknown key detector.presett; did you mean detector.preset?"),
    ("stream:\n  batch_interval: 3 parsecs", "cortado.yaml:2: stream.batch_interval"),
    ("kafka: {output_partitions: many}", "kafka.output_partitions"), ("http: {max_streams: 0}", "http.max_streams"),
    ("state: {snapshot_interval: never}", "state."), ("generator: {rate: fast}", "generator.rate"),
    ("simulator: {devices: -1}", "simulator.devices"), ("log: {level: loud}", "log.level"),
    ("log: {components: {kafka: loud}}", "log.components.kafka must be debug"),
    ("stream: {threads: two}\nhttp: {max_streams: x}\nkafka: {create_topics: perhaps}", "cortado.yaml:3: kafka.create_topics"),
    ("kafka: mine", "kafka is a block of keys"), ("kafka: {input_topic: a, input_topic: b}", "input_topic is set twice"),
    ("kafka: {input_topic: a}\nkafka.input_topic: b", "kafka.input_topic is set twice, first at "),
    ("kafka: {input_topic: '${NOBODY_SETS_IT}'}", "environment variable NOBODY_SETS_IT is not set"),
    ("kafka: {input_topic: '${file:/nowhere/at/all}'}", "/nowhere/at/all"),
    ("kafka: {input_topic: '${a b}'}", "is not "), ("kafka: {input_topic: '${a'}", '"${"'),
    ("log: {}\ndetector: &a {preset: seed}", "cortado.yaml:2: anchors and aliases are not supported"),
    ("kafka: {input_topic: &t abc,\n  output_topic: *t}", "cortado.yaml:1: anchors and aliases are not supported"),
    ("detector:\n  <<: {preset: seed}", "unknown key detector.<<"), ("<<: {detector: {preset: seed}}", "unknown key <<"),
    ("log: {}\n? [a]\n: b", "cortado.yaml:2: a key must be a plain text"), ("~: b", "cortado.yaml:1: a key must be a plain text"),
    ("detector: {a: " + "[" * 40 + "]" * 40 + "}", "cortado.yaml:1: more than 32 levels"),
    ("log: {}\nlog: {}", "cortado.yaml:2: log is set twice, first at "), ("a: [", "cortado.yaml:"),
    ("- a", "cortado.yaml:1: the file must be a mapping")])
def test_what_the_native_program_refuses_is_refused_here_with_its_words(write, session, tmp_path, text, words):
    path = write(text)
    with pytest.raises(cortado.InvalidConfigError) as failure:
        main(["--config", path, "--checkpointLocation", str(tmp_path / "checkpoint")])
    assert words in str(failure.value)
    assert not (tmp_path / "checkpoint").exists() and session.streams.active == []
    native = program.run("config", "print", "-c", path, expect=program.USAGE).stderr
    for line in str(failure.value).splitlines():
        assert line in native


def test_a_whole_configuration_in_a_program_of_ones_own_is_checked_too():
    for config, words in (({"detecter": {"preset": "seed"}}, "did you mean detector"),
                          ({"kafka": {"ouput_topic": "x"}}, "did you mean kafka.output_topic")):
        with pytest.raises(cortado.InvalidConfigError, match=words):
            Settings.of({"config": config}).make_enricher()
    every = json.loads(program.run("config", "schema").stdout)["properties"]
    cortado.Enricher.from_config({name: {} for name in every})


def test_properties_of_librdkafka_become_those_of_the_java_clients():
    found = client_properties({"security.protocol": "SASL_SSL", "sasl.mechanisms": "SCRAM-SHA-512", "sasl.username": "me",
                               "sasl.password": 'a"b\\', "ssl.ca.location": "/ca.pem", "ssl.endpoint.identification.algorithm": "none"})
    assert found == {
        "kafka.security.protocol": "SASL_SSL", "kafka.sasl.mechanism": "SCRAM-SHA-512",
        "kafka.sasl.jaas.config": "org.apache.kafka.common.security.scram.ScramLoginModule required "
                                  'username="me" password="a\\"b\\\\";',
        "kafka.ssl.truststore.location": "/ca.pem", "kafka.ssl.truststore.type": "PEM",
        "kafka.ssl.endpoint.identification.algorithm": ""}
    assert client_properties({}) == {}


@pytest.mark.parametrize("properties, words", [
    ({"queued.min.messages": "5"}, "kafka.properties.queued.min.messages is librdkafka's"),
    ({"isolation.level": "read_uncommitted"}, "kafka.properties.isolation.level cannot be set: records of aborted"),
    ({"sasl.username": "me"}, "kafka.properties.sasl.username needs"),
    ({"sasl.username": "me", "sasl.password": "x", "sasl.mechanism": "GSSAPI"}, "sasl.mechanism of PLAIN")])
def test_a_property_that_cannot_be_passed_is_named(write, session, tmp_path, properties, words):
    path = write(json.dumps({"kafka": {"properties": properties}}))
    with pytest.raises(cortado.InvalidConfigError, match=words):
        main(["--config", path, "--checkpointLocation", str(tmp_path / "checkpoint")])
    assert not (tmp_path / "checkpoint").exists() and session.streams.active == []
