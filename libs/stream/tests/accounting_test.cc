// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/stream/accounting.h"

#include <gtest/gtest.h>

namespace cortado::stream {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

TEST(AccountTest, Table) {
  struct Row {
    const char* what;
    TickTimes times;
    nanoseconds scheduling_delay, processing_time, total_delay;
    bool overrun;
  };
  const Row rows[] = {
      {"on time", {1000ms, 1000ms, 1100ms}, 0ms, 100ms, 100ms, false},
      {"late", {1000ms, 1300ms, 1400ms}, 300ms, 100ms, 400ms, false},
      {"early, a batch was full", {1000ms, 700ms, 900ms}, 0ms, 200ms, 200ms, false},
      {"exactly one interval", {0ms, 0ms, 500ms}, 0ms, 500ms, 500ms, false},
      {"longer than the interval", {0ms, 0ms, 501ms}, 0ms, 501ms, 501ms, true},
      {"late but quick is no overrun", {0ms, 900ms, 1000ms}, 900ms, 100ms, 1000ms, false},
  };
  for (const Row& row : rows) {
    BatchReport report;
    account(row.times, 500ms, report);
    EXPECT_EQ(report.scheduling_delay, row.scheduling_delay) << row.what;
    EXPECT_EQ(report.processing_time, row.processing_time) << row.what;
    EXPECT_EQ(report.total_delay, row.total_delay) << row.what;
    EXPECT_EQ(report.overrun, row.overrun) << row.what;
  }
}

TEST(NextTickTest, Table) {
  struct Row {
    const char* what;
    nanoseconds planned, started, next;
  };
  const Row rows[] = {
      {"on time", 1000ms, 1000ms, 1500ms},
      {"a little late keeps the grid", 1000ms, 1200ms, 1500ms},
      {"just before the next beat", 1000ms, 1499ms, 1500ms},
      {"on the next beat: that one is missed", 1000ms, 1500ms, 2000ms},
      {"missed beats do not pile up", 1000ms, 4700ms, 5000ms},
      {"an early start moves the grid", 1000ms, 800ms, 1300ms},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(next_tick(row.planned, row.started, 500ms), row.next) << row.what;
  }
}

BatchReport tick(std::int64_t rows, nanoseconds score, nanoseconds commit) {
  BatchReport report;
  report.input_rows = rows;
  report.score = score;
  report.commit = commit;
  return report;
}

/// The limit after many ticks that are as large as allowed.
std::int64_t settled_limit(nanoseconds interval, nanoseconds per_row, nanoseconds commit,
                           std::int64_t max_rows = 1'000'000) {
  BatchSizer sizer(interval, max_rows);
  for (int i = 0; i < 100; ++i) {
    sizer.learn(tick(sizer.limit(), per_row * sizer.limit(), commit));
  }
  return sizer.limit();
}

TEST(BatchSizerTest, SettlesAtFourFifthsOfTheInterval) {
  EXPECT_EQ(settled_limit(500ms, 20us, 0ms), 20'000);
  EXPECT_EQ(settled_limit(500ms, 20us, 100ms), 15'000);
  EXPECT_EQ(settled_limit(50ms, 20us, 0ms), 2'000);
}

TEST(BatchSizerTest, ASlowCommitDoesNotStarveTheRows) {
  EXPECT_EQ(settled_limit(50ms, 20us, 200ms), 1'000);
}

TEST(BatchSizerTest, StaysWithinItsBounds) {
  EXPECT_EQ(settled_limit(500ms, 0us, 0ms, 30'000), 30'000);
  EXPECT_EQ(settled_limit(1ms, 100us, 0ms), 256);
  EXPECT_EQ(settled_limit(1ms, 100us, 0ms, 10), 10);
}

TEST(BatchSizerTest, GrowsStepByStepAndShrinksAtOnce) {
  BatchSizer sizer(500ms, 1'000'000);
  const std::int64_t first = sizer.limit();
  sizer.learn(tick(first, 1ms, 0ms));
  EXPECT_EQ(sizer.limit(), first * 2);
  BatchSizer slow(500ms, 1'000'000);
  slow.learn(tick(slow.limit(), 1ms * slow.limit(), 0ms));
  EXPECT_EQ(slow.limit(), 400);
}

TEST(BatchSizerTest, ATickThatWasTooLongIsBelievedAtOnce) {
  BatchSizer sizer(500ms, 1'000'000);
  for (int i = 0; i < 100; ++i) sizer.learn(tick(sizer.limit(), 20us * sizer.limit(), 0ms));
  ASSERT_EQ(sizer.limit(), 20'000);
  BatchReport late = tick(20'000, 200us * 20'000, 0ms);
  late.overrun = true;
  sizer.learn(late);
  EXPECT_EQ(sizer.limit(), 2'000);
}

TEST(BatchSizerTest, SmallTicksTeachNothing) {
  BatchSizer sizer(500ms, 1'000'000);
  const std::int64_t first = sizer.limit();
  sizer.learn(tick(1, 400ms, 0ms));
  EXPECT_EQ(sizer.limit(), first);
}

}  // namespace
}  // namespace cortado::stream
