# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The whole way over TLS with a login, and what a wrong password or an unknown certificate says."""
import pytest

from support import program
from support.broker import PASSWORD, USER
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
