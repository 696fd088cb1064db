# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The demonstration on a real broker: kill -9, start it again, nothing lost and nothing sent twice."""
from support import program


def test_a_killed_demo_goes_on_where_it_stopped(make_pipeline):
    pipeline = make_pipeline(partitions=3)
    pipeline.config["state"]["checkpoint_interval"] = "1s"
    flags = ("demo", "-c", pipeline.write_config(), "--rate", "1500/s", "--set", "simulator.devices=4")
    for _ in range(2):
        demo = pipeline.start(*flags)
        pipeline.wait_for_output(demo, pipeline.broker.count(pipeline.output) + 1500)
        demo.kill()
    worker = pipeline.detect()
    records = pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK
    first = {}
    for record in records:
        assert first.setdefault(record.source, record).value == record.value
    readings = [(r.json["device"], r.json["dateGMT"], r.json["timeGMT"]) for r in first.values()]
    assert len(set(readings)) == len(readings) >= 3000
    sequences = {}
    for record in first.values():
        sequences.setdefault(record.json["device"], []).append(record.json["sequence"])
    assert len(sequences) == 4
    for numbers in sequences.values():
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
