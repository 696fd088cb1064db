// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Device blobs of released format versions are read for good: data/<preset>-v1.blob are models that
// learned 60 hourly records.
#include <gtest/gtest.h>

#include "cortado/base/file_system.h"
#include "cortado/detector/blob_facts.h"
#include "cortado/detector/detector.h"
#include "cortado/detector/detector_config.h"
#include "series.h"

namespace cortado::detector {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;

struct Golden {
  const char* file;
  Preset preset;
};

class GoldenBlob : public ::testing::TestWithParam<Golden> {};

TEST_P(GoldenBlob, GoesOnAsItsModelWould) {
  const auto blob =
      base::posix_file_system().read_file(std::string(CORTADO_TEST_DATA) + "/" + GetParam().file);
  ASSERT_TRUE(blob.ok()) << blob.error().message();
  const auto facts = read_blob_facts(*blob);
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(facts->format_version, 1);
  EXPECT_EQ(facts->sequence, 60);
  DetectorConfig config;
  config.preset = GetParam().preset;
  const auto detector = Detector::create(config).value();
  const auto loaded = detector->load_model("golden", *blob);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message();
  const auto made = detector->create_model("golden");
  const auto values = htm::testing::hourly_series(100, 5);
  for (std::size_t i = 0; i < 100; ++i) {
    const Observation observation{"golden", static_cast<std::int64_t>(i) * kHourMs, values[i]};
    const Score expected = made->update(observation);
    if (i < 60) continue;
    // While the algorithm is the one that wrote it, the scores are those of never stopping.
    const Score score = (*loaded)->update(observation);
    if (facts->algorithm_version != kAlgorithmVersion) continue;
    EXPECT_EQ(score.prediction_next, expected.prediction_next) << i;
    EXPECT_EQ(score.anomaly, expected.anomaly) << i;
  }
  EXPECT_EQ((*loaded)->update({"golden", 100 * kHourMs, 0.03}).sequence, 101);
}

INSTANTIATE_TEST_SUITE_P(Presets, GoldenBlob,
                         ::testing::Values(Golden{"seed-v1.blob", Preset::kSeed},
                                           Golden{"nupic-v1.blob", Preset::kNupic},
                                           Golden{"multiscale-v1.blob", Preset::kMultiscale},
                                           Golden{"last-value-v1.blob", Preset::kLastValue}),
                         [](const auto& golden) {
                           std::string name = golden.param.file;
                           name.resize(name.find("-v1"));
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace cortado::detector
