# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""A producer changes its format: the partition stops instead of filling the dead-letter topic."""
import json
import math

from support import program

MAPPING = {"device": "/device", "time": "/time", "value": "/value"}


def reading(minute, names):
    values = ("pump", 1_700_000_000 + 60 * minute, round(0.05 + 0.03 * math.sin(minute / 20), 4))
    return b"pump", json.dumps(dict(zip(names, values))).encode(), None


def test_a_changed_format_stops_the_partition_until_it_is_described(make_pipeline):
    pipeline = make_pipeline(partitions=1)
    pipeline.config["input"] = {"format": "json", "mapping": MAPPING}
    pipeline.broker.produce(pipeline.input, [reading(m, ("device", "time", "value")) for m in range(600)])
    worker = pipeline.detect()
    pipeline.wait_for_output(worker, 600)
    assert worker.terminate() == program.OK
    pipeline.broker.produce(pipeline.input, [reading(m, ("device", "time", "value")) for m in range(600, 640)])
    pipeline.broker.produce(pipeline.input, [reading(m, ("id", "at", "ppm")) for m in range(640, 1200)])
    worker = pipeline.detect()
    assert worker.wait() == program.FAILED
    assert "records cannot be read or measured" in worker.log
    assert "stream.max_bad_share: 1" in worker.log
    # Under a supervisor that starts it again: a start lets through what comes before there are enough to judge by.
    assert pipeline.detect().wait() == program.FAILED
    # Described, nothing was lost: what was written as a dead letter before it stopped is there too.
    pipeline.config["input"]["mapping"] = {"device": "/id", "time": "/at", "value": "/ppm"}
    worker = pipeline.detect("--until-end")
    worker.wait()
    assert "other settings" not in worker.log, worker.log
    pipeline.broker.wait_until_settled(pipeline.output)
    letters = pipeline.broker.read(pipeline.dead_letters)
    assert pipeline.broker.count(pipeline.output) + len(letters) == 1200
    assert len(letters) < 200


def test_a_renamed_measurement_stops_the_partition_too(make_pipeline):
    """Every record still has its device: without the breaker each would be enriched, as invalid, for ever."""
    pipeline = make_pipeline(partitions=1)
    pipeline.config["input"] = {"format": "json", "mapping": MAPPING}
    pipeline.broker.produce(pipeline.input, [reading(m, ("device", "time", "ppm")) for m in range(1400)])
    worker = pipeline.detect("--set", "stream.max_batch_records=20000")
    assert worker.wait() == program.FAILED
    assert "the last one: it lacks the measurement's field" in worker.log
    # A sensor that fails sends its field still, and stops nobody.
    pipeline = make_pipeline(partitions=1)
    pipeline.config["input"] = {"format": "json", "mapping": MAPPING}
    broken = [(key, value.replace(b'"value": ', b'"value": null, "was": '), headers)
              for key, value, headers in (reading(m, ("device", "time", "value")) for m in range(1400))]
    pipeline.broker.produce(pipeline.input, broken)
    worker = pipeline.detect("--until-end")
    assert worker.wait() == program.OK, worker.log
    assert program.summary_of(worker.out)["records_invalid"] == 1400


def test_who_wants_the_dead_letters_gets_them(make_pipeline):
    pipeline = make_pipeline(partitions=1)
    pipeline.config["input"] = {"format": "json", "mapping": MAPPING}
    pipeline.config["stream"]["max_bad_share"] = 1
    pipeline.broker.produce(pipeline.input, [reading(m, ("id", "at", "ppm")) for m in range(1500)])
    worker = pipeline.detect("--until-end")
    assert worker.wait() == program.BAD_DATA
    assert program.summary_of(worker.out)["records_rejected"] == 1500
