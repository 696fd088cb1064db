# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What `detect` refuses at its start, `validate` refuses, and changes nothing."""
import pytest
from confluent_kafka.admin import ConfigResource

from support import program
from support.broker import STRANGER, STRANGERS_PASSWORD


def validate(pipeline, *words, expect=program.OK):
    return program.run("validate", "-c", pipeline.write_config(), *words, expect=expect)


def settings_of(broker, topic):
    resource = ConfigResource(ConfigResource.Type.TOPIC, topic)
    return {name: entry.value for name, entry in broker.admin.describe_configs([resource])[resource].result(30).items()}


def test_a_good_configuration_leaves_no_trace(broker, make_pipeline):
    pipeline = make_pipeline(partitions=0)
    pipeline.config["state"]["dir"] = str(pipeline.folder / "a/b/state")
    assert "configuration and broker ok" in validate(pipeline).stdout
    assert [broker.partitions(topic) for topic in (pipeline.input, pipeline.output, pipeline.dead_letters)] == [0, 0, 0]
    assert not (pipeline.folder / "a").exists()
    (pipeline.folder / "a/b/state").mkdir(parents=True)
    validate(pipeline)
    assert list((pipeline.folder / "a/b/state").iterdir()) == []


@pytest.mark.parametrize("words, named", [
    (["-X", "max.in.flight=100"], "max.in.flight"),
    (["-X", "retries=0"], "retries"),
    (["-X", "queuing.strategy=lifo"], "queuing.strategy"),
    (["--set", "kafka.output_topic=bad topic"], "kafka.output_topic"),
    (["--set", "kafka.dead_letter_topic=bad/topic"], "kafka.dead_letter_topic"),
    (["--set", "generator.rate=5/s", "--set", "generator.speed=10x"], "generator.rate"),
    (["--set", "state.dir=", "--set", "state.idle_after=1h"], "state.idle_after"),
    (["--set", "kafka.group_id=bad group", "--set", "state.store=kafka"], "kafka.group_id"),
    (["--set", "kafka.state_topic_configs={cleanup.policy: delete}"], "kafka.state_topic_configs"),
])
def test_a_mistake_in_the_configuration_is_refused(make_pipeline, words, named):
    result = validate(make_pipeline(partitions=0), *words, expect=program.USAGE)
    assert named in result.stderr


def test_a_folder_that_cannot_be_written_is_refused(make_pipeline):
    result = validate(make_pipeline(partitions=0), "--set", "state.dir=/proc/nope", expect=program.FAILED)
    assert "state.dir" in result.stderr and "/proc/nope" in result.stderr


def test_every_topic_is_looked_at(broker, make_pipeline):
    pipeline = make_pipeline(partitions=3)
    broker.create_topic(pipeline.output, 3)
    result = validate(pipeline, "--set", "kafka.output_partitions=10", expect=program.FAILED)
    assert f"topic {pipeline.output} has 3 partitions, not the 10" in result.stderr
    result = validate(pipeline, "--set", "kafka.create_topics=false", "--set",
                      "kafka.dead_letter_topic_configs={retention.ms: 5000}", expect=program.FAILED)
    assert pipeline.dead_letters in result.stderr and "--config 'retention.ms=5000'" in result.stderr
    state = f"cortado.{pipeline.config['kafka']['group_id']}.{pipeline.input}.state"
    broker.create_topic(state, 2)
    result = validate(pipeline, "--set", "state.store=kafka", expect=program.FAILED)
    assert state in result.stderr


def test_a_topic_setting_that_kafka_does_not_have_is_refused(make_pipeline):
    pipeline = make_pipeline(partitions=0)
    for key in ("topic_configs", "input_topic_configs", "output_topic_configs", "dead_letter_topic_configs"):
        result = validate(pipeline, "--set", f"kafka.{key}={{retention.mss: 5}}", expect=program.USAGE)
        assert "retention.mss" in result.stderr, result.stderr


