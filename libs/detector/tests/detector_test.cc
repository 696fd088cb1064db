// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/detector/detector.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/base/bytes.h"
#include "cortado/base/crc32c.h"
#include "cortado/detector/detector_config.h"
#include "series.h"

namespace cortado::detector {
namespace {

using base::ScoreStatus;
using ::testing::HasSubstr;

constexpr std::int64_t kHourMs = 3'600'000;

DetectorConfig seed_preset() {
  DetectorConfig config;
  config.preset = Preset::kSeed;
  return config;
}

std::shared_ptr<const Detector> detector_of(const DetectorConfig& config) {
  auto detector = Detector::create(config);
  EXPECT_TRUE(detector.ok());
  return *detector;
}

Observation at(std::int64_t hour, std::optional<double> value) {
  return {"device", hour * kHourMs, value};
}

void expect_same(const Score& a, const Score& b) {
  EXPECT_EQ(a.prediction, b.prediction);
  EXPECT_EQ(a.error, b.error);
  EXPECT_EQ(a.anomaly, b.anomaly);
  EXPECT_EQ(a.prediction_next, b.prediction_next);
  EXPECT_EQ(a.status, b.status);
  EXPECT_EQ(a.sequence, b.sequence);
  EXPECT_EQ(a.model_age, b.model_age);
  EXPECT_EQ(a.clipped, b.clipped);
}

TEST(DeviceModel, FirstValidRecordReportsZeros) {
  const auto model = detector_of(seed_preset())->create_model("device");
  const Score score = model->update(at(0, 0.05));
  EXPECT_EQ(score.prediction, 0.0);
  EXPECT_EQ(score.error, 0.0);
  EXPECT_EQ(score.anomaly, 0.0);
  EXPECT_EQ(score.prediction_next, 0.0);
  EXPECT_EQ(score.status, ScoreStatus::kWarming);
  EXPECT_EQ(score.sequence, 1);
  EXPECT_EQ(score.model_age, 1);
  EXPECT_FALSE(score.score.has_value());
}

TEST(DeviceModel, PredictionIsTheLastPredictionNextAndErrorItsDistance) {
  const auto model = detector_of(seed_preset())->create_model("device");
  const auto values = htm::testing::hourly_series(300, 3);
  std::optional<double> last = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Score score = model->update(at(static_cast<std::int64_t>(i), values[i]));
    EXPECT_EQ(score.prediction, last);
    if (i > 0) {
      EXPECT_EQ(score.error, std::abs(*score.prediction - values[i]));
    }
    EXPECT_GE(*score.anomaly, 0.0);
    EXPECT_LE(*score.anomaly, 1.0);
    last = score.prediction_next;
  }
}

TEST(DeviceModel, InvalidRecordsCountInTheSequenceAndTouchNothingElse) {
  DetectorConfig config = seed_preset();
  config.reject_negative = true;
  const auto detector = detector_of(config);
  const auto model = detector->create_model("device");
  const auto twin = detector->create_model("device");
  const std::vector<Observation> unusable = {at(0, std::nullopt),
                                             at(0, std::numeric_limits<double>::quiet_NaN()),
                                             at(0, std::numeric_limits<double>::infinity()),
                                             at(0, -0.001),
                                             {"device", std::nullopt, 0.05}};
  const auto values = htm::testing::hourly_series(100, 3);
  std::int64_t sequence = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Score bad = model->update(unusable[i % unusable.size()]);
    EXPECT_EQ(bad.status, ScoreStatus::kInvalid);
    EXPECT_FALSE(bad.prediction || bad.error || bad.anomaly || bad.prediction_next);
    EXPECT_EQ(bad.sequence, ++sequence);
    EXPECT_EQ(bad.model_age, static_cast<std::int64_t>(i));
    Score good = model->update(at(static_cast<std::int64_t>(i), values[i]));
    EXPECT_EQ(good.sequence, ++sequence);
    good.sequence = static_cast<std::int64_t>(i) + 1;
    expect_same(good, twin->update(at(static_cast<std::int64_t>(i), values[i])));
  }
}

