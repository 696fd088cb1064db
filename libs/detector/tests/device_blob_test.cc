// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/base/bytes.h"
#include "cortado/base/crc32c.h"
#include "cortado/base/random.h"
#include "cortado/detector/blob_facts.h"
#include "cortado/detector/detector.h"
#include "cortado/detector/detector_config.h"
#include "series.h"

namespace cortado::detector {
namespace {

using base::ErrorCode;
using ::testing::HasSubstr;

class DeviceBlob : public ::testing::Test {
 protected:
  void SetUp() override {
    detector_ = *Detector::create({});
    const auto model = detector_->create_model("device");
    const auto values = htm::testing::hourly_series(40, 3);
    for (std::size_t i = 0; i < values.size(); ++i) {
      model->update({"device", static_cast<std::int64_t>(i) * 3'600'000, values[i]});
    }
    model->save(blob_);
  }

  ErrorCode error_of(std::string_view blob) const {
    const auto model = detector_->load_model("device", blob);
    EXPECT_FALSE(model.ok());
    return model.ok() ? ErrorCode::kInternal : model.error().code();
  }

  /// Put the right checksum behind changed bytes.
  static std::string sealed(std::string blob) {
    blob.resize(blob.size() - 4);
    base::ByteWriter(blob).u32(base::crc32c(blob));
    return blob;
  }

  std::shared_ptr<const Detector> detector_;
  std::string blob_;
};

TEST_F(DeviceBlob, Loads) { EXPECT_TRUE(detector_->load_model("device", blob_).ok()); }

TEST_F(DeviceBlob, SaysOfItselfWhatItIs) {
  const auto facts = read_blob_facts(blob_);
  ASSERT_TRUE(facts.ok()) << facts.error().message();
  EXPECT_EQ(facts->model_hash, detector_->model_hash());
  EXPECT_EQ(facts->sequence, 40);
  EXPECT_EQ(facts->model_age, 40);
  EXPECT_GT(facts->algorithm_version, 0);
  for (std::size_t size = 0; size < 60; ++size) {
    EXPECT_FALSE(read_blob_facts(std::string_view(blob_).substr(0, size)).ok()) << size;
  }
  std::string flipped = blob_;
  flipped[blob_.size() / 2] ^= 1;
  EXPECT_EQ(read_blob_facts(flipped).error().code(), ErrorCode::kCorrupt);
}

TEST_F(DeviceBlob, CutShortIsCorrupt) {
  for (std::size_t size = 0; size < blob_.size(); size += size < 100 ? 1 : 509) {
    EXPECT_EQ(error_of(std::string_view(blob_).substr(0, size)), ErrorCode::kCorrupt) << size;
  }
}

TEST_F(DeviceBlob, AnyFlippedBitIsNoticed) {
  for (std::size_t at = 0; at < blob_.size(); at += at < 100 ? 1 : 307) {
    std::string blob = blob_;
    blob[at] = static_cast<char>(blob[at] ^ 4);
    EXPECT_FALSE(detector_->load_model("device", blob).ok()) << at;
  }
}

TEST_F(DeviceBlob, OtherVersionsAndConfigurationsAreUnsupported) {
  for (const std::size_t at : {4, 6, 8}) {  // format version, algorithm version, model hash
    std::string blob = blob_;
    blob[at] = static_cast<char>(blob[at] ^ 64);
    EXPECT_EQ(error_of(sealed(blob)), ErrorCode::kUnsupported) << at;
  }
  DetectorConfig other;
  other.seed = 7;
  const auto model = (*Detector::create(other))->load_model("device", blob_);
  ASSERT_FALSE(model.ok());
  EXPECT_THAT(model.error().message(), HasSubstr("configuration"));
}

TEST_F(DeviceBlob, HostileBytesWithTheRightChecksumNeverCrash) {
  base::Random random(1);
  int refused = 0;
  for (int round = 0; round < 1500; ++round) {
    std::string blob = blob_;
    const std::size_t reach = round % 2 == 0 ? blob.size() : 400;
    for (std::uint64_t n = 1 + random.below(4); n > 0; --n) {
      blob[16 + random.below(reach - 16)] = static_cast<char>(random.below(256));
    }
    if (random.below(3) == 0) blob.resize(20 + random.below(blob.size() - 20));
    const auto model = detector_->load_model("device", sealed(blob));
    if (model.ok()) {
      for (int i = 0; i < 3; ++i) (*model)->update({"device", i * 3'600'000, 0.01 * i});
    } else {
      EXPECT_EQ(model.error().code(), ErrorCode::kCorrupt);
      ++refused;
    }
  }
  EXPECT_GT(refused, 100);
}

TEST_F(DeviceBlob, BytesLeftOverAreCorrupt) {
  std::string blob = blob_;
  blob.insert(blob.size() - 4, "x");
  EXPECT_EQ(error_of(sealed(blob)), ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace cortado::detector
