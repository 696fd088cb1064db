// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/evaluate/contender.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/base/random.h"
#include "cortado/evaluate/run.h"
#include "series_builder.h"

namespace cortado::evaluate {
namespace {

/// Every preset that there is, and every baseline.
std::vector<std::unique_ptr<Contender>> everybody() {
  auto all = make_baselines();
  detector::DetectorConfig config;
  for (const auto& option : detector::describe(config)) {
    if (option.path != "detector.preset") continue;
    for (const auto& name : option.choices) {
      EXPECT_TRUE(option.set(base::OptionNode::make_scalar(name)).ok());
      auto made = make_detector(name, config);
      EXPECT_TRUE(made.ok()) << name;
      if (made.ok()) all.push_back(std::move(*made));
    }
  }
  return all;
}

/// A day cycle in noise with spikes and holes; what comes late is far beyond what came before.
Series wild_series(std::size_t rows) {
  Series series = quiet_series("any/wild.csv", rows);
  base::Random random(7);
  for (std::size_t row = 0; row < rows; ++row) {
    const double cycle = 0.02 * std::sin(static_cast<double>(row) / 24 * 6.28318530718);
    auto& value = series.readings[row].value;
    value = 0.05 + cycle + 0.01 * random.uniform();
    if (random.below(50) == 0) *value += 0.03;
    if (random.below(90) == 0) value = std::nullopt;
    if (value && row > rows / 2) *value *= 1 + static_cast<double>(row) / 10;
  }
  return series;
}

TEST(Contenders, NothingThatComesLaterChangesAScore) {
  const Series whole = wild_series(1500);
  for (const auto& contender : everybody()) {
    const SeriesResult all = run(*contender, whole);
    ASSERT_EQ(all.scores.size(), 1500U);
    for (const std::size_t rows : {1U, 2U, 31U, 32U, 99U, 401U, 700U, 749U, 1100U, 1499U}) {
      Series prefix = whole;
      prefix.readings.resize(rows);
      const SeriesResult part = run(*contender, prefix);
      EXPECT_EQ(part.scores, std::vector<double>(all.scores.begin(),
                                                 all.scores.begin() + static_cast<long>(rows)))
          << contender->name() << " after " << rows;
    }
  }
}

TEST(Contenders, ScoresLieBetweenZeroAndOneWhateverComes) {
  Series series = wild_series(800);
  series.readings[600].value = 1e308;
  series.readings[601].value = -1e308;
  series.readings[602].value = std::numeric_limits<double>::infinity();
  series.readings[603].value = std::numeric_limits<double>::quiet_NaN();
  for (const auto& contender : everybody()) {
    for (const double score : run(*contender, series).scores)
      ASSERT_TRUE(score >= 0 && score <= 1) << contender->name() << " " << score;
  }
}

TEST(Contenders, SeriesAreIndependentAndThreadsChangeNothing) {
  std::vector<Series> series;
  for (const std::size_t rows : {300U, 10U, 700U, 0U, 450U}) series.push_back(wild_series(rows));
  const auto all = everybody();
  std::vector<const Contender*> pointers;
  for (const auto& one : all) pointers.push_back(one.get());
  const auto alone = run(pointers, series, 1);
  const auto many = run(pointers, series, 8);
  ASSERT_EQ(alone.size(), all.size());
  for (std::size_t i = 0; i < alone.size(); ++i) {
    ASSERT_EQ(alone[i].size(), series.size());
    for (std::size_t j = 0; j < series.size(); ++j) {
      EXPECT_EQ(alone[i][j].scores, many[i][j].scores);
      EXPECT_EQ(alone[i][j].scores, run(*all[i], series[j]).scores);
    }
  }
}

/// Scores of a series of 0 and 1 in turn, then one value.
double score_after_turns(Baseline baseline, double value, std::size_t turns = 100) {
  Series series = quiet_series("g/a.csv", turns + 1);
  for (std::size_t row = 0; row < turns; ++row)
    series.readings[row].value = static_cast<double>(row % 2);
  series.readings[turns].value = value;
  return run(*make_baseline(baseline), series).scores.back();
}

TEST(Baselines, AreFourDeviationsAtTheirThreshold) {
  // Mean .5, deviation .5: 2.5 lies four deviations above.
  EXPECT_NEAR(score_after_turns(Baseline::kGaussian, 2.5), 0.5, 1e-9);
  // Differences +1 and -1 in turn, fifty and forty-nine: mean 1/99.
  const double deviation = std::sqrt(1 - 1.0 / 99 / 99);
  EXPECT_NEAR(score_after_turns(Baseline::kDifference, 1 + 1.0 / 99 + 4 * deviation), 0.5, 1e-9);
  EXPECT_NEAR(score_after_turns(Baseline::kLastValue, 5), 0.5, 1e-9);
  EXPECT_LT(score_after_turns(Baseline::kEwma, 2.4), 0.5);
  EXPECT_GT(score_after_turns(Baseline::kEwma, 2.7), 0.5);
  EXPECT_GT(score_after_turns(Baseline::kEwmaDifference, 6), 0.5);
  EXPECT_LT(score_after_turns(Baseline::kEwmaDifference, 4), 0.5);
}

TEST(Baselines, SayNothingInTheirFirstThirtyReadings) {
  for (std::size_t i = 0; i < kBaselines; ++i) {
    const auto baseline = static_cast<Baseline>(i);
    EXPECT_EQ(score_after_turns(baseline, 1e9, 29), 0);
    EXPECT_GT(score_after_turns(baseline, 1e9, 31), 0.9);
  }
}

TEST(Baselines, AnEwmaForgetsAndTheWholePastDoesNot) {
  Series series = quiet_series("g/a.csv", 601);
  for (std::size_t row = 0; row <= 600; ++row)
    series.readings[row].value = (row < 300 ? 0.0 : 10.0) + static_cast<double>(row % 2);
  series.readings[600].value = 0.5;
  EXPECT_GT(run(*make_baseline(Baseline::kEwma), series).scores[600], 0.8);
  EXPECT_LT(run(*make_baseline(Baseline::kGaussian), series).scores[600], 0.3);
}

TEST(Forecasts, AreComparedWithTheLastValueOverTheSameReadings) {
  Series series = quiet_series("g/a.csv", 5);
  const double values[] = {1, 3, 3, 7, 2};
  for (std::size_t row = 0; row < 5; ++row) series.readings[row].value = values[row];
  series.readings[2].value = std::nullopt;
  const auto tally = run(*make_baseline(Baseline::kGaussian), series).forecast;
  EXPECT_EQ(tally.forecasts, 3);
  EXPECT_EQ(tally.error_sum, 2 + 4 + 5);
  EXPECT_EQ(tally.last_value_sum, 2 + 4 + 5);
  EXPECT_EQ(tally.banded, 0);
}

/// Forecasts the number of readings so far, in a band of +-1.
class Counter final : public Contender {
 public:
  class Scorer final : public SeriesScorer {
   public:
    Verdict update(const Reading&) override {
      Verdict verdict;
      verdict.prediction = count_;
      verdict.low = count_ - 1;
      verdict.high = count_ + 1;
      count_ += 1;
      return verdict;
    }

