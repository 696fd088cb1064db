// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "cortado/base/bytes.h"
#include "cortado/base/hash.h"
#include "cortado/detector/detector.h"
#include "cortado/detector/detector_config.h"
#include "cortado/htm/kernels.h"
#include "series.h"

namespace cortado::detector {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kStartMs = 1'009'843'200'000;  // 2002-01-01

/// What a preset says of 2,000 hourly records, every bit of it: the same on every compiler and CPU.
/// It changes only together with the algorithm version.
constexpr const char* kSeedDigest = "393e0c8cd1f3e060";
constexpr const char* kNupicDigest = "c44e31dc2c969135";
constexpr const char* kMultiscaleDigest = "c4e24deaf08d4fdc";

std::string digest_of(Preset preset) {
  DetectorConfig config;
  config.preset = preset;
  const auto detector = Detector::create(config);
  if (!detector.ok()) return detector.error().message();
  const auto model = (*detector)->create_model("golden");
  const auto values = htm::testing::hourly_series(2000, 1);
  std::string bytes;
  base::ByteWriter writer(bytes);
  double total = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto time = kStartMs + static_cast<std::int64_t>(i) * kHourMs;
    const Score score = model->update({"golden", time, values[i]});
    writer.f64(*score.prediction);
    writer.f64(*score.error);
    writer.f64(*score.anomaly);
    writer.f64(*score.prediction_next);
    if (score.score) writer.f64(*score.score);
    if (score.expected_low) writer.f64(*score.expected_low);
    if (score.expected_high) writer.f64(*score.expected_high);
    total += *score.anomaly;
  }
  EXPECT_GT(total / static_cast<double>(values.size()), 0.01);
  EXPECT_LT(total / static_cast<double>(values.size()), 0.5);
  return base::to_hex(base::hash64(bytes));
}

class GoldenDigest : public ::testing::TestWithParam<std::string_view> {
 protected:
  void SetUp() override { ASSERT_TRUE(htm::select_kernels(GetParam()).ok()); }
  void TearDown() override {
    ASSERT_TRUE(htm::select_kernels(htm::available_kernels().front()).ok());
  }
};

TEST_P(GoldenDigest, SeedPresetGivesTheSameBitsEverywhere) {
  EXPECT_EQ(digest_of(Preset::kSeed), kSeedDigest);
}

TEST_P(GoldenDigest, NupicPresetGivesTheSameBitsEverywhere) {
  EXPECT_EQ(digest_of(Preset::kNupic), kNupicDigest);
}

TEST_P(GoldenDigest, MultiscalePresetGivesTheSameBitsEverywhere) {
  EXPECT_EQ(digest_of(Preset::kMultiscale), kMultiscaleDigest);
}

INSTANTIATE_TEST_SUITE_P(Kernels, GoldenDigest, ::testing::ValuesIn(htm::available_kernels()));

}  // namespace
}  // namespace cortado::detector