TEST(DeviceModel, LeavesWarmingAfterWarmUpValidRecords) {
  DetectorConfig config = seed_preset();
  config.warm_up = 5;
  const auto model = detector_of(config)->create_model("device");
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(model->update(at(i, 0.05)).status, ScoreStatus::kWarming);
    EXPECT_EQ(model->update(at(i, std::nullopt)).status, ScoreStatus::kInvalid);
  }
  for (int i = 5; i < 100; ++i) model->update(at(i, 0.05));
  const Score usual = model->update(at(100, 0.05));
  EXPECT_EQ(usual.status, ScoreStatus::kOk);
  EXPECT_LT(*usual.anomaly, 0.7);
  const Score strange = model->update(at(101, 0.0));
  EXPECT_EQ(strange.status, ScoreStatus::kAlarm);
  EXPECT_GE(*strange.anomaly, 0.7);
  EXPECT_FALSE(strange.score.has_value());
  EXPECT_TRUE(strange.reason.empty());
}

TEST(DeviceModel, MarksClippedValues) {
  const auto model = detector_of(seed_preset())->create_model("device");
  EXPECT_FALSE(model->update(at(0, 0.1)).clipped);
  EXPECT_TRUE(model->update(at(1, 0.1001)).clipped);
  EXPECT_TRUE(model->update(at(2, -1)).clipped);
}

TEST(DeviceModel, HugeValuesGiveNoNonsense) {
  const auto model = detector_of(seed_preset())->create_model("device");
  for (int i = 0; i < 10; ++i) {
    const Score score = model->update(at(i, i % 2 == 0 ? 1.7e308 : -1.7e308));
    for (const auto& number : {score.prediction, score.error, score.anomaly}) {
      EXPECT_TRUE(!number.has_value() || std::isfinite(*number));
    }
  }
}

TEST(DeviceModel, OverridesChangeTheRangeOfTheFirstPatternThatMatches) {
  DetectorConfig config = seed_preset();
  config.overrides = {{"*-42602-?", 0, 250}, {"GB-*", 0, 10}};
  const auto detector = detector_of(config);
  const auto clipped = [&](std::string_view device, double value) {
    return detector->create_model(device)->update({device, 0, value}).clipped;
  };
  EXPECT_FALSE(clipped("GB-033-0682-42602-1", 249));
  EXPECT_TRUE(clipped("GB-033-0682-42602-1", 251));
  EXPECT_TRUE(clipped("GB-033-0682-42602-10", 11));
  EXPECT_FALSE(clipped("GB-033-0682-42602-10", 9));
  EXPECT_TRUE(clipped("US-1", 0.11));
}

TEST(DeviceModel, AScaledSeriesInAScaledRangeScoresTheSame) {
  DetectorConfig config = seed_preset();
  config.overrides = {{"big", 0, 100}};
  const auto detector = detector_of(config);
  const auto small = detector->create_model("small");
  const auto big = detector->create_model("big");
  const auto values = htm::testing::hourly_series(300, 4);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto time = static_cast<std::int64_t>(i) * kHourMs;
    const Score a = small->update({"small", time, values[i]});
    const Score b = big->update({"big", time, std::floor(values[i] * 1000 + 0.5)});
    ASSERT_EQ(a.anomaly, b.anomaly) << i;
  }
}

TEST(DeviceModel, RestoredModelGoesOnBitForBit) {
  const auto detector = detector_of(seed_preset());
  auto model = detector->create_model("device");
  const auto straight = detector->create_model("device");
  const auto values = htm::testing::hourly_series(1200, 5);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Observation observation =
        at(static_cast<std::int64_t>(i), i % 50 == 7 ? std::nullopt : std::optional(values[i]));
    expect_same(model->update(observation), straight->update(observation));
    if (i % 170 != 169) continue;
    std::string blob;
    model->save(blob);
    auto copy = detector->load_model("device", blob);
    ASSERT_TRUE(copy.ok()) << copy.error().message();
    model = std::move(copy).value();
  }
  std::string a;
  std::string b;
  model->save(a);
  straight->save(b);
  EXPECT_EQ(a, b);
}