   private:
    double count_ = 0;
  };
  const std::string& name() const override { return name_; }
  double threshold() const override { return 0.5; }
  std::unique_ptr<SeriesScorer> start(std::string_view) const override {
    return std::make_unique<Scorer>();
  }

 private:
  std::string name_ = "counter";
};

TEST(Forecasts, CountWhatLiesInTheBandEdgesIncluded) {
  Series series = quiet_series("g/a.csv", 4);
  const double values[] = {0, 2, 3.5, 2};
  for (std::size_t row = 0; row < 4; ++row) series.readings[row].value = values[row];
  const auto tally = run(Counter(), series).forecast;
  EXPECT_EQ(tally.banded, 4);
  EXPECT_EQ(tally.inside_band, 3);
  EXPECT_EQ(tally.error_sum, 1 + 1.5 + 1);
}

TEST(DetectorContender, PresetsWithoutAScoreAreJudgedByTheirRawAnomaly) {
  detector::DetectorConfig config;
  config.preset = detector::Preset::kNupic;
  const auto nupic = make_detector("nupic", config);
  ASSERT_TRUE(nupic.ok());
  EXPECT_EQ((*nupic)->threshold(), 0.7);
  const auto scores = run(**nupic, wild_series(600)).scores;
  // Warming, every first sight would be an alarm.
  EXPECT_THAT(std::vector<double>(scores.begin(), scores.begin() + 400), ::testing::Each(0.0));
  EXPECT_GT(*std::max_element(scores.begin() + 400, scores.end()), 0.7);
}

}  // namespace
}  // namespace cortado::evaluate
