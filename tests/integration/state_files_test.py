# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What `cortado state export` may replace."""
import json
import os
import stat

import pytest

from support import program
from support.readings import device_of, make_rows

DEVICES, HOURS = 2, 10


@pytest.fixture(scope="module", params=["directory", "kafka"])
def scored(request, make_pipeline):
    """One device on each of two partitions; the worker has left."""
    pipeline = make_pipeline(partitions=2)
    pipeline.config["state"]["store"] = request.param
    rows = [(device_of(row).encode(), json.dumps(row).encode(), None) for row in make_rows(DEVICES, HOURS)]
    for partition in range(2):
        pipeline.broker.produce(pipeline.input, rows[partition::DEVICES], partition)
    worker = pipeline.detect("--until-end")
    assert worker.wait() == program.OK, worker.log
    pipeline.broker.wait_until_settled(pipeline.output)
    return pipeline


def state(pipeline, *words, expect=program.OK):
    return program.run("state", words[0], "-c", pipeline.write_config(), *words[1:], expect=expect)


def test_an_export_replaces_nothing_but_a_file(scored, tmp_path):
    file, pipe, link, dangling = (tmp_path / name for name in ("file", "pipe", "link", "dangling"))
    file.write_bytes(b"before")
    os.mkfifo(pipe)
    link.symlink_to(file)
    dangling.symlink_to(tmp_path / "nothing")
    for place, told in ((pipe, "is no regular file"), (link, "is a symbolic link"), (dangling, "is a symbolic link"),
                        (tmp_path, "is no regular file")):
        before = place.lstat()
        refused = state(scored, "export", "-o", place, expect=program.USAGE)
        assert f"{place} " in refused.stderr and told in refused.stderr
        assert stat.S_IFMT(place.lstat().st_mode) == stat.S_IFMT(before.st_mode)
    assert file.read_bytes() == b"before"
    (tmp_path / "new.tmp").symlink_to(file)  # where it is written first
    assert "new.tmp is a symbolic link" in state(scored, "export", "-o", tmp_path / "new", expect=program.USAGE).stderr
    assert file.read_bytes() == b"before"
    state(scored, "export", "-o", file)
    assert len(file.read_bytes()) > 1000
