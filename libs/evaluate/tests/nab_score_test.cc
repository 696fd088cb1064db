// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/evaluate/nab_score.h"

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cortado/evaluate/nab_report.h"
#include "series_builder.h"

namespace cortado::evaluate {
namespace {

const NabProfile kStandard{.name = "standard"};
constexpr double kNever = 2;

double sigmoid(double y) { return 2 / (1 + std::exp(5 * y)) - 1; }
const double kMost = 0.98661429815143028;  // sigmoid(-1)

bool all(std::size_t) { return true; }

/// One series of 100 rows with the window 40..49; its first 15 rows are not scored.
struct One {
  std::vector<Series> series{quiet_series("g/a.csv", 100, {{40, 49}})};
  RunResult result{{.scores = std::vector<double>(100), .forecast = {}}};

  One& at(std::size_t row, double score) {
    result[0].scores[row] = score;
    return *this;
  }
  NabTally tally(double threshold, const NabProfile& profile = kStandard) const {
    return NabScorer(series, result, profile).tally(threshold)[0];
  }
};

TEST(NabScore, SilenceCostsEveryWindow) {
  const auto tally = One().tally(kNever);
  EXPECT_EQ(tally.points, -1);
  EXPECT_EQ(tally.missed, 1);
  EXPECT_EQ(tally.false_rows, 0);
  EXPECT_EQ(One().tally(kNever, {.name = "", .false_negative = 2}).points, -2);
}

TEST(NabScore, TheEdgesOfAWindow) {
  EXPECT_NEAR(One().at(40, 1).tally(1).points, 1, 1e-12);
  EXPECT_NEAR(One().at(49, 1).tally(1).points, -sigmoid(0.1) / kMost, 1e-12);
  // The row before it is a false alarm before any window, the row behind it one close to it.
  const auto before = One().at(39, 1).tally(1);
  EXPECT_NEAR(before.points, -1 - 0.11, 1e-12);
  EXPECT_EQ(before.false_rows, 1);
  const auto behind = One().at(50, 1).tally(1);
  EXPECT_NEAR(behind.points, -1 + 0.11 * sigmoid(1.0 / 9), 1e-12);
  EXPECT_EQ(behind.missed, 1);
}

TEST(NabScore, FarFromTheWindowAFalseAlarmCostsItsWholeWeight) {
  EXPECT_NEAR(One().at(76, 1).tally(1).points, -1 + 0.11 * sigmoid(3), 1e-12);
  EXPECT_NEAR(One().at(77, 1).tally(1).points, -1 - 0.11, 1e-12);
  EXPECT_NEAR(One().at(77, 1).tally(1, {.name = "", .false_positive = 0.22}).points, -1.22, 1e-12);
}

TEST(NabScore, OnlyTheEarliestHitCounts) {
  const double early = One().at(42, 1).tally(1).points;
  EXPECT_EQ(One().at(42, 1).at(45, 1).at(49, 1).tally(1).points, early);
  // It need not be the one with the highest score.
  EXPECT_EQ(One().at(42, 0.8).at(45, 1).tally(0.8).points, early);
  EXPECT_LT(One().at(42, 0.8).at(45, 1).tally(0.9).points, early);
}

TEST(NabScore, TheProbationIsNotScored) {
  EXPECT_EQ(One().at(14, 1).tally(1).points, -1);
  EXPECT_NEAR(One().at(15, 1).tally(1).points, -1.11, 1e-12);
  EXPECT_EQ(nab_probation(100), 15U);
  EXPECT_EQ(nab_probation(4032), 604U);
  EXPECT_EQ(nab_probation(22695), 750U);
}

TEST(NabScore, AWindowWithinTheProbationCannotBeMissed) {
  std::vector<Series> series{quiet_series("g/a.csv", 100, {{3, 9}, {60, 69}})};
  const RunResult result{{.scores = std::vector<double>(100), .forecast = {}}};
  EXPECT_EQ(NabScorer(series, result, kStandard).tally(kNever)[0].points, -1);
}

TEST(NabScore, AWindowOfOneRowLeavesNothingNearIt) {
  std::vector<Series> series{quiet_series("g/a.csv", 100, {{40, 40}})};
  RunResult result{{.scores = std::vector<double>(100), .forecast = {}}};
  result[0].scores[41] = 1;
  EXPECT_NEAR(NabScorer(series, result, kStandard).tally(1)[0].points, -1.11, 1e-12);
}

TEST(NabScore, TheBestThresholdTakesEqualScoresTogether) {
  // The hit at 41 has the same score as three false alarms: both or neither.
  const One one = One().at(41, 0.6).at(20, 0.6).at(21, 0.6).at(22, 0.6).at(49, 0.9);
  const NabBest best = NabScorer(one.series, one.result, kStandard).best(all);
  EXPECT_EQ(best.threshold, 0.6);
  EXPECT_NEAR(best.points, one.tally(0.6).points, 1e-12);
  const One dear = One(one).at(23, 0.6).at(24, 0.6).at(25, 0.6).at(26, 0.6);
  EXPECT_EQ(NabScorer(dear.series, dear.result, kStandard).best(all).threshold, 0.9);
}

TEST(NabScore, WhereNoDetectionPaysTheBestThresholdLiesAboveAllScores) {
  const One one = One().at(20, 1);
  const NabBest best = NabScorer(one.series, one.result, kStandard).best(all);
  EXPECT_GT(best.threshold, 1);
  EXPECT_EQ(best.points, -1);
}

TEST(NabScore, TheBestThresholdLooksAtTheWantedSeriesAlone) {
  std::vector<Series> series{quiet_series("g/a.csv", 100, {{40, 49}}),
                             quiet_series("h/b.csv", 100, {{40, 49}})};
  RunResult result(2);
  result[0].scores.assign(100, 0);
  result[1].scores.assign(100, 0);
  result[0].scores[40] = 0.3;
  result[1].scores[40] = 0.7;
  const NabScorer scorer(series, result, kStandard);
  EXPECT_EQ(scorer.best(all).threshold, 0.3);
  EXPECT_EQ(scorer.best([](std::size_t i) { return i == 1; }).threshold, 0.7);
}

TEST(NabScore, NormalisedFromSilenceToPerfect) {
  EXPECT_EQ(nab_normalised(-116, 116, kStandard), 0);
  EXPECT_EQ(nab_normalised(116, 116, kStandard), 100);
  EXPECT_NEAR(nab_normalised(46.634450197, 116, kStandard), 70.10, 0.005);
  EXPECT_NEAR(nab_normalised(26.634450197, 116, {.name = "", .false_negative = 2}), 74.32, 0.005);
}

/// Three groups with one window each, hit with scores .9, .6 and .6.
NabFolder three_groups() {
  NabFolder folder;
  folder.profiles = {kStandard};
  for (const char* name : {"realTraffic/a.csv", "realTweets/b.csv", "realAdExchange/c.csv"})
    folder.series.push_back(quiet_series(name, 100, {{40, 49}}));
  return folder;
}

RunResult hits(double a, double b, double c) {
  RunResult result(3);
  const double scores[] = {a, b, c};
  for (std::size_t i = 0; i < 3; ++i) {
    result[i].scores.assign(100, 0);
    result[i].scores[40] = scores[i];
  }
  return result;
}

TEST(NabReport, ThresholdsAreTheBestTheShippedAndThoseOfTheOtherGroups) {
  const auto report = score_nab(three_groups(), {hits(0.9, 0.6, 0.6)}, 0.8);
  const ProfileFigures& all_files = report.halves[0].profiles[0];
  EXPECT_NEAR(all_files.mean.optimised, 100, 1e-9);
  EXPECT_NEAR(all_files.mean.fixed, 100.0 / 3, 1e-9);
  // Without the group the others' best is .6 for each of the three.
  EXPECT_NEAR(all_files.mean.logo, 100, 1e-9);
  EXPECT_EQ(all_files.thresholds, std::vector<double>{0.6});
  EXPECT_EQ(report.series[1].missed, 1);
  EXPECT_EQ(report.series[0].missed, 0);
}

TEST(NabReport, HalvesAreScoredByThemselves) {
  const auto report = score_nab(three_groups(), {hits(0.9, 0.2, 0.6)}, 0.5);
  ASSERT_EQ(report.halves.size(), 3U);
  EXPECT_EQ(report.halves[1].files, 2U);
  EXPECT_EQ(report.halves[1].profiles[0].thresholds, std::vector<double>{0.6});
  EXPECT_EQ(report.halves[2].files, 1U);
  EXPECT_EQ(report.halves[2].profiles[0].thresholds, std::vector<double>{0.2});
  EXPECT_NEAR(report.halves[2].profiles[0].mean.fixed, 0, 1e-9);
}

TEST(NabReport, SeedsAreAveraged) {
  const auto report = score_nab(three_groups(), {hits(0.9, 0.9, 0.9), hits(0.9, 0.1, 0.1)}, 0.5);
  const ProfileFigures& figures = report.halves[0].profiles[0];
  ASSERT_EQ(figures.seeds.size(), 2U);
  EXPECT_NEAR(figures.seeds[0].fixed, 100, 1e-9);
  EXPECT_NEAR(figures.seeds[1].fixed, 100.0 / 3, 1e-9);
  EXPECT_NEAR(figures.mean.fixed, 200.0 / 3, 1e-9);
  EXPECT_EQ(report.series[1].missed, 0.5);
}

TEST(NabReport, AComparisonIsPairedAndReadsWhatWasWritten) {
  auto good = score_nab(three_groups(), {hits(0.9, 0.9, 0.9)}, 0.5);
  auto poor = score_nab(three_groups(), {hits(0.9, 0.1, 0.9)}, 0.5);
  const auto read = read_nab_report(to_json(poor, {}));
  ASSERT_TRUE(read.ok()) << read.error().message();
  const auto differences = compare(good, *read);
  ASSERT_TRUE(differences.ok());
  const NabDifference& fixed = (*differences)[1];
  EXPECT_EQ(fixed.choice, Choice::kFixed);
  EXPECT_NEAR(fixed.difference, 100.0 / 3, 1e-6);
  EXPECT_EQ(fixed.low, 0);
  EXPECT_GT(fixed.high, fixed.difference);
  // The one better file is missing from (2/3)^3 of the resamples.
  EXPECT_NEAR(fixed.p, 8.0 / 27, 0.02);
  const auto itself = compare(good, good);
  ASSERT_TRUE(itself.ok());
  EXPECT_EQ((*itself)[0].difference, 0);
  EXPECT_EQ((*itself)[0].p, 1);
}

TEST(NabReport, OtherFilesCannotBeCompared) {
  auto report = score_nab(three_groups(), {hits(1, 1, 1)}, 0.5);
  auto other = report;
  other.series.pop_back();
  EXPECT_FALSE(compare(report, other).ok());
  EXPECT_FALSE(read_nab_report("{}").ok());
  EXPECT_FALSE(read_nab_report("{").ok());
}

}  // namespace
}  // namespace cortado::evaluate
