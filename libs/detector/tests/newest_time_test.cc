// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "cortado/base/bytes.h"
#include "cortado/base/crc32c.h"
#include "cortado/detector/detector.h"
#include "cortado/detector/detector_config.h"

namespace cortado::detector {
namespace {

constexpr std::size_t kFlagAt = 40;  // behind the head (16 bytes) and three statistics of 8

class NewestEventTime : public ::testing::TestWithParam<Preset> {
 protected:
  void SetUp() override {
    DetectorConfig config;
    config.preset = GetParam();
    detector_ = *Detector::create(config);
  }

  static std::string blob_of(const DeviceModel& model) {
    std::string blob;
    model.save(blob);
    return blob;
  }
  bool is_corrupt(std::string blob) const {
    blob.resize(blob.size() - 4);
    base::ByteWriter(blob).u32(base::crc32c(blob));
    const auto model = detector_->load_model("device", blob);
    return !model.ok() && model.error().code() == base::ErrorCode::kCorrupt;
  }

  std::shared_ptr<const Detector> detector_;
};

TEST_P(NewestEventTime, IsTheLargestOfTheValidObservations) {
  const auto model = detector_->create_model("device");
  EXPECT_EQ(model->newest_event_time(), std::nullopt);
  model->update({"device", 9000, std::nullopt});
  EXPECT_EQ(model->newest_event_time(), std::nullopt);
  model->update({"device", -5000, 0.01});
  EXPECT_EQ(model->newest_event_time(), -5000);
  model->update({"device", 7000, 0.02});
  model->update({"device", 6000, 0.03});
  model->update({"device", std::nullopt, 0.03});
  EXPECT_EQ(model->newest_event_time(), 7000);
}

TEST_P(NewestEventTime, SurvivesSaveAndLoad) {
  const auto model = detector_->create_model("device");
  for (const auto time :
       {std::optional<base::EpochMillis>(), std::optional<base::EpochMillis>(7)}) {
    if (time) model->update({"device", time, 0.01});
    const auto loaded = detector_->load_model("device", blob_of(*model));
    ASSERT_TRUE(loaded.ok());
    EXPECT_EQ((*loaded)->newest_event_time(), time);
    EXPECT_EQ(blob_of(**loaded), blob_of(*model));
  }
}

TEST_P(NewestEventTime, ImpossibleBytesAreCorrupt) {
  const auto model = detector_->create_model("device");
  std::string fresh = blob_of(*model);
  fresh[kFlagAt] = 1;  // a time, but no valid record
  EXPECT_TRUE(is_corrupt(fresh));
  model->update({"device", 7, 0.01});
  std::string blob = blob_of(*model);
  ASSERT_EQ(blob[kFlagAt], 1);
  blob[kFlagAt] = 0;  // no time, yet a number
  EXPECT_TRUE(is_corrupt(blob));
  blob[kFlagAt] = 2;
  EXPECT_TRUE(is_corrupt(blob));
}

INSTANTIATE_TEST_SUITE_P(Presets, NewestEventTime,
                         ::testing::Values(Preset::kSeed, Preset::kLastValue),
                         [](const auto& tested) {
                           return tested.param == Preset::kSeed ? "seed" : "last_value";
                         });

}  // namespace
}  // namespace cortado::detector
