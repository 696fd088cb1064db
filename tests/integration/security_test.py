# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The whole way over TLS with a login, and what a wrong password or an unknown certificate says."""
import re
import shlex

import pytest

from support import program
from support.broker import PASSWORD, STRANGER, STRANGERS_PASSWORD, USER
from support.readings import make_rows, write_csv


@pytest.fixture
def secure(broker, make_pipeline):
    pipeline = make_pipeline(partitions=2)
    pipeline.config["kafka"]["bootstrap_servers"] = broker.sasl_bootstrap
    pipeline.config["kafka"]["properties"].update({
        "security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN", "sasl.username": USER,
        "sasl.password": PASSWORD, "ssl.ca.location": broker.ca})
    return pipeline


def test_records_go_through_tls_with_a_login(secure, tmp_path):
    source = write_csv(tmp_path / "readings.csv", make_rows(2, 50))
    program.run("generate", source, "-c", secure.write_config(), "--topic", secure.input)
    worker = secure.detect()
    assert len(secure.wait_for_all(worker)) == 100
    assert worker.terminate() == program.OK
    assert PASSWORD not in worker.log + worker.out


def leaves_soon(worker):
    """Long before any call of the client would time out; the time itself is measured elsewhere."""
    assert worker.wait(within=30) == program.FAILED
    return worker.log + worker.out


def test_a_wrong_password_is_shown_and_never_printed(secure):
    secure.config["kafka"]["properties"]["sasl.password"] = "not the horse"
    said = leaves_soon(secure.detect())
    assert "authentication failed" in said.lower()
    assert "not the horse" not in said


def test_an_unknown_certificate_is_shown(secure):
    del secure.config["kafka"]["properties"]["ssl.ca.location"]
    assert "certificate" in leaves_soon(secure.detect()).lower()


MOST_RIGHTS = 10
MOST_REPEATS = 3  # a broker follows a rule only some moments after kafka-acls.sh has ended


def runs_or_names_a_right(secure):
    """The command in the message of a worker that left; None once both kinds of outcome are there."""
    worker, broker = secure.detect(), secure.broker

    def works():
        return broker.count(secure.output) > 0 and broker.count(secure.dead_letters) > 0
    program.wait_until(lambda: not worker.running() or works(), lambda: f"it leaves or works: {worker.log}")
    if worker.running():
        assert worker.terminate() == program.OK
        return None
    assert worker.wait() == program.FAILED
    # The last word counts: lanes may have met another missing right before.
    commands = re.findall(r"kafka-acls\.sh --bootstrap-server \S+ (.*?)(?: \(|$)", worker.log, re.MULTILINE)
    assert commands, worker.log
    return shlex.split(commands[-1])


def test_each_missing_right_ends_the_program_with_the_command_that_grants_it(secure, tmp_path):
    broker = secure.broker
    secure.generate(write_csv(tmp_path / "readings.csv", make_rows(2, 20)))
    broker.produce(secure.input, [(b"k", b"no record", None)])
    for topic in (secure.output, secure.dead_letters):
        broker.create_topic(topic, 2)
    secure.config["kafka"]["properties"].update({"sasl.username": STRANGER, "sasl.password": STRANGERS_PASSWORD})
    granted = []  # in the order in which they were missed
    repeats = 0
    while (words := runs_or_names_a_right(secure)) is not None:
        if granted and words == granted[-1] and repeats < MOST_REPEATS:
            repeats += 1
            continue
        assert words not in granted and len(granted) < MOST_RIGHTS, granted
        broker.run_kafka_acls(["--bootstrap-server", broker.bootstrap, *words])
        granted.append(words)
    rights = {tuple(words[words.index("--operation") + 1:]) for words in granted}
    # The list of docs/kafka.md, Describe where a topic is looked up before it is used.
    assert {right for right in rights if right[0] != "Describe"} == {
        ("Read", "--topic", secure.input), ("Read", "--group", secure.config["kafka"]["group_id"]),
        ("Write", "--transactional-id", f"cortado.{secure.config['kafka']['group_id']}.{secure.input}.",
         "--resource-pattern-type", "prefixed"),
        ("Write", "--topic", secure.output, "--topic", secure.dead_letters)}
    assert all(f"User:{STRANGER}" in words for words in granted)
    assert broker.count(secure.output) >= 40


def test_a_generator_without_the_right_to_write_names_the_command(secure, tmp_path):
    secure.config["kafka"]["properties"].update({"sasl.username": STRANGER, "sasl.password": STRANGERS_PASSWORD})
    source = write_csv(tmp_path / "readings.csv", make_rows(1, 5))
    result = program.run("generate", source, "-c", secure.write_config(), "--topic", secure.input,
                         expect=program.FAILED)
    assert "kafka-acls.sh" in result.stderr and secure.input in result.stderr
    assert secure.broker.count(secure.input) == 0
