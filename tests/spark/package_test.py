# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The wheel of the job: our code alone; Spark, its libraries and all settings stay outside."""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import uuid
import zipfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DIST = ROOT / "build/spark/dist"
# Spark's own checks of a property's name are not ours: what a properties file may hold.
PROPERTY = re.compile(r"(spark\.[\w.]+)\s+(\S+)")


@pytest.fixture(scope="module")
def wheel():
    wheels = list(DIST.glob("cortado_spark-*.whl"))
    assert len(wheels) == 1, f"script/test spark makes one: {wheels}"
    with zipfile.ZipFile(wheels[0]) as archive:
        yield archive


def test_the_wheel_holds_our_code_and_asks_for_no_spark(wheel):
    names = [name for name in wheel.namelist() if ".dist-info/" not in name]
    assert {f"cortado_spark/{path.name}" for path in (ROOT / "spark/cortado_spark").glob("*.py")} == set(names)
    (metadata,) = (name for name in wheel.namelist() if name.endswith("METADATA"))
    needed = re.findall(r"^Requires-Dist: (.*)$", wheel.read(metadata).decode(), re.M)
    assert any(need.startswith("cortado==") for need in needed)
    assert [need for need in needed if need.startswith("pyspark")] == ["pyspark==4.2.0; extra == 'spark'"]


def test_settings_and_levels_stand_in_files_beside_it(wheel):
    """No setting of a topic, place or interval is in the package's sources but as a default with a name."""
    from cortado_spark.job import JOB_NAMES, MODEL_NAMES
    guide = (ROOT / "docs/spark.md").read_text(encoding="utf-8")
    for name in [*JOB_NAMES, *MODEL_NAMES]:
        assert re.search(rf"(`|--){name}\b", guide), f"docs/spark.md does not tell of {name}"
    lines = (ROOT / "spark/conf/spark-defaults.conf").read_text(encoding="utf-8").splitlines()
    settings = dict(PROPERTY.fullmatch(line).groups() for line in lines if line and not line.startswith("#"))
    assert settings["spark.eventLog.enabled"] == "true"
    assert settings["spark.sql.streaming.stateStore.providerClass"].endswith("RocksDBStateStoreProvider")
    for who in ("driver", "executor"):
        levels = (ROOT / f"spark/conf/log4j2-{who}.properties").read_text(encoding="utf-8")
        assert "rootLogger.level = warn" in levels and re.search(r"^logger\.\w+\.level = ", levels, re.M)


def test_the_guides_command_starts_a_session(tmp_path):
    """As written, but for what the reader fills in: it ends at the configuration that is not there."""
    guide = (ROOT / "docs/spark.md").read_text(encoding="utf-8")
    command = re.search(r"^spark-submit .*?--triggerInterval[^\n]*", guide, re.M | re.S)[0].replace("\\\n", " ")
    words = shlex.split(command)
    places = {"spark://...": "local[1]", "hdfs://...": str(tmp_path / "checkpoint"), "cortado.yaml": str(tmp_path / "none.yaml")}
    words = [places.get(word, word) for word in words]
    packages = words.index("--packages")  # from the network
    del words[packages:packages + 2]
    submit = shutil.which("spark-submit", path=pathlib.Path(sys.executable).parent)
    name = f"local-{uuid.uuid4().hex}"
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable}
    done = subprocess.run([submit, "--conf", f"spark.test.appId={name}", *words[1:]], capture_output=True, text=True,
                          timeout=300, check=False, cwd=ROOT, env=environment)
    events = pathlib.Path(f"/tmp/eventlog_v2_{name}")
    written = events.is_dir()
    shutil.rmtree(events, ignore_errors=True)
    assert done.returncode != 0 and "none.yaml cannot be read" in done.stdout, done.stdout + done.stderr
    assert written
