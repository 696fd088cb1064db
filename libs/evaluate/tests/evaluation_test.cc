// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/evaluate/evaluation.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/record/json_value.h"
#include "series_builder.h"

namespace cortado::evaluate {
namespace {

using ::testing::HasSubstr;

/// 1,000 rows with a spike at 400..409 and a drift at 700..709.
std::vector<Series> one_series() {
  std::vector<Series> series{quiet_series("g/a.csv", 1000, {{400, 409}, {700, 709}})};
  series[0].windows[0].fault = "spike";
  series[0].windows[1].fault = "drift";
  return series;
}

RunResult scores(const std::vector<std::pair<std::size_t, double>>& rows) {
  RunResult result(1);
  result[0].scores.assign(1000, 0);
  for (const auto& [row, score] : rows) result[0].scores[row] = score;
  return result;
}

const EventRules kRules{.probation = 0, .grace = 0, .refractory = 5};

TEST(Evaluation, TellsTheBestTheShippedAndTheThresholdOfTheRate) {
  const auto run = scores({{405, 0.9}, {500, 0.6}, {703, 0.4}, {800, 0.3}, {900, 0.2}});
  const auto figures = score_events("x", 0.5, one_series(), {run}, 2, kRules);
  EXPECT_EQ(figures.best.threshold, 0.4);
  EXPECT_NEAR(figures.best.f1, 0.8, 1e-12);
  EXPECT_NEAR(figures.shipped.f1, 0.5, 1e-12);
  EXPECT_NEAR(figures.shipped.false_per_1000, 1, 1e-12);
  EXPECT_EQ(figures.at_rate.threshold, 0.3);
  EXPECT_NEAR(figures.at_rate.precision, 0.5, 1e-12);
  EXPECT_NEAR(figures.at_rate.recall, 1, 1e-12);
  EXPECT_NEAR(figures.at_rate.delay_rows, 4, 1e-12);
  ASSERT_EQ(figures.at_rate.faults.size(), 2U);
  EXPECT_EQ(figures.at_rate.faults[0].fault, "drift");
  EXPECT_NEAR(figures.at_rate.faults[0].delay_rows, 3, 1e-12);
  EXPECT_NEAR(figures.at_rate.faults[0].f1, 2.0 / 3, 1e-12);
  EXPECT_GT(figures.nab_optimised, 0);
}

TEST(Evaluation, RunsAreAveragedAndTheWorstIsTold) {
  const auto good = scores({{400, 0.9}, {700, 0.9}});
  const auto poor = scores({{400, 0.9}});
  const auto figures = score_events("x", 0.5, one_series(), {good, poor}, 1, kRules);
  EXPECT_EQ(figures.runs, 2U);
  EXPECT_NEAR(figures.at_rate.f1, (1 + 2.0 / 3) / 2, 1e-12);
  EXPECT_NEAR(figures.worst_f1, 2.0 / 3, 1e-12);
  EXPECT_NEAR(figures.at_rate.faults[0].recall, 0.5, 1e-12);
  EXPECT_NEAR(figures.at_rate.faults[0].windows, 1, 1e-12);
}

TEST(Evaluation, ASilentContenderFindsNothingAndCostsNothing) {
  const auto figures = score_events("x", 0.5, one_series(), {scores({})}, 1, kRules);
  EXPECT_EQ(figures.best.f1, 0);
  EXPECT_EQ(figures.at_rate.recall, 0);
  EXPECT_EQ(figures.at_rate.false_per_1000, 0);
  EXPECT_EQ(figures.best.faults.size(), 2U);
  EXPECT_EQ(figures.nab_optimised, 0);
}

/// Many copies of one series.
std::vector<Series> copies_of_one(std::size_t count) {
  std::vector<Series> series;
  for (std::size_t i = 0; i < count; ++i) series.push_back(one_series()[0]);
  return series;
}

TEST(Evaluation, TheFirstContendersLeadIsToldByClassWithItsSpread) {
  const auto series = copies_of_one(20);
  RunResult good;
  RunResult mixed;
  for (int i = 0; i < 20; ++i) {
    good.push_back(scores({{400, 0.9}, {700, 0.9}})[0]);
    // Finds every spike and half of the drifts.
    mixed.push_back(scores(
        i % 2 == 0 ? std::vector<std::pair<std::size_t, double>>{{400, 0.9}}
                   : std::vector<std::pair<std::size_t, double>>{{400, 0.9}, {700, 0.9}})[0]);
  }
  std::vector<ContenderFigures> all{score_events("first", 0.5, series, {good}, 1, kRules),
                                    score_events("other", 0.5, series, {mixed}, 1, kRules),
                                    score_events("same", 0.5, series, {good, good}, 1, kRules)};
  compare_with_first(all);
  EXPECT_TRUE(all[0].leads.empty());
  ASSERT_EQ(all[1].leads.size(), 3U);
  EXPECT_EQ(all[1].leads[0].fault, "");
  const FaultLead& drift = all[1].leads[1];
  EXPECT_EQ(drift.fault, "drift");
  EXPECT_NEAR(drift.difference, 1 - 2.0 * 10 / (10 + 20), 1e-12);
  EXPECT_LT(drift.low, drift.difference);
  EXPECT_GT(drift.high, drift.difference);
  EXPECT_GT(drift.low, 0);
  EXPECT_EQ(drift.p, 0);
  EXPECT_EQ(all[1].leads[2].fault, "spike");
  EXPECT_EQ(all[1].leads[2].difference, 0);
  EXPECT_EQ(all[1].leads[2].p, 1);
  for (const FaultLead& lead : all[2].leads) EXPECT_NEAR(lead.difference, 0, 1e-12);
}

TEST(Evaluation, TheTalliesOfEachSeriesAddUpToThatOfAll) {
  std::vector<Series> series = copies_of_one(2);
  const RunResult run{scores({{405, 0.9}, {500, 0.6}})[0], scores({{703, 0.8}, {900, 0.2}})[0]};
  EventTally sum;
  for (const EventTally& one : tally_each(series, run, 0.5, kRules)) sum.add(one);
  const EventTally whole = tally_events(series, run, 0.5, kRules);
  EXPECT_EQ(sum.rows, whole.rows);
  EXPECT_EQ(sum.false_alarms, whole.false_alarms);
  EXPECT_EQ(sum.all.hits, 2);
  EXPECT_EQ(sum.all.hits, whole.all.hits);
  EXPECT_EQ(sum.faults.at("spike").windows, 2);
  EXPECT_EQ(sum.faults.at("drift").delay_rows, whole.faults.at("drift").delay_rows);
}

TEST(Evaluation, IsWrittenAsJsonAndAsTables) {
  Evaluation evaluation;
  evaluation.set = "a \"set\"\n";
  evaluation.names = {"g/a.csv"};
  evaluation.rows = 1000;
  evaluation.windows = 2;
  evaluation.forecasts = true;
  evaluation.contenders.push_back(
      score_events("x", 0.5, one_series(), {scores({{405, 0.9}})}, 1, kRules));
  const auto json = record::parse_json(to_json(evaluation));
  ASSERT_TRUE(json.ok()) << json.error().message();
  EXPECT_EQ(json->find("set")->text, evaluation.set);
  const record::JsonValue& contender = json->find("contenders")->items.at(0);
  EXPECT_EQ(contender.find("at_rate")->find("faults")->find("spike")->find("recall")->number, 1);
  // Nothing was forecast: there is no mean of nothing.
  EXPECT_EQ(contender.find("forecasts")->items.at(0).find("mae")->kind,
            record::JsonValue::Kind::kNull);
  const std::string text = to_text(evaluation);
  EXPECT_THAT(text, HasSubstr("by class"));
  EXPECT_THAT(text, HasSubstr("spike"));
  EXPECT_THAT(to_text({}), HasSubstr("0 series"));
}

}  // namespace
}  // namespace cortado::evaluate
