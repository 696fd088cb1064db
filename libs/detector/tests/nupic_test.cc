// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/detector/detector.h"
#include "cortado/detector/detector_config.h"
#include "series.h"

namespace cortado::detector {
namespace {

using base::ScoreStatus;

constexpr std::int64_t kHourMs = 3'600'000;

std::shared_ptr<const Detector> nupic(std::vector<EncoderOverride> overrides = {}) {
  DetectorConfig config;
  config.preset = Preset::kNupic;
  config.overrides = std::move(overrides);
  auto detector = Detector::create(config);
  EXPECT_TRUE(detector.ok()) << detector.error().message();
  return *detector;
}

Observation at(std::int64_t hour, std::optional<double> value) {
  return {"device", hour * kHourMs, value};
}

/// The raw anomaly scores of a series, times `scale`.
std::vector<double> anomalies(const Detector& detector, const std::vector<double>& values,
                              double scale) {
  const auto model = detector.create_model("device");
  std::vector<double> scores;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto score = model->update(at(static_cast<std::int64_t>(i), values[i] * scale));
    scores.push_back(*score.anomaly);
  }
  return scores;
}

TEST(Nupic, ForecastsTheLastValueWithoutScoreReasonOrBand) {
  const auto model = nupic()->create_model("device");
  model->update(at(0, 0.03));
  model->update(at(1, 0.04));
  const Score score = model->update(at(2, 0.06));
  EXPECT_EQ(score.prediction, 0.04);
  EXPECT_EQ(score.error, 0.06 - 0.04);
  EXPECT_EQ(score.prediction_next, 0.06);
  EXPECT_GT(score.anomaly, 0.0);
  EXPECT_FALSE(score.score.has_value());
  EXPECT_FALSE(score.expected_low.has_value());
  EXPECT_TRUE(score.reason.empty());
  EXPECT_EQ(model->cost().classifier_bytes, 0U);
}

TEST(Nupic, NeverClipsAndNeedsATime) {
  EXPECT_TRUE(nupic()->uses_time());
  const auto model = nupic()->create_model("device");
  for (const double value : {-7.0, 0.05, 1e9, -1e300}) {
    const Score score = model->update(at(0, value));
    EXPECT_FALSE(score.clipped);
    EXPECT_NE(score.status, ScoreStatus::kInvalid);
  }
  EXPECT_EQ(model->update({"device", std::nullopt, 0.05}).status, ScoreStatus::kInvalid);
}

TEST(Nupic, AlarmsFromSevenTenthsOnBehindTheWarmUp) {
  DetectorConfig config;
  config.preset = Preset::kNupic;
  config.warm_up = 20;
  const auto model = (*Detector::create(config))->create_model("device");
  const auto values = htm::testing::hourly_series(900, 5);
  int alarms = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Score score = model->update(at(static_cast<std::int64_t>(i), values[i]));
    if (i < 20) {
      EXPECT_EQ(score.status, ScoreStatus::kWarming);
    } else {
      EXPECT_EQ(score.status == ScoreStatus::kAlarm, *score.anomaly >= 0.7);
      if (score.status == ScoreStatus::kAlarm) ++alarms;
    }
  }
  EXPECT_GT(alarms, 0);
  EXPECT_LT(alarms, 200);
}

TEST(Nupic, LearnsADaysPattern) {
  std::vector<double> values;
  for (int hour = 0; hour < 24 * 60; ++hour) values.push_back(0.02 + 0.002 * (hour % 24));
  const auto scores = anomalies(*nupic(), values, 1);
  double first = 0;
  double last = 0;
  for (int i = 0; i < 48; ++i) first += scores[static_cast<std::size_t>(i)];
  for (std::size_t i = scores.size() - 48; i < scores.size(); ++i) last += scores[i];
  EXPECT_GT(first, 30);
  EXPECT_LT(last, 1);
}

TEST(Nupic, AScaledRangeScoresScaledValuesTheSame) {
  const auto values = htm::testing::hourly_series(300, 4);
  // Powers of two scale exactly.
  EXPECT_EQ(anomalies(*nupic({{"*", 0, 1}}), values, 1),
            anomalies(*nupic({{"*", 0, 16}}), values, 16));
  // A 130th of .1 and of .125 are both below the finest resolution, .001.
  EXPECT_EQ(anomalies(*nupic(), values, 1), anomalies(*nupic({{"*", 0, 0.125}}), values, 1));
}

TEST(Nupic, RestoredModelGoesOnBitForBit) {
  const auto detector = nupic();
  const auto values = htm::testing::hourly_series(600, 2);
  const auto model = detector->create_model("device");
  for (int i = 0; i < 400; ++i) model->update(at(i, values[static_cast<std::size_t>(i)]));
  std::string blob;
  model->save(blob);
  auto restored = detector->load_model("device", blob);
  ASSERT_TRUE(restored.ok()) << restored.error().message();
  for (int i = 400; i < 600; ++i) {
    const auto observation = at(i, values[static_cast<std::size_t>(i)]);
    const Score a = model->update(observation);
    const Score b = (*restored)->update(observation);
    ASSERT_EQ(a.anomaly, b.anomaly) << i;
    ASSERT_EQ(a.prediction_next, b.prediction_next);
  }
  std::string again;
  std::string restored_again;
  model->save(again);
  (*restored)->save(restored_again);
  EXPECT_EQ(again, restored_again);
  EXPECT_EQ((*Detector::create({}))->load_model("device", blob).error().code(),
            base::ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace cortado::detector
