// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "fleet_row.h"

#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cortado::dashboard {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

std::vector<std::uint8_t> read(const FleetRow& row, std::size_t level, std::int64_t first,
                               std::size_t count) {
  std::vector<std::uint8_t> out(count, 99);
  row.read(level, first, out);
  return out;
}

TEST(FleetRow, ACellHoldsScoreAndAlarmInOneByte) {
  EXPECT_EQ(FleetRow::cell(0, false), 1);
  EXPECT_EQ(FleetRow::cell(1, false), 127);
  EXPECT_EQ(FleetRow::cell(0.5, false), 64);
  EXPECT_EQ(FleetRow::cell(0.5, true), 64 + 128);
  EXPECT_EQ(FleetRow::cell(7, false), 127);
  EXPECT_EQ(FleetRow::cell(std::numeric_limits<double>::quiet_NaN(), false), 1);
}

TEST(FleetRow, AColumnKeepsItsHighestScoreAndAnyAlarm) {
  FleetRow row;
  row.add(5'100, FleetRow::cell(0.5, true));
  row.add(5'900, FleetRow::cell(0.75, false));
  row.add(6'000, FleetRow::cell(0, false));
  row.add(5'000, FleetRow::cell(0.25, false));  // a late one
  EXPECT_THAT(read(row, 0, 4, 4), ElementsAre(0, 96 + 128, 1, 0));
  EXPECT_THAT(read(row, 1, 0, 2), ElementsAre(96 + 128, 0));
  EXPECT_THAT(read(row, 3, 0, 1), ElementsAre(96 + 128));
}

TEST(FleetRow, WhatIsOlderThanTheRingIsForgottenAndNeverShownAgain) {
  FleetRow row;
  for (std::int64_t second = 0; second < 600; ++second) row.add(second * 1000, 10);
  EXPECT_THAT(read(row, 0, 100, 500), Each(10));
  EXPECT_THAT(read(row, 0, 0, 80), Each(0));
  row.add(10'000'000, 20);
  EXPECT_THAT(read(row, 0, 9'501, 499), Each(0));
  EXPECT_THAT(read(row, 0, 9'999, 3), ElementsAre(0, 20, 0));
  row.add(1'000, 30);  // far too late
  EXPECT_THAT(read(row, 0, 1, 1), ElementsAre(0));
}

TEST(FleetRow, EveryWidthHoldsWhatAPlainMapHolds) {
  for (std::size_t level = 0; level < FleetRow::kLevels; ++level) {
    FleetRow row;
    std::vector<std::uint8_t> plain(700, 0);
    std::int64_t newest = 0;
    for (std::int64_t i = 0; i < 900; ++i) {
      const std::int64_t column = (i * 7919) % 700 * i / 900;
      newest = std::max(newest, column);
      const auto cell = static_cast<std::uint8_t>(1 + i % 120);
      row.add(column * FleetRow::kSteps[level], cell);
      if (column > newest - 512) {
        auto& slot = plain[static_cast<std::size_t>(column)];
        slot = std::max(slot, cell);
      }
    }
    const std::int64_t first = std::max<std::int64_t>(0, newest - FleetRow::kColumns + 1);
    for (std::int64_t column = first; column <= newest; ++column)
      ASSERT_EQ(read(row, level, column, 1)[0], plain[static_cast<std::size_t>(column)])
          << level << " " << column;
  }
}

}  // namespace
}  // namespace cortado::dashboard
