# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Devices between a native detector and Spark's state by `cortado state`: the scores of one that never moved."""
import copy
import json

import pytest

import cortado
from cortado_spark.job import start
from cortado_spark.settings import Settings
from cortado_spark.state import main as export_state
from cortado_spark.state import read_exports
from support import program
from support.readings import device_of, make_rows, write_csv
from support.rows import differences, read_csv
from support.spark_job import kept

DEVICES, HOURS, PARTITIONS = 5, 240, 3
PRESET = "multiscale"


class Journey:
    """Readings in three parts, and who scores each."""

    def __init__(self, pipeline, session, folder):
        self.pipeline, self.session, self.folder, self.broker = pipeline, session, folder, pipeline.broker
        pipeline.config["detector"] = {"preset": PRESET}
        self.rows = make_rows(DEVICES, HOURS)
        program.run("replay", write_csv(folder / "all.csv", self.rows), "-o", folder / "out.csv", "--preset", PRESET)
        self.replayed = read_csv(folder / "out.csv")
        self.part = len(self.rows) // 3 // DEVICES * DEVICES

    def config(self, name):
        """The same input for another group, with state and output of its own."""
        config = copy.deepcopy(self.pipeline.config)
        config["kafka"].update(group_id=f"{self.pipeline.input}-{name}", output_topic=f"{self.pipeline.input}-{name}")
        config["state"]["dir"] = str(self.folder / name)
        if not self.broker.partitions(config["kafka"]["output_topic"]):
            self.broker.create_topic(config["kafka"]["output_topic"], PARTITIONS)
        (self.folder / f"{name}.yaml").write_text(json.dumps(config))
        return self.folder / f"{name}.yaml"

    def send(self, part):
        rows = self.rows[part * self.part:(part + 1) * self.part if part < 2 else None]
        self.broker.produce(self.pipeline.input, [(device_of(row).encode(), json.dumps(row).encode(), None) for row in rows])

    def detect(self, config):
        worker = self.pipeline.start("detect", "-c", config, "--until-end")
        assert worker.wait() == program.OK, worker.log

    def spark(self, config, *words):
        query = start(self.session, ["--config", str(config), "--checkpointLocation", str(self.folder / "checkpoint"),
                                     "--triggerInterval", "0 seconds", "--maxOffsetsPerTrigger", "300", *words])
        query.processAllAvailable()
        query.stop()

    def differences(self, name, first):
        """What a group wrote, beside the rows from that part on of one undisturbed run."""
        records = kept(self.broker.read(f"{self.pipeline.input}-{name}"))
        return differences(records, self.replayed[first * self.part:])


@pytest.fixture
def journey(make_pipeline, session, tmp_path):
    return Journey(make_pipeline(PARTITIONS), session, tmp_path)


def test_devices_move_from_a_detector_to_spark_and_back(journey):
    out, back = journey.folder / "out.ctex", journey.folder / "back.ctex"
    cluster_id = journey.broker.admin.list_topics(timeout=30).cluster_id
    native, spark, again = (journey.config(name) for name in ("native", "spark", "again"))
    journey.send(0)
    journey.detect(native)
    program.run("state", "export", "-c", native, "-o", out)
    journey.send(1)
    journey.spark(spark, "--initialState", str(out), "--snapshotBatches", "2")
    export_state(["--config", str(spark), "--clusterId", cluster_id, str(journey.folder / "checkpoint"), str(back)])
    program.run("state", "import", back, "-c", again)
    journey.send(2)
    journey.detect(again)
    # The native group goes on too, and Spark from its checkpoint: all three end alike.
    journey.detect(native)
    journey.spark(spark)
    assert journey.differences("native", 0) == []
    assert journey.differences("spark", 1) == []
    assert journey.differences("again", 2) == []
    # An import with an unknown cluster would begin at the log's start and learn all again.
    with pytest.raises(SystemExit):
        export_state(["--config", str(spark), str(journey.folder / "checkpoint"), str(back)])
    with pytest.raises(cortado.UnsupportedError, match="another detector configuration"):
        read_exports(journey.session, str(out), Settings.of({"config": {"detector": {"preset": "seed"}}}))