TEST(DeviceModel, SaveAppends) {
  const auto model = detector_of(seed_preset())->create_model("device");
  std::string blob = "before";
  model->save(blob);
  EXPECT_EQ(blob.substr(0, 10), "beforeCTDB");
}

struct StageList final : StageProbe {
  void finished(Stage stage) override { stages.push_back(stage); }
  std::vector<Stage> stages;
};

TEST(DeviceModel, AProbeHearsOfEveryStageAndChangesNoScore) {
  const auto detector = detector_of(seed_preset());
  const auto plain = detector->create_model("device");
  const auto probed = detector->create_model("device");
  for (int i = 0; i < 50; ++i) {
    StageList probe;
    const auto observation = at(i, 0.01 * (i % 7));
    expect_same(probed->update(observation, probe), plain->update(observation));
    EXPECT_THAT(probe.stages, ::testing::ElementsAre(Stage::kEncode, Stage::kPooler, Stage::kMemory,
                                                     Stage::kClassifier));
  }
  StageList probe;
  probed->update(at(50, std::nullopt), probe);
  EXPECT_TRUE(probe.stages.empty());
}

TEST(DeviceModel, CostGrowsWithWhatIsLearned) {
  const auto model = detector_of(seed_preset())->create_model("device");
  const ModelCost fresh = model->cost();
  EXPECT_EQ(fresh.segments, 0U);
  EXPECT_EQ(fresh.synapses, 0U);
  EXPECT_EQ(fresh.changed_columns, 0U);
  EXPECT_GT(fresh.model_bytes, 0U);
  const auto values = htm::testing::hourly_series(500, 3);
  for (std::size_t i = 0; i < values.size(); ++i) {
    model->update(at(static_cast<std::int64_t>(i), values[i]));
  }
  const ModelCost grown = model->cost();
  EXPECT_GE(grown.changed_columns, 40U);
  EXPECT_GT(grown.segments, 40U);
  EXPECT_GT(grown.synapses, grown.segments);
  EXPECT_EQ(grown.total_bytes(),
            grown.pooler_bytes + grown.memory_bytes + grown.classifier_bytes + grown.model_bytes);
  EXPECT_GT(grown.total_bytes(), fresh.total_bytes());
}

TEST(DeviceModel, ActivityNamesTheColumnsThatTheAnomalyCounts) {
  const auto detector = detector_of(seed_preset());
  auto model = detector->create_model("device");
  base::ColumnActivity activity;
  model->activity(activity);
  EXPECT_TRUE(activity.empty());
  const auto values = htm::testing::hourly_series(400, 3);
  std::size_t partly = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Score score = model->update(at(static_cast<std::int64_t>(i), values[i]));
    activity.clear();
    model->activity(activity);
    ASSERT_EQ(activity.memories(), 1U);
    EXPECT_EQ(activity.name(0), "columns");
    EXPECT_EQ(activity.size(0), 2048U);
    const auto columns = activity.active(0);
    ASSERT_EQ(columns.size(), 40U);
    const auto burst = std::count_if(columns.begin(), columns.end(),
                                     [](const auto& column) { return column.burst != 0; });
    if (i > 0) {
      ASSERT_EQ(static_cast<double>(burst) / 40, *score.anomaly) << i;
    }
    partly += burst > 0 && burst < 40 ? 1 : 0;
  }
  EXPECT_GT(partly, 10U);
  // A loaded model still knows it.
  std::string blob;
  model->save(blob);
  base::ColumnActivity loaded;
  (*detector->load_model("device", blob))->activity(loaded);
  ASSERT_EQ(loaded.memories(), 1U);
  EXPECT_TRUE(std::equal(loaded.active(0).begin(), loaded.active(0).end(),
                         activity.active(0).begin(), activity.active(0).end()));
}

