// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/generator/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "manual_clock.h"

namespace cortado::generator {
namespace {

using base::testing::ManualClock;
using std::chrono::milliseconds;
using std::chrono::seconds;

Progress half_way() {
  return {.records = 12'345,
          .rejected = 0,
          .done = 475,
          .total = 1000,
          .records_per_s = 500.4,
          .left = seconds(80)};
}

TEST(ProgressMeter, IsDueTenTimesASecond) {
  ManualClock clock;
  ProgressMeter meter(clock);
  EXPECT_FALSE(meter.due());
  clock.advance(milliseconds(99));
  EXPECT_FALSE(meter.due());
  clock.advance(milliseconds(1));
  EXPECT_TRUE(meter.due());
  meter.measure(1, 0, 0, 0);
  EXPECT_FALSE(meter.due());
}

TEST(ProgressMeter, MeasuresRateAndTimeLeft) {
  ManualClock clock;
  ProgressMeter meter(clock);
  clock.advance(seconds(1));
  Progress progress = meter.measure(100, 2, 250, 1000);
  EXPECT_EQ(progress.records, 100);
  EXPECT_EQ(progress.rejected, 2);
  EXPECT_DOUBLE_EQ(progress.records_per_s, 100);
  EXPECT_EQ(progress.left, seconds(3));
  clock.advance(seconds(1));
  progress = meter.measure(300, 2, 500, 1000);
  EXPECT_DOUBLE_EQ(progress.records_per_s, 150);  // the mean so far
  EXPECT_EQ(progress.left, seconds(2));
  clock.advance(seconds(10));
  EXPECT_DOUBLE_EQ(meter.measure(400, 2, 1000, 1000).records_per_s, 10);
}

TEST(ProgressMeter, KnowsNothingLeftWithoutATotal) {
  ManualClock clock;
  ProgressMeter meter(clock);
  EXPECT_EQ(meter.measure(0, 0, 0, 0).records_per_s, 0);
  clock.advance(seconds(1));
  EXPECT_EQ(meter.measure(10, 0, 10, 0).left, std::nullopt);
  EXPECT_EQ(meter.measure(10, 0, 0, 100).left, std::nullopt);
}

TEST(ProgressBar, DrawsShareRecordsRateAndTimeLeft) {
  EXPECT_EQ(ProgressBar::line(half_way(), 70),
            "[============>              ]  47%  12,345 records  500/s  1m 20s left");
}

TEST(ProgressBar, FitsTheTerminal) {
  EXPECT_EQ(ProgressBar::line(half_way(), 48), " 47%  12,345 records  500/s  1m 20s left");
  EXPECT_EQ(ProgressBar::line(half_way(), 10), " 47%  12,3");
  EXPECT_LE(ProgressBar::line(half_way(), 300).size(), 84U);
  for (int columns = 0; columns < 120; ++columns)
    EXPECT_LE(ProgressBar::line(half_way(), columns).size(), static_cast<std::size_t>(columns));
}

TEST(ProgressBar, WithoutATotalThereIsNoBar) {
  Progress progress{.records = 1'234'567, .rejected = 3, .records_per_s = 7};
  EXPECT_EQ(ProgressBar::line(progress, 80), "1,234,567 records  3 rejected  7/s");
}

TEST(ProgressBar, LongTimesAreShort) {
  Progress progress = half_way();
  progress.left = seconds(7322);
  EXPECT_THAT(ProgressBar::line(progress, 80), ::testing::EndsWith("2h 2m left"));
  progress.left = seconds(5);
  EXPECT_THAT(ProgressBar::line(progress, 80), ::testing::EndsWith("  5s left"));
  progress.finished = true;
  progress.done = 1000;
  EXPECT_THAT(ProgressBar::line(progress, 80), ::testing::HasSubstr("=] 100%  12,345 records"));
  EXPECT_THAT(ProgressBar::line(progress, 80), ::testing::EndsWith("500/s"));
}

TEST(ProgressBar, OverwritesItsLineOnATerminalOnly) {
  std::string screen;
  const auto write = [&](std::string_view text) { screen += text; };
  ProgressBar hidden(write, false);
  hidden.draw(half_way());
  EXPECT_EQ(screen, "");
  ProgressBar bar(write, true, 40);
  Progress progress{.records = 1};
  bar.draw(progress);
  progress.finished = true;
  bar.draw(progress);
  EXPECT_EQ(screen, "\r\x1b[K1 records  0/s\r\x1b[K1 records  0/s\n");
}

}  // namespace
}  // namespace cortado::generator
