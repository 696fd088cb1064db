# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""bench/instructions: subtracts the short run, adds up functions, and leaves with 1 above its limit."""
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
