# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Only with --full: all real readings, 427,958 rows of seven devices, from ten partitions through two executors."""
import pathlib
import statistics

import pytest

from support.real_readings import ROWS, Readings

SHUFFLED_JOB = pathlib.Path(__file__).parent / "shuffled_job.py"
ROWS_A_BATCH = 20_000


@pytest.fixture(scope="module")
def readings(tmp_path_factory):
    return Readings(tmp_path_factory.mktemp("readings"), "seed", ROWS)


@pytest.mark.parametrize("way", ["warm", "cold and shuffled"])
def test_all_real_readings(cluster, make_flow, readings, way):
    """Warm: as a user runs it. Cold and shuffled: records in random order, every model made anew in every batch."""
    flow = make_flow(cluster.master)
    flow.config["detector"] = readings.detector
    flow.generate(readings.csv)
    words = ["--triggerInterval", "0 seconds", "--maxOffsetsPerTrigger", str(ROWS_A_BATCH)]
    cold = ["--liveModels", "0", "--snapshotBatches", "3", "--snapshotTail", "1000000"]
    job = flow.submit(*words, *cold, script=SHUFFLED_JOB) if way != "warm" else flow.submit(*words)
    repeated = flow.check_all_there(job, readings.replayed, within=1800)
    assert repeated == 0 and flow.broker.count(flow.dead_letters) == 0
    seconds = [told["durationMs"]["triggerExecution"] / 1000 for told in job.progress()]
    print(f"{way}: {len(seconds)} batches, {statistics.median(seconds[1:]):.1f} s in the median, "
          f"{ROWS / sum(seconds):.0f} records/s in all")
