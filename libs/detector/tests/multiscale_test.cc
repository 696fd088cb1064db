// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>

#include "cortado/base/bytes.h"
#include "cortado/base/crc32c.h"
#include "cortado/base/random.h"
#include "cortado/detector/detector.h"
#include "cortado/detector/detector_config.h"
#include "cortado/htm/kernels.h"
#include "series.h"

namespace cortado::detector {
namespace {

using base::ScoreStatus;
using ::testing::HasSubstr;

constexpr std::int64_t kHourMs = 3'600'000;

DetectorConfig multiscale() {
  DetectorConfig config;
  config.preset = Preset::kMultiscale;
  return config;
}

std::shared_ptr<const Detector> detector_of(const DetectorConfig& config) {
  auto detector = Detector::create(config);
  EXPECT_TRUE(detector.ok());
  return *detector;
}

/// A noisy day cycle of hours.
std::vector<double> cycle(int count, std::uint64_t seed) {
  base::Random random(seed);
  std::vector<double> values;
  for (int i = 0; i < count; ++i) {
    values.push_back(20 + 5 * std::abs(i % 24 - 12) + 3 * random.uniform());
  }
  return values;
}

Observation at(std::size_t i, double value) {
  return {"device", static_cast<std::int64_t>(i) * kHourMs, value};
}

void write(base::ByteWriter& out, const Score& score) {
  for (const auto& number : {score.prediction, score.error, score.anomaly, score.prediction_next,
                             score.score, score.expected_low, score.expected_high}) {
    out.u8(number ? 1 : 0);
    out.f64(number.value_or(0));
  }
  out.u8(static_cast<std::uint8_t>(score.status));
  out.text(score.reason);
}

std::string bytes_of(const Score& score) {
  std::string bytes;
  base::ByteWriter writer(bytes);
  write(writer, score);
  return bytes;
}

TEST(Multiscale, FirstValidRecordReportsZerosAndNoScore) {
  const auto model = detector_of(multiscale())->create_model("device");
  const Score score = model->update(at(0, 5));
  EXPECT_EQ(score.prediction, 0.0);
  EXPECT_EQ(score.error, 0.0);
  EXPECT_EQ(score.anomaly, 0.0);
  EXPECT_EQ(score.prediction_next, 0.0);
  EXPECT_EQ(score.status, ScoreStatus::kWarming);
  EXPECT_FALSE(score.score.has_value());
  EXPECT_FALSE(score.expected_low.has_value());
}

TEST(Multiscale, EachPredictionIsWhatTheRecordBeforeReportedAsNext) {
  const auto model = detector_of(multiscale())->create_model("device");
  double next = 0;
  const auto values = cycle(200, 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Score score = model->update(at(i, values[i]));
    EXPECT_EQ(score.prediction, next) << i;
    next = *score.prediction_next;
  }
}

TEST(Multiscale, IsTheDefaultAndItsWarmUpCanBeSet) {
  EXPECT_EQ(detector_of({})->warm_up(), 100);
  EXPECT_EQ(detector_of({})->model_hash(), detector_of(multiscale())->model_hash());
  DetectorConfig config = multiscale();
  config.warm_up = 5;
  const auto model = detector_of(config)->create_model("device");
  const auto values = cycle(20, 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Score score = model->update(at(i, values[i]));
    EXPECT_EQ(score.status == ScoreStatus::kWarming, i < 5) << i;
    EXPECT_EQ(score.score.has_value(), i >= 5) << i;
  }
}

TEST(Multiscale, ScoreBandAndStatusComeWithTheEndOfTheWarmUp) {
  const auto detector = detector_of(multiscale());
  const auto model = detector->create_model("device");
  const auto values = cycle(300, 1);
  EXPECT_FALSE(detector->uses_time());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Score score = model->update(at(i, values[i]));
    const bool warm = static_cast<std::int64_t>(i) >= detector->warm_up();
    EXPECT_EQ(score.status == ScoreStatus::kWarming, !warm) << i;
    EXPECT_EQ(score.score.has_value(), warm);
    EXPECT_EQ(score.expected_low.has_value(), warm);
    EXPECT_EQ(score.expected_high.has_value(), warm);
    if (warm) {
      EXPECT_LE(*score.expected_low, *score.prediction);
      EXPECT_GE(*score.expected_high, *score.prediction);
    }
  }
}

TEST(Multiscale, AnAlarmIsAScoreOfAHalfAndHasAReason) {
  const auto model = detector_of(multiscale())->create_model("device");
  const auto values = cycle(3000, 2);
  int alarms = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool strange = i == 2500;
    const Score score = model->update(at(i, strange ? 500 : values[i]));
    EXPECT_EQ(score.status == ScoreStatus::kAlarm, score.score.value_or(0) >= 0.5) << i;
    EXPECT_EQ(score.status == ScoreStatus::kAlarm, !score.reason.empty()) << i;
    if (strange) {
      EXPECT_EQ(score.status, ScoreStatus::kAlarm);
      EXPECT_EQ(score.reason, "range");
      EXPECT_GT(*score.score, 0.55);
    } else if (score.status == ScoreStatus::kAlarm) {
      ++alarms;
    }
  }
  EXPECT_LE(alarms, 2);
}

