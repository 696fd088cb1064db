# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What cannot go well is refused at once, with words that help."""
import json

import pytest

from support import program
from support.readings import make_row, make_rows, write_csv


def start_working(pipeline, tmp_path, rows=None):
    """A worker that has scored what its topic holds."""
    pipeline.generate(write_csv(tmp_path / "readings.csv", rows or make_rows(2, 20)))
    worker = pipeline.detect()
    pipeline.wait_for_all(worker)
    return worker


def test_a_topic_with_another_partition_count_is_refused(broker, make_pipeline, tmp_path):
    pipeline = make_pipeline(partitions=3)
    pipeline.config["kafka"]["input_partitions"] = 4
    worker = pipeline.detect()
    assert worker.wait() == program.FAILED
    assert pipeline.input in worker.log and "3" in worker.log and "4" in worker.log
    source = write_csv(tmp_path / "readings.csv", make_rows(1, 2))
    result = pipeline.generate(source, "--set", "kafka.input_partitions=4", expect=program.FAILED)
    assert pipeline.input in result.stderr
    assert broker.partitions(pipeline.input) == 3 and broker.count(pipeline.input) == 0


def test_missing_topics_are_made_with_the_set_number_of_partitions(broker, make_pipeline):
    pipeline = make_pipeline(partitions=0)
    pipeline.config["kafka"].update(input_partitions=6, output_partitions=2)
    worker = pipeline.detect()
    program.wait_until(lambda: worker.check_running() and broker.partitions(pipeline.dead_letters),
                       "all topics are made")
    assert [broker.partitions(topic) for topic in (pipeline.input, pipeline.output)] == [6, 2]
    worker.url()
    assert worker.terminate() == program.OK


def test_one_output_partition_for_many_is_warned_of(make_pipeline):
    pipeline = make_pipeline(partitions=3)
    pipeline.config["kafka"]["output_partitions"] = 1
    worker = pipeline.detect()
    worker.url()
    assert "the output topic has one partition" in worker.log
    assert worker.terminate() == program.OK


def test_a_missing_topic_is_refused_where_none_may_be_made(broker, make_pipeline):
    pipeline = make_pipeline(partitions=0)
    pipeline.config["kafka"]["create_topics"] = False
    worker = pipeline.detect()
    assert worker.wait() == program.FAILED
    assert pipeline.input in worker.log
    assert broker.partitions(pipeline.input) == 0


def test_a_state_folder_of_another_group_is_refused_by_name(make_pipeline, tmp_path):
    pipeline = make_pipeline(partitions=2)
    first = start_working(pipeline, tmp_path)
    second = pipeline.detect("--set", "kafka.group_id=another-group")
    assert second.wait() == program.FAILED
    assert str(pipeline.state) in second.log
    assert first.terminate() == program.OK


def test_an_unknown_key_is_refused_with_its_line_and_the_nearest_key(make_pipeline):
    pipeline = make_pipeline(partitions=0)
    path = pipeline.folder / "typo.yaml"
    path.write_text(f"kafka:\n  bootstrap_servers: {pipeline.broker.bootstrap}\n"
                    "stream:\n  batch_intervall: 500ms\n")
    result = program.run("detect", "-c", path, expect=program.USAGE)
    assert "typo.yaml:4" in result.stderr
    assert "batch_intervall" in result.stderr and "stream.batch_interval" in result.stderr
    result = program.run("config", "print", "--set", "stream.thread=2", expect=program.USAGE)
    assert "stream.thread" in result.stderr and "stream.threads" in result.stderr


def test_a_property_that_the_guarantee_rests_on_is_refused(make_pipeline):
    pipeline = make_pipeline(partitions=0)
    for name in ("enable.auto.commit", "isolation.level", "transactional.id", "partitioner",
                 "auto.offset.reset", "enable.idempotence", "acks", "group.id", "max.in.flight",
                 "transaction.timeout.ms"):
        result = program.run("detect", "-c", pipeline.write_config(), "-X", f"{name}=x", expect=program.USAGE)
        assert name in result.stderr


