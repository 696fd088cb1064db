# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Values beyond an encoder's range: counted, and from 5% of a device's on told in the log and by the page."""
import json
import urllib.request

from support import program
from support.readings import device_of, make_row, write_csv

HOURS = 400
WARNING = "more than 5% of this device's values lie outside its encoder's range"


def make_clipped(device, one_in):
    """A device's readings, one in so many of them ten times as high as the encoder of seed reaches."""
    rows = [make_row(device, hour) for hour in range(HOURS)]
    rows = [{**row, "sampleMeasurement": row["sampleMeasurement"] or "0.05"} for row in rows]
    for row in rows[::one_in]:
        row["sampleMeasurement"] = "1.0"
    return rows


def test_a_device_with_many_values_beyond_its_range_is_told_of(make_pipeline, tmp_path):
    often, seldom = make_clipped(1, 10), make_clipped(2, 40)
    pipeline = make_pipeline(partitions=2)
    pipeline.config["detector"] = {"preset": "seed"}
    pipeline.generate(write_csv(tmp_path / "readings.csv", often + seldom))
    worker = pipeline.detect("--json")
    pipeline.wait_for_all(worker)
    with urllib.request.urlopen(worker.url() + "/api/v1/devices", timeout=30) as answer:
        told = json.load(answer)
    devices = {row["device"]: row for row in (dict(zip(told["columns"], values)) for values in told["rows"])}
    assert devices[device_of(often[0])]["clipped"] is True
    assert devices[device_of(often[0])]["clippedShare"] == 0.1
    assert devices[device_of(seldom[0])]["clipped"] is False
    assert devices[device_of(seldom[0])]["clippedShare"] == 0.025
    assert worker.terminate() == program.OK
    assert [device_of(often[0]) in line for line in worker.log.splitlines() if WARNING in line] == [True]
    assert program.summary_of(worker.out)["records_clipped"] == HOURS // 10 + HOURS // 40