TEST(Multiscale, ActivityIsToldOfEachScale) {
  const auto model = detector_of(multiscale())->create_model("device");
  const auto values = cycle(400, 5);
  base::ColumnActivity activity;
  double expected = 0;
  double told = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Score score = model->update(at(i, values[i]));
    activity.clear();
    model->activity(activity);
    if (i < 100) continue;
    ASSERT_EQ(activity.memories(), 3U);
    for (std::size_t memory = 0; memory < 3; ++memory) {
      EXPECT_EQ(activity.size(memory), 2048U);
      EXPECT_GE(activity.active(memory).size(), 36U);
      EXPECT_LE(activity.active(memory).size(), 40U);
    }
    const auto columns = activity.active(0);
    const auto burst = std::count_if(columns.begin(), columns.end(),
                                     [](const auto& column) { return column.burst != 0; });
    told += static_cast<double>(burst) / static_cast<double>(columns.size());
    expected += *score.anomaly;
  }
  EXPECT_EQ(activity.name(0), "short");
  EXPECT_EQ(activity.name(1), "middle");
  EXPECT_EQ(activity.name(2), "long");
  // The raw score is the mean of two resolutions, of which the finer one is told.
  EXPECT_NEAR(told / 300, expected / 300, 0.1);
  EXPECT_GT(told, 0);
}

TEST(Multiscale, OneEventIsOneAlarm) {
  const auto model = detector_of(multiscale())->create_model("device");
  const auto values = cycle(2000, 3);
  int alarms = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool event = i >= 1500 && i < 1520;
    const Score score =
        model->update(at(i, event ? 300 + 40 * static_cast<double>(i % 7) : values[i]));
    if (i >= 1500 && i < 1530 && score.status == ScoreStatus::kAlarm) ++alarms;
  }
  EXPECT_EQ(alarms, 1);
}

TEST(Multiscale, InvalidRecordsCountInTheSequenceAndTouchNothingElse) {
  const auto detector = detector_of(multiscale());
  const auto model = detector->create_model("device");
  const auto twin = detector->create_model("device");
  const auto values = cycle(200, 4);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Score bad = model->update({"device", std::nullopt, std::nullopt});
    EXPECT_EQ(bad.status, ScoreStatus::kInvalid);
    EXPECT_FALSE(bad.prediction || bad.score || bad.expected_low);
    const Score good = model->update(at(i, values[i]));
    EXPECT_EQ(good.sequence, static_cast<std::int64_t>(2 * i + 2));
    EXPECT_TRUE(bytes_of(good) == bytes_of(twin->update(at(i, values[i])))) << i;
  }
}

TEST(Multiscale, GoesOnAfterALoadAsIfNeverStopped) {
  const auto detector = detector_of(multiscale());
  const auto values = cycle(900, 5);
  for (const std::size_t stop : {0U, 1U, 2U, 7U, 100U, 301U, 805U}) {
    const auto model = detector->create_model("device");
    for (std::size_t i = 0; i < stop; ++i) model->update(at(i, values[i]));
    std::string blob;
    model->save(blob);
    const auto loaded = detector->load_model("device", blob);
    ASSERT_TRUE(loaded.ok()) << loaded.error().message();
    for (std::size_t i = stop; i < stop + 90; ++i) {
      ASSERT_TRUE(bytes_of(model->update(at(i, values[i]))) ==
                  bytes_of((*loaded)->update(at(i, values[i]))))
          << stop << " " << i;
    }
    std::string one;
    std::string other;
    model->save(one);
    (*loaded)->save(other);
    EXPECT_TRUE(one == other) << stop;
  }
}