TEST(ModelHash, CoversWhatChangesModelBytesAndNothingElse) {
  const std::string standard = detector_of(seed_preset())->model_hash();
  EXPECT_EQ(standard.size(), 16U);
  EXPECT_EQ(detector_of(seed_preset())->model_hash(), standard);
  DetectorConfig config = seed_preset();
  config.warm_up = 7;
  EXPECT_EQ(detector_of(config)->model_hash(), standard);
  config.seed = 43;
  EXPECT_NE(detector_of(config)->model_hash(), standard);
  config = {};
  config.reject_negative = true;
  EXPECT_NE(detector_of(config)->model_hash(), standard);
  config = {};
  config.overrides = {{"a", 0, 1}};
  EXPECT_NE(detector_of(config)->model_hash(), standard);
}

TEST(Detector, RefusesAnEmptyRange) {
  DetectorConfig config = seed_preset();
  config.overrides = {{"a*", 1, 1}};
  const auto detector = Detector::create(config);
  ASSERT_FALSE(detector.ok());
  EXPECT_EQ(detector.error().code(), base::ErrorCode::kInvalidConfig);
  EXPECT_THAT(detector.error().message(), HasSubstr("a*"));
}

Observation reading_of(std::optional<double> value) {
  return {.device = "d", .event_time = std::nullopt, .value = value};
}

TEST(LastValue, ForecastsTheLastValueAndNeverAlarms) {
  DetectorConfig config = seed_preset();
  config.preset = Preset::kLastValue;
  config.warm_up = 2;
  const auto detector = detector_of(config);
  EXPECT_FALSE(detector->uses_time());
  const auto model = detector->create_model("d");
  EXPECT_EQ(model->update(reading_of(5)).error, 0.0);
  EXPECT_EQ(model->update(reading_of(6)).prediction, 0.0);
  EXPECT_EQ(model->update(reading_of(std::nullopt)).status, base::ScoreStatus::kInvalid);
  const Score score = model->update(reading_of(8));
  EXPECT_EQ(score.prediction, 6.0);
  EXPECT_EQ(score.error, 2.0);
  EXPECT_EQ(score.anomaly, 0.0);
  EXPECT_EQ(score.prediction_next, 8.0);
  EXPECT_EQ(score.status, base::ScoreStatus::kOk);
  EXPECT_EQ(score.sequence, 4);
  EXPECT_EQ(score.model_age, 3);
}

TEST(LastValue, CostsNothingButItself) {
  DetectorConfig config = seed_preset();
  config.preset = Preset::kLastValue;
  const auto model = detector_of(config)->create_model("d");
  StageList probe;
  EXPECT_EQ(model->update(reading_of(5), probe).prediction_next, 0.0);
  EXPECT_TRUE(probe.stages.empty());
  EXPECT_EQ(model->cost().total_bytes(), model->cost().model_bytes);
  EXPECT_LT(model->cost().total_bytes(), 200U);
}

TEST(LastValue, GoesOnFromItsBlobAndRefusesOthers) {
  DetectorConfig config = seed_preset();
  config.preset = Preset::kLastValue;
  const auto detector = detector_of(config);
  const auto model = detector->create_model("d");
  model->update(reading_of(5));
  model->update(reading_of(6));
  std::string blob;
  model->save(blob);
  auto restored = detector->load_model("d", blob);
  ASSERT_TRUE(restored.ok());
  EXPECT_EQ((*restored)->update(reading_of(7)).prediction, 6.0);
  EXPECT_EQ(detector_of(seed_preset())->load_model("d", blob).error().code(),
            base::ErrorCode::kUnsupported);
  blob[blob.size() / 2] ^= 1;
  EXPECT_EQ(detector->load_model("d", blob).error().code(), base::ErrorCode::kCorrupt);
}

TEST(Detector, SeedPresetUsesTime) {
  EXPECT_TRUE(detector_of(seed_preset())->uses_time());
  EXPECT_EQ(detector_of(seed_preset())->warm_up(), 400);
}

}  // namespace
}  // namespace cortado::detector
