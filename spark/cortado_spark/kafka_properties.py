# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""kafka.properties of the configuration, which are librdkafka's, as properties of the Java clients that Spark has."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cortado import InvalidConfigError

# Set by the job, because the scores or the promise to lose nothing rest on them.
FIXED = {"isolation.level": "records of aborted transactions must not reach a model",
         "acks": "a record is written once all replicas in sync have it",
         "enable.idempotence": "a retry must not change the order of a device's records",
         "transactional.id": "Spark's sink writes without transactions, and its producer would refuse every record"}

# Of the same name and meaning in both.
SAME = ("bootstrap.servers", "client.id", "client.rack", "compression.type", "connections.max.idle.ms",
        "fetch.max.bytes", "fetch.min.bytes", "heartbeat.interval.ms", "linger.ms", "max.partition.fetch.bytes",
        "max.poll.interval.ms", "metadata.max.age.ms",
        "reconnect.backoff.max.ms", "reconnect.backoff.ms", "sasl.kerberos.service.name", "sasl.mechanism",
        "security.protocol", "session.timeout.ms", "ssl.cipher.suites", "ssl.endpoint.identification.algorithm")
RENAMED = {"sasl.mechanisms": "sasl.mechanism", "compression.codec": "compression.type",
           "fetch.message.max.bytes": "max.partition.fetch.bytes", "message.max.bytes": "max.request.size",
           "queue.buffering.max.ms": "linger.ms",
           "ssl.ca.location": "ssl.truststore.location", "ssl.ca.pem": "ssl.truststore.certificates"}
LOGIN = {"PLAIN": "org.apache.kafka.common.security.plain.PlainLoginModule",
         "SCRAM-SHA-256": "org.apache.kafka.common.security.scram.ScramLoginModule",
         "SCRAM-SHA-512": "org.apache.kafka.common.security.scram.ScramLoginModule"}


def refusal(name: str) -> str:
    """Why a property of the Java clients cannot be set; empty if it can."""
    return FIXED.get(name, "")


def client_properties(properties: Mapping[str, Any]) -> dict[str, str]:
    """Return Spark's options ``kafka.NAME`` for librdkafka's properties.

    Raises
    ------
    cortado.InvalidConfigError
        A property has no equal in the Java clients, or cannot be set. None is left out in silence.
    """
    found: dict[str, str] = {}
    for name, value in properties.items():
        if refusal(name):
            raise InvalidConfigError(f"kafka.properties.{name} cannot be set: {refusal(name)}")
        if name in ("sasl.username", "sasl.password"):
            continue
        if name not in SAME and name not in RENAMED:
            raise InvalidConfigError(f"kafka.properties.{name} is librdkafka's and has no equal in the Java clients that is "
                                     "known; leave it out, and set theirs by --kafka.NAME")
        # librdkafka's none, for a certificate whose host is not looked at, is an empty text to the Java clients.
        none = value is None or name == "ssl.endpoint.identification.algorithm" and value == "none"
        found["kafka." + RENAMED.get(name, name)] = "" if none else str(value)
        if name.startswith("ssl.ca."):
            found["kafka.ssl.truststore.type"] = "PEM"
    return {**found, **_login(properties, found.get("kafka.sasl.mechanism", "").upper())}


def _login(properties: Mapping[str, Any], mechanism: str) -> dict[str, str]:
    given = [name for name in ("sasl.username", "sasl.password") if name in properties]
    if not given:
        return {}
    if len(given) == 1 or mechanism not in LOGIN:
        raise InvalidConfigError(f"kafka.properties.{given[0]} needs sasl.username, sasl.password and a sasl.mechanism of "
                                 f"{', '.join(LOGIN)}; for others set --kafka.sasl.jaas.config")
    user, password = (_quoted(str(properties[name])) for name in given)
    return {"kafka.sasl.jaas.config": f"{LOGIN[mechanism]} required username={user} password={password};"}


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
