# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Which Kafka a job reads, as its brokers tell it."""
from __future__ import annotations

from collections.abc import Mapping

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

from cortado import UnavailableError


def cluster_id(session: SparkSession, properties: Mapping[str, str]) -> str:
    """Return the cluster's id, asked for by the client that the connector brings to the driver's JVM.

    Parameters
    ----------
    session : SparkSession
    properties : mapping of str to str
        Spark's options ``kafka.NAME``.

    Raises
    ------
    cortado.UnavailableError
        No broker answers, or the client refuses a property.
    """
    java = session._jvm
    assert java is not None
    own = java.java.util.Properties()
    for name, value in properties.items():
        own.setProperty(name.removeprefix("kafka."), value)
    try:
        client = java.org.apache.kafka.clients.admin.AdminClient.create(own)
        try:
            return str(client.describeCluster().clusterId().get())
        finally:
            client.close()
    except Py4JJavaError as failure:
        thrown = failure.java_exception
        while thrown.getCause() is not None:
            thrown = thrown.getCause()
        raise UnavailableError(f"Kafka at {properties.get('kafka.bootstrap.servers')} does not tell its cluster's id: "
                               f"{thrown.getMessage()}") from None
