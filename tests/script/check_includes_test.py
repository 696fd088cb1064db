# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""script/check-includes finds every kind of planted violation, and nothing in a clean tree."""
import pathlib
import subprocess
import sys

import pytest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "script/check-includes"

ROOMS = """# room | may use | third party
base   |          | fmt
htm    | base     |
stream | base     |
kafka  | base stream | librdkafka
apps   | all      | cli11
"""
THIRD_PARTY = """fmt | fmt/ | package fmt fmt::fmt
librdkafka | librdkafka/ | pkg rdkafka
cli11 | CLI/ | package CLI11 CLI11::CLI11
"""
CLEAN = {
    "libs/base/include/cortado/base/math.h": "#include <cstdint>\n",
    "libs/base/src/log.cc": '#include "cortado/base/math.h"\n#include <fmt/format.h>\n'
                            "#include <sys/stat.h>\n#include <nmmintrin.h>\n",
    "libs/base/testing/fake_clock.h": "#include <gmock/gmock.h>\n",
    "libs/htm/src/pooler.cc": '#include "kernels.h"\n#include <cmath>\n'
                              "// libm's exp(x) is banned\n"
                              'auto text = "std::log(x)"; auto a = std::sqrt(2.0);\n'
                              "auto b = base::exp(1.0); log_.log(b); scope->log(b);\n",
    "libs/htm/src/kernels.h": "#pragma once\n",
    "libs/htm/tests/pooler_test.cc": '#include "fake_clock.h"\n#include "kernels.h"\n'
                                     "#include <gtest/gtest.h>\nauto e = std::exp(1.0);\n",
    "libs/kafka/src/producer.cc": '#include <librdkafka/rdkafka.h>\n'
                                  '#include "cortado/stream/lane_log.h"\n'
                                  "auto e = std::exp(1.0);\n",
    "libs/stream/include/cortado/stream/lane_log.h": '#include "cortado/base/math.h"\n',
    "apps/cortado/main.cc": '#include "cortado/kafka/producer.h"\n#include <CLI/CLI.hpp>\n'
                            '#include "wiring.h"\n',
    "apps/cortado/wiring.h": "#pragma once\n",
    "apps/cortado/commands/run.cc": '#include "wiring.h"\n',
}

PLANTED = [
    ("libs/htm/src/a.cc", '#include "cortado/stream/lane_log.h"', "htm may not use stream"),
    ("libs/stream/src/a.cc", '#include "cortado/kafka/x.h"', "stream may not use kafka"),
    ("libs/stream/src/a.cc", "#include <cortado/kafka/x.h>", "stream may not use kafka"),
    ("libs/stream/src/a.cc", "#  include <librdkafka/rdkafka.h>", "librdkafka is not in its row"),
    ("libs/base/src/a.cc", '#include "cortado/apps/x.h"', "base may not use apps"),
    ("libs/base/include/cortado/base/a.h", "#include <fmt/core.h>", "third party stands in .cc"),
    ("libs/base/src/a.cc", "#include <boost/asio.hpp>", "neither a standard header"),
    ("libs/base/src/a.cc", "#if __has_include(<boost/asio.hpp>)", "neither a standard header"),
    ("libs/base/src/a.cc", "#include <gtest/gtest.h>", "outside testing/ and tests/"),
    ("libs/htm/src/a.cc", '#include "fake_clock.h"', "belongs to libs/base/testing"),
    ("libs/stream/src/a.cc", '#include "kernels.h"', "belongs to libs/htm/src"),
    ("libs/htm/src/a.cc", '#include "nowhere.h"', "is not found"),
    ("apps/cortado/a.cc", "#include <fmt/core.h>", "apps may not include fmt/core.h"),
    ("apps/cortado/a.cc", '#include "kernels.h"', "belongs to libs/htm/src"),
    ("libs/htm/src/a.cc", "double f(double x) { return std::exp(x); }", "exp() of libm"),
    ("libs/htm/src/a.cc", "double f(double x) { return ::powf (x, 2); }", "pow() of libm"),
    ("libs/htm/include/cortado/htm/a.h", "inline double f() { return erfc(1); }", "erfc() of libm"),
    ("libs/htm/src/a.cc", "std::shuffle(a.begin(), a.end(), g);", "std::shuffle"),
    ("libs/htm/src/a.cc", "std::normal_distribution<double> d;", "std::normal_distribution"),
    ("libs/orphan/src/a.cc", "", "libs/orphan: no row in cmake/rooms.txt"),
    ("cmake/rooms.txt", ROOMS + "late | later |\nlater | base |\n", "late uses later"),
    ("cmake/rooms.txt", ROOMS + "late | base | boost\n", "boost has no row"),
    ("cmake/rooms.txt", ROOMS + "htm | base stream |\n", "htm has two rows"),
    ("cmake/rooms.txt", ROOMS.replace("apps ", "#apps "), "no row for apps"),
]


def write_tree(root, files):
    tree = {"cmake/rooms.txt": ROOMS, "cmake/third_party.txt": THIRD_PARTY, **CLEAN, **files}
    for name, text in tree.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")


def check(root):
    return subprocess.run([sys.executable, SCRIPT, "--root", root], capture_output=True, text=True,
                          check=False)


def test_a_clean_tree_passes(tmp_path):
    write_tree(tmp_path, {})
    result = check(tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert "11 files, all arrows hold" in result.stdout


@pytest.mark.parametrize(("path", "text", "complaint"), PLANTED)
def test_a_planted_violation_is_found_with_its_place(tmp_path, path, text, complaint):
    write_tree(tmp_path, {path: text})
    result = check(tmp_path)
    assert result.returncode == 1, result.stdout
    lines = result.stdout.splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith(path.split("/src/a.cc")[0]) and complaint in lines[0], lines


def test_the_project_itself_passes():
    result = check(SCRIPT.parent.parent)
    assert result.returncode == 0, result.stdout
