// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "cortado/base/bytes.h"
#include "cortado/base/crc32c.h"
#include "cortado/base/hash.h"
#include "cortado/base/random.h"
#include "cortado/detector/detector.h"
#include "cortado/detector/detector_config.h"
#include "cortado/htm/kernels.h"
#include "series.h"

namespace cortado::detector {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;

/// Every forecast of 2,000 hourly records by the change forecaster: the same everywhere.
constexpr const char* kChangeDigest = "2718c1316b091be9";

std::shared_ptr<const Detector> detector_with(Forecaster forecaster) {
  DetectorConfig config;
  config.preset = Preset::kSeed;
  config.forecaster = forecaster;
  auto detector = Detector::create(config);
  EXPECT_TRUE(detector.ok());
  return *detector;
}

Observation at(std::size_t hour, double value) {
  return {"device", static_cast<std::int64_t>(hour) * kHourMs, value};
}

TEST(Forecaster, ChangesForecastsAndTheHashButNoAnomaly) {
  const auto original = detector_with(Forecaster::kSdrClassifier);
  const auto change = detector_with(Forecaster::kChange);
  EXPECT_NE(original->model_hash(), change->model_hash());
  const auto a = original->create_model("device");
  const auto b = change->create_model("device");
  const auto values = htm::testing::hourly_series(3000, 3);
  double last_value = 0;
  double by_original = 0;
  double by_change = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Score one = a->update(at(i, values[i]));
    const Score other = b->update(at(i, values[i]));
    ASSERT_EQ(one.anomaly, other.anomaly) << i;
    by_original += *one.error;
    by_change += *other.error;
    if (i > 0) last_value += std::abs(values[i] - values[i - 1]);
  }
  EXPECT_LT(by_change, last_value);
  EXPECT_LT(by_change, by_original);
}

TEST(Forecaster, ChangeGoesOnBitForBitAfterARestore) {
  const auto detector = detector_with(Forecaster::kChange);
  auto model = detector->create_model("device");
  const auto twin = detector->create_model("device");
  const auto values = htm::testing::hourly_series(700, 5);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Score expected = twin->update(at(i, values[i]));
    const Score score = model->update(at(i, values[i]));
    ASSERT_EQ(score.prediction_next, expected.prediction_next) << i;
    if (i % 100 != 99) continue;
    std::string blob;
    model->save(blob);
    auto loaded = detector->load_model("device", blob);
    ASSERT_TRUE(loaded.ok());
    model = std::move(loaded).value();
    std::string again;
    model->save(again);
    ASSERT_EQ(again, blob);
  }
}

TEST(Forecaster, HostileBytesNeverCrashTheChangeForecaster) {
  const auto detector = detector_with(Forecaster::kChange);
  const auto model = detector->create_model("device");
  const auto values = htm::testing::hourly_series(40, 3);
  for (std::size_t i = 0; i < values.size(); ++i) model->update(at(i, values[i]));
  std::string blob;
  model->save(blob);
  base::Random random(1);
  int refused = 0;
  for (int round = 0; round < 600; ++round) {
    std::string hostile = blob.substr(0, blob.size() - 4);
    const std::size_t reach = std::min<std::size_t>(hostile.size() - 16, 2500);  // the forecaster
    hostile[hostile.size() - 1 - random.below(reach)] = static_cast<char>(random.below(256));
    if (random.below(5) == 0) hostile.resize(hostile.size() - random.below(reach));
    base::ByteWriter(hostile).u32(base::crc32c(hostile));
    const auto loaded = detector->load_model("device", hostile);
    if (loaded.ok()) {
      for (std::size_t i = 0; i < 3; ++i) (*loaded)->update(at(i, 0.01 * static_cast<double>(i)));
    } else {
      EXPECT_EQ(loaded.error().code(), base::ErrorCode::kCorrupt);
      ++refused;
    }
  }
  EXPECT_GT(refused, 50);
}

class ForecasterDigest : public ::testing::TestWithParam<std::string_view> {
 protected:
  void SetUp() override { ASSERT_TRUE(htm::select_kernels(GetParam()).ok()); }
  void TearDown() override {
    ASSERT_TRUE(htm::select_kernels(htm::available_kernels().front()).ok());
  }
};
INSTANTIATE_TEST_SUITE_P(Kernels, ForecasterDigest, ::testing::ValuesIn(htm::available_kernels()));

TEST_P(ForecasterDigest, ChangeGivesTheSameBitsEverywhere) {
  const auto model = detector_with(Forecaster::kChange)->create_model("golden");
  const auto values = htm::testing::hourly_series(2000, 1);
  std::string bytes;
  base::ByteWriter writer(bytes);
  for (std::size_t i = 0; i < values.size(); ++i) {
    writer.f64(*model->update(at(i, values[i])).prediction_next);
  }
  EXPECT_EQ(base::to_hex(base::hash64(bytes)), kChangeDigest);
}

}  // namespace
}  // namespace cortado::detector
