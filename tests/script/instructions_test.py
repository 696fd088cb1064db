# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""bench/instructions: subtracts the short run, adds up functions, steps through some records, and leaves with 1 above its
limit."""
import json
import os
import pathlib
import subprocess
import sys

import pytest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "bench/instructions"
VALGRIND = """#!/bin/sh
for word; do
  case $word in --callgrind-out-file=*) out=${word#*=} ;; esac
done
echo "$CORTADO_KERNELS $*" > "$out"
"""
ANNOTATE = """#!/bin/sh
for word; do last=$word; done
grep -q "^avx2 .*--records 101" "$last" && many=1
if [ "$many" ]; then
  echo "1,000,900 (91.00%)  ???:cortado::htm::avx2::adapt(unsigned char*, int) [/bin/cortado]"
  echo "   99,000 ( 9.00%)  ./x/memmove.S:memmove [/lib/libc.so.6]"
  echo "    1,000 ( 0.10%)  ???:cortado::htm::avx2::adapt(unsigned char*, int)'2 [/bin/cortado]"
else
  echo "1,900 (100.0%)  ???:cortado::htm::avx2::adapt(unsigned char*, int) [/bin/cortado]"
fi
echo "1,100,900 (100.0%)  PROGRAM TOTALS"
"""


@pytest.fixture
def tools(tmp_path):
    for name, text in {"valgrind": VALGRIND, "callgrind_annotate": ANNOTATE}.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    return {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}


def count(environment, *words):
    return subprocess.run([sys.executable, SCRIPT, "--records", "101", *words], capture_output=True, text=True,
                          env=environment, check=False)


def test_the_short_run_is_subtracted(tools):
    result = json.loads(count(tools, "--json").stdout)
    assert result["instructions_per_record"] == 10_990
    assert result["functions"] == {"cortado::htm::avx2::adapt": 10_000.0, "memmove": 990.0}


def test_more_than_the_limit_fails(tools):
    assert count(tools, "--limit", "10990").returncode == 0
    above = count(tools, "--limit", "10989")
    assert above.returncode == 1 and "10,989" in above.stderr


def test_steps_are_the_mean_of_the_records_that_were_counted(tmp_path, tools):
    update = "cortado::detector::NetworkDeviceModel::update(cortado::detector::Observation const&"
    programs = {"nm": f"echo '0010 W {update}, int)'; echo '0020 W {update})'",
                "build/bench/step_count": 'echo "speed 1"; [ "$1 $2 $CORTADO_KERNELS" = "0020 7 avx512" ] && echo "30 4 1000"',
                "build/apps/cortado/cortado": ""}
    for name, text in programs.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    words = ["--step", "7", "--kernels", "avx512", "--cortado", tmp_path / "build/apps/cortado/cortado"]
    assert json.loads(count(tools, "--json", *words).stdout)["instructions_per_record"] == 250
    assert count(tools, "--limit", "249", *words).returncode == 1
