# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""kafka.start_from: where a group begins that has committed nothing."""
import pytest

from support import program
from support.readings import make_rows, write_csv


@pytest.fixture
def two_lots(make_pipeline, tmp_path):
    """A topic with ten records, and five later ones in another file."""
    pipeline = make_pipeline(1)
    pipeline.generate(write_csv(tmp_path / "first.csv", make_rows(1, 10)))
    return pipeline, write_csv(tmp_path / "later.csv", make_rows(1, 5, first_hour=10))


def scored_offsets(pipeline):
    assert pipeline.detect("--until-end").wait() == program.OK
    pipeline.broker.wait_until_settled(pipeline.output)
    return [record.source[1] for record in pipeline.broker.read(pipeline.output)]


def test_latest_begins_at_the_end_and_stays_there(two_lots):
    pipeline, later = two_lots
    pipeline.config["kafka"]["start_from"] = "latest"
    assert scored_offsets(pipeline) == []
    pipeline.generate(later)
    assert scored_offsets(pipeline) == [10, 11, 12, 13, 14]


def test_a_time_begins_at_its_first_record(two_lots):
    pipeline, later = two_lots
    pipeline.generate(later)
    stamps = [record.timestamp for record in pipeline.broker.read(pipeline.input)]
    assert stamps[9] < stamps[10], "the two lots are milliseconds apart"
    pipeline.config["kafka"]["start_from"] = str(stamps[10])
    assert scored_offsets(pipeline) == [10, 11, 12, 13, 14]


def test_earliest_is_the_default(two_lots):
    pipeline, _ = two_lots
    assert scored_offsets(pipeline) == list(range(10))
