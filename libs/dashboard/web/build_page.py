#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Build the page with npm and Vite and write its files as C++.

    build_page.py SOURCE_DIR WORK_DIR OUT.cc     install what the lock file says if need be, build, embed
    build_page.py --empty OUT.cc                 a program without a page

Several build folders may run it at once: the installed packages are shared in SOURCE_DIR/node_modules under a lock.
"""
import fcntl
import gzip
import hashlib
import mimetypes
import pathlib
import subprocess
import sys

HEAD = """// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Made by build_page.py.
#include "assets.h"

#include <array>

namespace cortado::dashboard {
namespace {
using namespace std::string_view_literals;
"""

FIND = """}  // namespace

const Asset* find_asset(std::string_view path) {
  if (path == "/") path = "/index.html";
  for (const Asset& asset : kAssets) {
    if (asset.path == path) return &asset;
  }
  return nullptr;
}

}  // namespace cortado::dashboard
"""


def run(command, folder):
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed in {folder}:\n{done.stdout}")


def install(source):
    """Install the locked packages unless exactly these are there."""
    wanted = hashlib.sha256((source / "package-lock.json").read_bytes()).hexdigest()
    stamp = source / "node_modules" / ".cortado-stamp"
    with open(source / "package-lock.json", "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
            return
        run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], source)
        stamp.write_text(wanted, encoding="ascii")


def literal(data):
    """Bytes as string literals of octal escapes; adjacent ones are joined by the compiler."""
    if not data:
        return '""sv'
    lines = []
    for start in range(0, len(data), 4096):
        lines.append('"' + "".join(f"\\{byte:03o}" for byte in data[start:start + 4096]) + '"')
    return "\n    ".join(lines) + "sv"


def content_type(path):
    kind = {".js": "text/javascript", ".svg": "image/svg+xml"}.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def embed(folder, out):
    files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder else []
    entries = []
    for path in files:
        data = path.read_bytes()
        packed = gzip.compress(data, 9, mtime=0)
        etag = hashlib.sha256(data).hexdigest()[:16]
        entries.append(f'    {{"/{path.relative_to(folder).as_posix()}"sv, "{content_type(path)}"sv, "\\"{etag}\\""sv,\n'
                       f"    {literal(data)},\n    {literal(packed if len(packed) < len(data) else b'')}}},\n")
    out.write_text(f"{HEAD}\nconstexpr std::array<Asset, {len(entries)}> kAssets = {{{{\n{''.join(entries)}}}}};\n\n{FIND}",
                   encoding="ascii")


def main():
    if sys.argv[1] == "--empty":
        embed(None, pathlib.Path(sys.argv[2]))
        return
    source, work, out = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
    install(source)
    run(["node", "node_modules/typescript/bin/tsc", "--noEmit"], source)
    run(["node", "node_modules/vite/bin/vite.js", "build", "--outDir", str(work), "--emptyOutDir"], source)
    embed(work, out)


if __name__ == "__main__":
    main()
