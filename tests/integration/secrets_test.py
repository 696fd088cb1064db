# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Whatever stands where a password may stand is shown by no command, however it is written."""
import subprocess

import pytest

from support import program

FLAGS = [
    ["-X", "sasl.password:hunter9"],
    ["-X", "sasl.password:hunter9="],
    ["-X", "hunter9"],
    ["-X", "sasl.pasword=hunter9"],
    ["-X", "hunter9=5"],
    ["-X", "linger.ms=5", "sasl.password=hunter9"],
    ["--set", "kafka.properties.sasl.password:hunter9"],
    ["--set", "kafka.properties.sasl.password:hunter9=1"],
    ["--set", "kafka.properties={sasl.password=hunter9}"],
    ["--set", "kafka.properties=sasl.password=hunter9"],
    ["--set", "kafka.propertys.sasl.password:hunter9=1"],
    ["-X", "sasl.oauthbearer.config=principal=admin secret=hunter9"],
]
FILES = [
    'properties: "sasl.password=hunter9"',
    "properties:\n    sasl.password=hunter9",
    "properties:\n    sasl.password=hunter9:",
    "properties:\n    security.protocol: PLAINTEXT\n    sasl.password=hunter9",
    "properties:\n  sasl.password=hunter9:",
    "properties: {sasl.pasword: hunter9}",
    "properties: {hunter9}",
    "properties: {sasl.password: [hunter9]}",
    "properties: {sasl.password: 'a${hunter9}'}",
    "properties: {sasl.oauthbearer.config: 'principal=admin secret=hunter9'}",
]
VIEWS = [["validate"], ["validate", "--no-environment"], ["config", "print", "--origin"]]


def said_by(words, **variables):
    """Both outputs of a command, whatever its exit code."""
    result = subprocess.run([program.BINARY, *map(str, words)], capture_output=True, text=True, timeout=120,
                            env={**program.environment(), **variables}, check=False)
    return result.stdout + result.stderr


@pytest.mark.parametrize("view", VIEWS, ids=" ".join)
@pytest.mark.parametrize("flags", FLAGS, ids=" ".join)
def test_no_flag_is_quoted(view, flags):
    text = said_by([*view, *flags])
    assert text and "hunter9" not in text


@pytest.mark.parametrize("view", VIEWS, ids=" ".join)
@pytest.mark.parametrize("lines", FILES)
def test_no_line_is_quoted(view, lines, tmp_path):
    (tmp_path / "cortado.yaml").write_text(f"kafka:\n  {lines}\n", encoding="utf-8")
    text = said_by([*view, "-c", tmp_path / "cortado.yaml"])
    assert text and "hunter9" not in text


def test_no_variable_is_quoted():
    text = said_by(["config", "print"], CORTADO_KAFKA_PROPERTIES="{sasl.password=hunter9}")
    assert "kafka.properties" in text and "hunter9" not in text


def test_what_librdkafka_logs_of_a_secret_is_redacted(broker, unique):
    text = said_by(["detect", "--until-end", "-X", f"bootstrap.servers={broker.sasl_bootstrap}",
                    "-X", "security.protocol=SASL_SSL", "-X", "sasl.mechanism=OAUTHBEARER",
                    "-X", "enable.sasl.oauthbearer.unsecure.jwt=true", "-X", f"ssl.ca.location={broker.ca}",
                    "-X", "sasl.oauthbearer.config=bogus=hunter9", "--set", "http.listen=127.0.0.1:0",
                    "--set", f"kafka.input_topic={unique('oauth')}"])
    assert "sasl.oauthbearer.config" in text and "hunter9" not in text


def test_the_documented_variable_of_a_password_is_no_mistake(tmp_path):
    (tmp_path / "cortado.yaml").write_text("kafka: {properties: {sasl.password: '${CORTADO_PASSWORD}'}}\n")
    text = said_by(["config", "print", "-c", tmp_path / "cortado.yaml"], CORTADO_PASSWORD="hunter9")
    assert "sasl.password: ${CORTADO_PASSWORD}" in text.replace('"', "") and "no key" not in text
    text = said_by(["config", "print"], CORTADO_HOME="/opt", CORTADO_STREAM_THREDS="2")
    assert "CORTADO_HOME: no key has this name" in text
    assert "CORTADO_STREAM_THREDS: no key has this name; did you mean CORTADO_STREAM_THREADS?" in text
    assert "bootstrap_servers" in text