TEST(Multiscale, AnyFiniteValueGivesFiniteNumbers) {
  const auto model = detector_of(multiscale())->create_model("device");
  base::Random random(6);
  const double most = std::numeric_limits<double>::max();
  const std::vector<double> extremes = {most, -most, 0, 5e-324, 1e-300, 1e150, -1e200, 1};
  for (std::size_t i = 0; i < 1500; ++i) {
    const double value = i < 500 ? 1 + random.uniform() : extremes[random.below(extremes.size())];
    const Score score = model->update(at(i, value));
    for (const auto& number : {score.prediction, score.error, score.anomaly, score.prediction_next,
                               score.score, score.expected_low, score.expected_high}) {
      EXPECT_TRUE(!number || std::isfinite(*number)) << i;
    }
  }
  std::string blob;
  model->save(blob);
  EXPECT_TRUE(detector_of(multiscale())->load_model("device", blob).ok());
}

TEST(Multiscale, HostileBytesWithTheRightChecksumNeverCrash) {
  const auto detector = detector_of(multiscale());
  const auto model = detector->create_model("device");
  const auto values = cycle(150, 7);
  for (std::size_t i = 0; i < values.size(); ++i) model->update(at(i, values[i]));
  std::string good;
  model->save(good);
  base::Random random(8);
  int refused = 0;
  for (int round = 0; round < 400; ++round) {
    std::string blob = good;
    const std::size_t reach = round % 2 == 0 ? blob.size() - 20 : 400;
    for (int n = 0; n < 3; ++n) {
      blob[16 + random.below(reach)] = static_cast<char>(random.below(256));
    }
    if (random.below(3) == 0) blob.resize(20 + random.below(blob.size() - 20));
    blob.resize(blob.size() - 4);
    base::ByteWriter(blob).u32(base::crc32c(blob));
    const auto loaded = detector->load_model("device", blob);
    if (loaded.ok()) {
      for (std::size_t i = 0; i < 3; ++i) (*loaded)->update(at(i, values[i]));
    } else {
      EXPECT_EQ(loaded.error().code(), base::ErrorCode::kCorrupt);
      ++refused;
    }
  }
  EXPECT_GT(refused, 50);
}

TEST(Multiscale, ABlobOfOtherConstantsIsRefused) {
  const auto model = detector_of(multiscale())->create_model("device");
  std::string blob;
  model->save(blob);
  DetectorConfig other = multiscale();
  other.advanced.refresh = 50;
  const auto loaded = detector_of(other)->load_model("device", blob);
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code(), base::ErrorCode::kUnsupported);
}

TEST(Multiscale, ImpossibleConstantsAreRefusedByName) {
  DetectorConfig config = multiscale();
  config.advanced.memory.min_threshold = 12;
  const auto memory = Detector::create(config);
  ASSERT_FALSE(memory.ok());
  EXPECT_THAT(memory.error().message(), HasSubstr("detector.advanced.memory"));
  config = multiscale();
  config.advanced.tail_least = 300;
  const auto tail = Detector::create(config);
  ASSERT_FALSE(tail.ok());
  EXPECT_THAT(tail.error().message(), HasSubstr("tail_least"));
}

TEST(Multiscale, NoScoreDependsOnWhatComesLater) {
  const auto detector = detector_of(multiscale());
  const auto values = cycle(600, 9);
  std::vector<std::string> whole;
  const auto model = detector->create_model("device");
  for (std::size_t i = 0; i < values.size(); ++i) {
    whole.push_back(bytes_of(model->update(at(i, values[i]))));
  }
  for (const std::size_t length : {150U, 400U}) {
    const auto shorter = detector->create_model("device");
    for (std::size_t i = 0; i < length; ++i) {
      ASSERT_TRUE(bytes_of(shorter->update(at(i, values[i]))) == whole[i]) << length << " " << i;
    }
  }
}

TEST(Multiscale, WithoutHtmOnlyValuesSpeak) {
  DetectorConfig config = multiscale();
  config.advanced.htm = false;
  const auto model = detector_of(config)->create_model("device");
  const auto values = cycle(400, 10);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Score score = model->update(at(i, values[i]));
    EXPECT_EQ(score.anomaly, 0.0);
    EXPECT_EQ(score.prediction_next, i == 0 ? 0.0 : values[i]);
  }
  EXPECT_EQ(model->update(at(400, 500)).status, ScoreStatus::kAlarm);
}

}  // namespace
}  // namespace cortado::detector
