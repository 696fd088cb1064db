# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
#
# shellcheck shell=bash
# Sourced by the scripts beside it.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jobs=${JOBS:-$(nproc)}
self=script/${0##*/}

say() { printf '%s: %s\n' "$self" "$*" >&2; }
die() { say "$@"; exit 1; }
# The lines of the script's own comment block, as its help.
usage() { sed -n '5,/^[^#]/{/^# shellcheck/d;/^#/s/^# \{0,1\}//p}' "$0"; }

# configure PRESET [CMAKE OPTIONS...]
configure() {
  local preset=$1 launcher=()
  shift
  # Who builds once only gains nothing from a cache, but from headers compiled ahead, and the two do not go together.
  if [ -z "${CI:-}" ] && command -v ccache > /dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  local log=$root/build/configure-$preset.log
  mkdir -p "$root/build"
  (cd "$root" && cmake --preset "$preset" "${launcher[@]}" "$@" > "$log" 2>&1) && return
  cat "$log" >&2
  return 1
}

# build PRESET [NINJA OPTIONS...]
build() {
  local preset=$1
  shift
  (cd "$root" && cmake --build --preset "$preset" -j "$jobs" "$@")
}

# virtual_environment FOLDER REQUIREMENTS: one of Debian's Python, made anew when the requirements change
virtual_environment() {
  local venv=$1 wanted=$2
  cmp -s "$wanted" "$venv/.requirements" && return 0
  say "makes a Python environment in ${venv#"$root/"}"
  rm -rf "$venv"
  /usr/bin/python3 -m venv "$venv"
  "$venv/bin/pip" --quiet --disable-pip-version-check install -r "$wanted" >&2
  cp "$wanted" "$venv/.requirements"
}

# The tests' Python.
python_environment() { virtual_environment "$root/build/venv" "$root/tests/requirements.txt"; }

# A Python that has Spark: build/spark/venv.
spark_python() {
  local venv=$root/build/spark/venv
  virtual_environment "$venv" "$root/tests/spark/requirements.txt"
  # Spark puts its zip of sources before the installed package: every Python that it starts would compile them anew.
  rm -f "$venv"/lib/python3*/site-packages/pyspark/python/lib/pyspark.zip
}

# The Python module and its Spark job in that Python.
spark_environment() {
  local home=$root/build/spark wheel
  spark_python
  wheel=$("$root/script/wheel")
  rm -rf "$home/dist"
  "$home/venv/bin/pip" --quiet --disable-pip-version-check wheel --no-deps -w "$home/dist" "$root/spark" >&2
  "$home/venv/bin/pip" --quiet --disable-pip-version-check install --no-deps --force-reinstall "$wheel" "$home"/dist/*.whl >&2
}
