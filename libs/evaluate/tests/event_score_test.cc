// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/evaluate/event_score.h"

#include <vector>

#include <gtest/gtest.h>

#include "series_builder.h"

namespace cortado::evaluate {
namespace {

/// 200 rows, windows 60..69 (spike) and 120..129 (drift), the first 20 rows unscored.
struct World {
  std::vector<Series> series{quiet_series("g/a.csv", 200, {{60, 69}, {120, 129}})};
  RunResult result{{.scores = std::vector<double>(200), .forecast = {}}};
  EventRules rules{.probation = 20, .grace = 0, .refractory = 5};

  World() {
    series[0].windows[0].fault = "spike";
    series[0].windows[1].fault = "drift";
  }
  World& at(std::initializer_list<std::size_t> rows, double score = 1) {
    for (const auto row : rows) result[0].scores[row] = score;
    return *this;
  }
  EventTally tally(double threshold = 0.5) const {
    return tally_events(series, result, threshold, rules);
  }
};

TEST(EventScore, CountsHitsMissesFalseAlarmsAndDelay) {
  const auto tally = World().at({40, 63, 90}).tally();
  EXPECT_EQ(tally.rows, 180);
  EXPECT_EQ(tally.all.windows, 2);
  EXPECT_EQ(tally.all.hits, 1);
  EXPECT_EQ(tally.false_alarms, 2);
  EXPECT_EQ(tally.mean_delay(), 3.0);
  EXPECT_NEAR(tally.precision(), 1.0 / 3, 1e-12);
  EXPECT_NEAR(tally.recall(), 0.5, 1e-12);
  EXPECT_NEAR(tally.f1(), 0.4, 1e-12);
  EXPECT_NEAR(tally.false_per_1000(), 1000 * 2.0 / 180, 1e-12);
}

TEST(EventScore, OneWindowIsHitOnceHoweverOften) {
  const auto tally = World().at({60, 66, 69}).tally();
  EXPECT_EQ(tally.all.hits, 1);
  EXPECT_EQ(tally.false_alarms, 0);
  EXPECT_EQ(tally.mean_delay(), 0.0);
}

TEST(EventScore, AlarmsWithinTheRefractoryRowsAreOne) {
  EXPECT_EQ(World().at({30, 31, 32, 33, 34, 35}).tally().false_alarms, 1);
  EXPECT_EQ(World().at({30, 31, 32, 33, 34, 35, 36}).tally().false_alarms, 2);
  // An alarm just before the window stands for what happens in its first rows.
  EXPECT_EQ(World().at({59, 60, 64}).tally().all.hits, 0);
  EXPECT_EQ(World().at({59, 60, 65}).tally().all.hits, 1);
}

TEST(EventScore, GraceBelongsToTheWindowUpToTheNext) {
  World world;
  world.rules.grace = 60;
  EXPECT_EQ(world.at({100}).tally().all.hits, 1);
  EXPECT_EQ(world.tally().mean_delay(), 40.0);
  EXPECT_EQ(world.tally().false_alarms, 0);
  world.at({125});
  EXPECT_EQ(world.tally().all.hits, 2);
  EXPECT_EQ(world.tally().faults.at("drift").delay_rows, 5);
}

TEST(EventScore, TheProbationHasNeitherAlarmsNorWindows) {
  EXPECT_EQ(World().at({3, 19}).tally().false_alarms, 0);
  World world;
  world.rules.probation = 70;
  EXPECT_EQ(world.tally().all.windows, 1);
  world.rules.probation = 65;
  EXPECT_EQ(world.tally().all.windows, 2);
}

TEST(EventScore, ClassesShareTheFalseAlarmsByTheirWindows) {
  const auto tally = World().at({40, 60}).tally();
  EXPECT_NEAR(tally.f1(tally.faults.at("spike")), 2.0 / (2 + 0.5), 1e-12);
  EXPECT_EQ(tally.f1(tally.faults.at("drift")), 0);
}

TEST(EventScore, AZeroIsNeverAnAlarm) { EXPECT_EQ(World().tally(0).false_alarms, 0); }

TEST(EventScore, TheThresholdKeepsTheRateAndGoesAsLowAsItMay) {
  World world;
  world.at({30}, 0.9).at({80}, 0.7).at({150}, 0.5).at({62}, 0.4).at({170}, 0.3);
  const double two_of_180 = 1000 * 2.0 / 180;
  EXPECT_EQ(threshold_at(world.series, world.result, two_of_180, world.rules), 0.7);
  EXPECT_EQ(threshold_at(world.series, world.result, 1000 * 3.0 / 180, world.rules), 0.4);
  EXPECT_EQ(threshold_at(world.series, world.result, 1000, world.rules), 0.3);
  EXPECT_GT(threshold_at(world.series, world.result, 0, world.rules), 0.9);
}

TEST(EventScore, TheCurveFallsFromTheHighestScoreToTheLowest) {
  World world;
  for (std::size_t row = 20; row < 200; ++row)
    world.result[0].scores[row] = static_cast<double>(row) / 200;
  const auto curve = event_curve(world.series, world.result, 20, world.rules);
  ASSERT_GE(curve.size(), 10U);
  EXPECT_LE(curve.size(), 21U);
  EXPECT_EQ(curve.front().threshold, 199.0 / 200);
  EXPECT_EQ(curve.back().threshold, 0.1);
  for (std::size_t i = 1; i < curve.size(); ++i)
    EXPECT_LT(curve[i].threshold, curve[i - 1].threshold);
  EXPECT_TRUE(event_curve(world.series, {{.scores = std::vector<double>(200), .forecast = {}}}, 20,
                          world.rules)
                  .empty());
}

}  // namespace
}  // namespace cortado::evaluate
