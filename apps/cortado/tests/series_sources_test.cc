// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "evaluation/series_sources.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "cortado/base/hash.h"
#include "cortado/evaluate/labelled_folder.h"

namespace cortado::app {
namespace {

std::string digest_from(std::int64_t first_seed) {
  const auto series = simulate_labelled(first_seed);
  EXPECT_TRUE(series.ok());
  return base::to_hex(evaluate::digest(*series));
}

TEST(SimulatedFaults, AreFrozen) {
  // Figures in docs/detection.md are of these very readings and labels.
  EXPECT_EQ(digest_from(kFirstTuneSeed), "ea22b095937f881c");
  EXPECT_EQ(digest_from(kFirstReportSeed), "f19fc385a0169c48");
}

TEST(SimulatedFaults, EveryClassIsThereAndWindowsCoverReadings) {
  const auto series = simulate_labelled(kFirstTuneSeed);
  ASSERT_TRUE(series.ok());
  EXPECT_EQ(series->size(), 50U);
  std::set<std::string> names;
  std::set<std::string> faults;
  for (const auto& one : *series) {
    names.insert(one.name);
    std::size_t behind = 0;
    for (const auto& window : one.windows) {
      faults.insert(window.fault);
      EXPECT_LE(behind, window.first);
      EXPECT_LE(window.first, window.last);
      EXPECT_LT(window.last, one.readings.size());
      behind = window.last + 1;
    }
  }
  EXPECT_EQ(names.size(), 50U);
  EXPECT_EQ(faults, (std::set<std::string>{"drift", "dropout", "flat_line", "level_shift",
                                           "missing", "noise", "spike"}));
}

}  // namespace
}  // namespace cortado::app
