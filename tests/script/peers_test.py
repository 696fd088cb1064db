# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""bench/peers/peers.py with two stand-ins for the programs: which rows are fed, and what is made of the answers."""
import argparse
import importlib.util
import pathlib
import sys

import pytest

from support.readings import make_rows, write_csv

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "bench/peers/peers.py"
# Scores fall with the row's number; the peer's are twice as high.
PEER = """import json, pathlib, sys
rows, scores, excluded = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
count = len(rows.read_text().splitlines())
scores.write_text("".join(f"{2 * (count - i)}\\n" for i in range(excluded, count)))
print("not JSON"); print(json.dumps({"records_per_cpu_s": 5}))
"""
CORTADO = """#!/usr/bin/env python3
import json, pathlib, sys
words = dict(zip(sys.argv[3::2], sys.argv[4::2]))
records, trained = int(words["--records"]), int(words["--trained"])
pathlib.Path(words["--scores"]).write_text("".join(f"{records - i}\\n" for i in range(records)))
print(json.dumps({"records_per_cpu_s": 1000, "kernels": "plain", "trained": trained}))
"""


@pytest.fixture
def peers(tmp_path):
    spec = importlib.util.spec_from_file_location("peers", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "peer.py").write_text(PEER)
    (tmp_path / "cortado").write_text(CORTADO)
    (tmp_path / "cortado").chmod(0o755)
    module.PEERS = {"htm-java": lambda _: [sys.executable, tmp_path / "peer.py"]}
    return module


def test_rows_without_a_value_are_left_out(peers, tmp_path):
    rows = make_rows(devices=1, hours=120)
    source = write_csv(tmp_path / "in.csv", rows)
    assert any(not row["sampleMeasurement"] for row in rows)
    used = peers.usable_rows(source, 110)
    assert len(used) == 110 and used[0] == f"1577836800000,{float(rows[0]['sampleMeasurement'])!r}"
    with pytest.raises(SystemExit, match="--rows wants 500"):
        peers.usable_rows(source, 500)


def test_both_programs_are_run_in_turn_and_compared(peers, tmp_path):
    source = write_csv(tmp_path / "in.csv", make_rows(devices=1, hours=60))
    work = tmp_path / "work"
    work.mkdir()
    options = argparse.Namespace(peer="htm-java", csv=source, rows=50, exclude=20, pairs=3, core=0,
                                 cortado=tmp_path / "cortado")
    summary = peers.Comparison(options, work).run()
    assert summary["pairs"] == 3 and summary["excluded"] == 20
    assert summary["ratio"] == {"median": 200.0, "range": [200.0, 200.0]}
    assert summary["correlation"] == 1.0
    assert summary["mean"] == {"cortado": 15.5, "peer": 31.0}
    assert summary["cortado"]["trained"] == 20
