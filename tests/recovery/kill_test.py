# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""kill -9 at any moment, restart: nothing is lost, nothing is seen twice, the scores are those of one run."""
import random

import pytest

from support import program
from support.oracle import check_at_least_once, check_exactly_once
from support.readings import make_rows, write_csv
from support.rows import read_csv

DEVICES, HOURS = 5, 1200
KILLS = 3
ROUNDS, ROUNDS_IN_FULL = 2, 25


def pytest_generate_tests(metafunc):
    if "seed" in metafunc.fixturenames:
        full = metafunc.config.getoption("--full")
        # The seed stands in the test's name, so that a failed round can be run again.
        seeds = [random.SystemRandom().randrange(10**9) for _ in range(ROUNDS_IN_FULL)] if full \
            else range(1, ROUNDS + 1)
        both = [("exactly_once", seed) for seed in seeds] + [("at_least_once", seed) for seed in list(seeds)[:1]]
        metafunc.parametrize("guarantee, seed", both)


@pytest.fixture(scope="module")
def readings(tmp_path_factory):
    """A file and what an undisturbed run makes of it."""
    folder = tmp_path_factory.mktemp("readings")
    source = write_csv(folder / "readings.csv", make_rows(DEVICES, HOURS))
    program.run("replay", source, "-o", folder / "replayed.csv")
    return source, read_csv(folder / "replayed.csv")


def test_kill_at_any_moment_loses_nothing(make_pipeline, readings, guarantee, seed):
    source, rows = readings
    moments = random.Random(seed)
    pipeline = make_pipeline(partitions=4)
    pipeline.config["stream"]["guarantee"] = guarantee
    pipeline.config["stream"]["batch_interval"] = "50ms"
    pipeline.config["state"]["checkpoint_interval"] = "1s"
    if seed % 2 == 0:  # Two of the five devices in memory: the others come and go.
        pipeline.config["state"]["max_resident_devices"] = 2
    generator = pipeline.generate_slowly(source)
    for kill in range(1, KILLS + 1):
        worker = pipeline.detect()
        after = moments.randrange(1, len(rows) // (KILLS + 1))
        # A quick machine may have scored all there is between two looks: then it dies idle.
        pipeline.wait_for_output(worker, min(pipeline.broker.count(pipeline.output) + after, len(rows)))
        worker.kill()
        print(f"kill {kill} after {after} more records")
    worker = pipeline.detect()
    assert generator.wait() == program.OK
    pipeline.wait_until_lanes_run(worker, 4)
    pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK
    check = check_exactly_once if guarantee == "exactly_once" else check_at_least_once
    check(pipeline, rows)


def test_an_instance_id_takes_over_at_once(make_pipeline, readings):
    """With a static member id the successor need not wait for the dead one's session to end."""
    source, rows = readings
    pipeline = make_pipeline(partitions=2)
    pipeline.config["kafka"].update(instance_id="worker-1", properties={"session.timeout.ms": "120000"})
    pipeline.config["state"]["checkpoint_interval"] = "1s"
    pipeline.generate(source)
    worker = pipeline.detect()
    pipeline.wait_for_output(worker, 500)
    worker.kill()
    worker = pipeline.detect()
    pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK
    check_exactly_once(pipeline, rows)


def test_sigterm_leaves_nothing_to_repeat(make_pipeline, readings):
    """A batch is finished and a snapshot taken: the successor goes on at the next offset."""
    source, rows = readings
    pipeline = make_pipeline(partitions=3)
    generator = pipeline.generate_slowly(source)
    scored = 0
    for _ in range(2):
        worker = pipeline.detect()
        pipeline.wait_for_output(worker, scored + 300)
        assert worker.terminate() == program.OK
        scored += program.summary_of(worker.out)["records_out"]
        program.wait_until(lambda: pipeline.broker.count(pipeline.output) == scored,
                           lambda: f"{scored} records are there: {worker.log}")
        # It said goodbye to its group: the next one need not wait for the session to end.
        assert "did not close" not in worker.log
    worker = pipeline.detect()
    assert generator.wait() == program.OK
    pipeline.wait_for_all(worker)
    assert worker.terminate() == program.OK
    check_exactly_once(pipeline, rows)