def test_a_right_that_can_be_seen_is_missed(broker, make_pipeline):
    pipeline = make_pipeline(partitions=1)
    pipeline.config["kafka"]["bootstrap_servers"] = broker.sasl_bootstrap
    pipeline.config["kafka"]["properties"].update({
        "security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN", "sasl.username": STRANGER,
        "sasl.password": STRANGERS_PASSWORD, "ssl.ca.location": broker.ca})
    result = validate(pipeline, expect=program.FAILED)
    assert "kafka-acls.sh" in result.stderr and pipeline.input in result.stderr


def test_each_role_has_topic_settings_of_its_own(broker, make_pipeline):
    pipeline = make_pipeline(partitions=0)
    pipeline.config["state"]["store"] = "kafka"
    pipeline.config["kafka"].update(
        input_partitions=2, topic_configs={"retention.ms": "604800000", "max.message.bytes": "2000000"},
        input_topic_configs={"retention.ms": "86400000"}, output_topic_configs={"compression.type": "lz4"},
        dead_letter_topic_configs={"retention.ms": "1209600000"}, state_topic_configs={"segment.ms": "7200000"})
    validate(pipeline)
    worker = pipeline.detect()
    worker.url()
    assert worker.terminate() == program.OK
    state = f"cortado.{pipeline.config['kafka']['group_id']}.{pipeline.input}.state"
    found = {topic: settings_of(broker, topic)
             for topic in (pipeline.input, pipeline.output, pipeline.dead_letters, state)}
    assert [found[topic]["retention.ms"] for topic in (pipeline.input, pipeline.output, pipeline.dead_letters)] == \
        ["86400000", "604800000", "1209600000"]
    assert [found[topic]["compression.type"] for topic in (pipeline.input, pipeline.output)] == ["producer", "lz4"]
    assert found[pipeline.input]["max.message.bytes"] == "2000000"
    assert (found[state]["cleanup.policy"], found[state]["segment.ms"]) == ("compact", "7200000")


def test_a_usage_error_sums_nothing_up(make_pipeline, tmp_path):
    pipeline = make_pipeline(partitions=0)
    for words in (["detect", "-c", pipeline.write_config(), "--json", "-X", "retries=0"],
                  ["generate", "--simulate", "-c", pipeline.write_config(), "--json", "--rate", "5/s", "--speed", "9x"],
                  ["demo", "--json", "--set", "state.store=kafka", "--listen", "127.0.0.1:0"]):
        result = program.run(*words, expect=program.USAGE)
        assert result.stdout == "" and "records in" not in result.stderr


def test_a_rate_of_zero_is_no_rate():
    for words in (["--rate", "0/s"], ["--speed", "0x"]):
        result = program.run("generate", "--simulate", *words, expect=program.USAGE)
        assert "leave it out" in result.stderr


def test_the_embedded_broker_says_what_it_cannot_do():
    result = program.run("demo", "--set", "state.store=kafka", "--listen", "127.0.0.1:0", expect=program.USAGE)
    assert "state.store: kafka needs a real Kafka" in result.stderr


def test_an_override_with_a_wrong_key_names_the_nearest():
    result = program.run("validate", "--no-environment", "-X", "bootstrap.servers=x:1", "--set",
                         "detector.overrides=[{device: a, encoder: {mn: 0, max: 1}}]", expect=program.USAGE)
    assert "did you mean min?" in result.stderr


def test_a_value_that_is_judged_after_loading_names_its_place(tmp_path):
    path = tmp_path / "cortado.yaml"
    path.write_text("kafka:\n  bootstrap_servers: x:1\n  properties:\n    linger.ms: 5\n    fetch.mx.bytes: 10\n")
    for command in ("validate", "detect"):
        result = program.run(command, "-c", path, expect=program.USAGE)
        assert f"{path}:5: kafka.properties: fetch.mx.bytes is no property" in result.stderr
        assert 'did you mean "fetch.max.bytes"?' in result.stderr
