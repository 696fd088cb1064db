# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Settings that change no model bytes never invalidate the state: the models go on, bit for bit."""
from support import program
from support.readings import make_rows, write_csv
from support.rows import read_csv, same_value

DEVICES, HOURS = 3, 300


def test_thresholds_alerts_http_and_threads_keep_the_state(make_pipeline, tmp_path):
    rows = make_rows(DEVICES, HOURS)
    whole = write_csv(tmp_path / "whole.csv", rows)
    program.run("replay", whole, "-o", tmp_path / "replayed.csv", "--preset", "multiscale")
    expected = {(row["device"], row["sequence"]): row for row in read_csv(tmp_path / "replayed.csv")}
    pipeline = make_pipeline(partitions=2)
    pipeline.config["detector"] = {"preset": "multiscale"}
    pipeline.generate(write_csv(tmp_path / "first.csv", rows[:DEVICES * 150]))
    worker = pipeline.detect("--until-end")
    assert worker.wait() == program.OK, worker.log
    pipeline.config["stream"].update(threads=3, batch_interval="40ms", max_batch_records=70, max_bad_share=0.9)
    pipeline.config["http"].update(history=900, max_streams=2, refresh="1s")
    pipeline.config["log"] = {"level": "debug"}
    pipeline.config["alerts"] = {"budget": "3/week", "direction": "up", "min_absolute": 0.01}
    pipeline.config["detector"]["advanced"] = {"cut": 6, "refractory": 5, "warm_up": 50}
    pipeline.config["detector"]["faults"] = {"gap": False}
    pipeline.generate(write_csv(tmp_path / "second.csv", rows[DEVICES * 150:]))
    worker = pipeline.detect("--until-end")
    assert worker.wait() == program.OK, worker.log
    pipeline.broker.wait_until_settled(pipeline.output)
    records = [record.json for record in pipeline.broker.read(pipeline.output)]
    assert len(records) == len(expected) == len(rows)
    for record in records:
        row = expected[record["device"], str(record["sequence"])]
        for name in ("prediction", "error", "predictionNext", "modelAge", "modelHash"):
            assert same_value(record[name], row[name] or ""), (record, row)