def test_a_wrong_command_line_is_a_usage_error():
    for words in ([], ["detect", "--nonsense"], ["generate"], ["replay", "/nowhere.csv", "-o", "x"]):
        result = program.run(*words, expect=program.USAGE)
        assert "--help" in result.stderr + result.stdout


def test_config_print_names_the_origin_of_every_value(tmp_path):
    path = tmp_path / "cortado.yaml"
    path.write_text("stream:\n  threads: 3\nkafka:\n  properties:\n    sasl.password: hunter2\n")
    result = program.run("config", "print", "--origin", "-c", path, "--set", "http.listen=127.0.0.1:9")
    lines = result.stdout.splitlines()
    assert any("threads" in line and "3" in line and "cortado.yaml:2" in line for line in lines), lines
    assert any("127.0.0.1:9" in line and "--set" in line for line in lines), lines
    assert "hunter2" not in result.stdout + result.stderr


def delete_topic(broker, name):
    broker.admin.delete_topics([name])[name].result(30)
    program.wait_until(lambda: broker.partitions(name) == 0, f"{name} is gone")


def test_an_output_topic_that_is_deleted_ends_the_run_by_name(broker, make_pipeline, tmp_path):
    pipeline = make_pipeline(partitions=1)
    worker = start_working(pipeline, tmp_path)
    delete_topic(broker, pipeline.output)
    pipeline.generate(write_csv(tmp_path / "more.csv", make_rows(2, 20)))
    assert worker.wait() == program.FAILED
    assert f"topic {pipeline.output} was deleted" in worker.log


def test_an_input_topic_that_is_made_anew_ends_the_run_and_the_next_one(broker, make_pipeline, tmp_path):
    pipeline = make_pipeline(partitions=1)
    worker = start_working(pipeline, tmp_path)
    delete_topic(broker, pipeline.input)
    broker.create_topic(pipeline.input, 1)
    assert worker.wait() == program.FAILED
    assert "made anew" in worker.log and "cortado state reset --to beginning" in worker.log
    again = pipeline.detect()
    assert again.wait() == program.FAILED
    assert "made anew" in again.log


@pytest.mark.parametrize("guarantee", ["exactly_once", "at_least_once"])
@pytest.mark.parametrize("refusal", ["no key", "timestamp"])
def test_a_record_that_the_output_topic_refuses_stops_its_lane_at_once(broker, make_pipeline, refusal, guarantee):
    pipeline = make_pipeline(partitions=1)
    pipeline.config["stream"]["guarantee"] = guarantee
    key, value = b"key", json.dumps(make_row(1, 0)).encode()
    if refusal == "no key":
        broker.create_topic(pipeline.output, 1, **{"cleanup.policy": "compact"})
        broker.produce(pipeline.input, [(None, value, None)])
    else:
        broker.create_topic(pipeline.output, 1, **{"message.timestamp.before.max.ms": "60000"})
        broker.produce(pipeline.input, [(key, value, None, 1_500_000_000_000)])
    worker = pipeline.detect()
    assert worker.wait() == program.FAILED
    said = {"no key": "a compacted topic takes none without one", "timestamp": "message.timestamp.before.max.ms"}[refusal]
    assert f"topic {pipeline.output}" in worker.log and said in worker.log, worker.log
    assert worker.log.count("a transaction failed") <= 1, worker.log
    assert broker.count(pipeline.output) == 0


def test_a_worker_whose_topic_was_deleted_still_leaves_when_told(broker, make_pipeline, tmp_path):
    pipeline = make_pipeline(partitions=2)
    worker = start_working(pipeline, tmp_path)
    broker.admin.delete_topics([pipeline.input])[pipeline.input].result(30)
    program.wait_until(lambda: broker.partitions(pipeline.input) == 0, "the topic is gone")
    worker.terminate()
    assert "records_out" in worker.out
