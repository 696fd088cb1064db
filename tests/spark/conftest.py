# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""A Spark of this process alone, and a cluster of two workers that jobs are submitted to; each once a run."""
import concurrent.futures
import os
import random
import subprocess
import sys

import pytest
from pyspark.sql import SparkSession

from support.broker import Broker
from support.spark_job import SCRIPT, SHORT_LIVED, Cluster, Flow
from support.spark_stream import Stream
from support.spark_topics import Topics

FULL_ONLY = "full_test.py"


def pytest_ignore_collect(collection_path, config):
    """What takes minutes is no test of the short form at all, rather than a skipped one."""
    return True if collection_path.name == FULL_ONLY and not config.getoption("--full") else None


def pytest_generate_tests(metafunc):
    if "seed" in metafunc.fixturenames:
        # It stands in the test's name, so that a failed round can be run again.
        full = metafunc.config.getoption("--full")
        metafunc.parametrize("seed", [random.SystemRandom().randrange(10**9) if full else 1])


@pytest.fixture(scope="session")
def session(tmp_path_factory):
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    folder = tmp_path_factory.mktemp("spark")
    jars = subprocess.run([sys.executable, SCRIPT, "jars"], check=True, capture_output=True, text=True).stdout.strip()
    builder = SparkSession.builder.master("local[2]").appName("cortado-tests")
    settings = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2", "spark.driver.host": "127.0.0.1",
                "spark.driver.bindAddress": "127.0.0.1", "spark.sql.session.timeZone": "Pacific/Auckland",
                "spark.local.dir": str(folder), "spark.sql.warehouse.dir": str(folder / "warehouse"), "spark.jars": jars,
                "spark.driver.memory": "1g", "spark.driver.extraJavaOptions": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
                "spark.log.level": "ERROR"}
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


@pytest.fixture
def make_stream(session, tmp_path):
    return lambda name="stream": Stream(session, tmp_path / name)


@pytest.fixture(scope="session", autouse=True)
def ahead(request, tmp_path_factory, kafka):
    """Broker and cluster, as far as a test wants them, start beside the first tests, which want neither."""
    makers = {"broker": lambda folder: Broker(folder, kafka), "cluster": Cluster}
    wanted = {name for item in request.session.items for name in item.fixturenames}
    with concurrent.futures.ThreadPoolExecutor() as pool:
        yield {name: pool.submit(make, tmp_path_factory.mktemp(name)) for name, make in makers.items() if name in wanted}


@pytest.fixture(scope="session")
def broker(ahead):
    broker = ahead["broker"].result()
    yield broker
    broker.stop()


@pytest.fixture(scope="session")
def cluster(ahead):
    cluster = ahead["cluster"].result()
    yield cluster
    cluster.stop()


@pytest.fixture
def topics(session, broker, unique, tmp_path):
    return Topics(session, broker, unique("topics"), tmp_path)


@pytest.fixture
def make_flow(broker, unique, tmp_path):
    """make_flow(master, settings): topics of their own, and jobs between them."""
    made = []

    def make(master, settings=SHORT_LIVED):
        made.append(Flow(broker, unique("spark"), tmp_path, master, settings))
        return made[-1]
    yield make
    for flow in made:
        flow.end()
