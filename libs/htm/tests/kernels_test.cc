// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/htm/kernels.h"

#include <algorithm>

#include <gmock/gmock.h>

#include "cortado/base/bytes.h"
#include "cortado/htm/date_encoder.h"
#include "cortado/htm/scalar_encoder.h"
#include "cortado/htm/sdr_classifier.h"
#include "cortado/htm/spatial_pooler.h"
#include "cortado/htm/temporal_memory.h"
#include "series.h"

namespace cortado::htm {
namespace {

/// Every bit of state and output that 3,000 records leave behind.
std::string learned_bytes() {
  const auto values = testing::hourly_series(3000, 3);
  const auto date = DateEncoder::create({}).value();
  const auto scalar = ScalarEncoder::create({}).value();
  SpatialPooler pooler(PoolerBase::create({}, {31, 51}).value());
  auto memory = TemporalMemory::create({}).value();
  auto classifier = SdrClassifier::create({}).value();
  std::string bytes;
  base::ByteWriter writer(bytes);
  Sdr input;
  Sdr columns;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::uint32_t bucket = scalar.bucket(values[i]).index;
    input.reset(date.size() + scalar.size());
    date.encode(static_cast<std::int64_t>(i) * 3'600'000, 0, input);
    scalar.encode(bucket, date.size(), input);
    pooler.compute(input, true, columns);
    writer.u32(memory.compute(columns.active(), true));
    writer.f64(classifier.compute(memory.active_cells(), bucket, values[i]));
  }
  pooler.save(writer);
  memory.save(writer);
  classifier.save(writer);
  return bytes;
}

class Kernels : public ::testing::Test {
 protected:
  void TearDown() override { ASSERT_TRUE(select_kernels(available_kernels().front()).ok()); }
};

TEST_F(Kernels, TheFastestSetIsInUseAndPlainIsAlwaysThere) {
  EXPECT_EQ(selected_kernels(), available_kernels().front());
  EXPECT_EQ(available_kernels().back(), "plain");
}

TEST_F(Kernels, AnUnknownSetIsRefusedWithTheNamesThatAreThere) {
  const auto before = selected_kernels();
  const auto status = select_kernels("mmx");
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message(), ::testing::HasSubstr("plain"));
  EXPECT_EQ(selected_kernels(), before);
}

TEST_F(Kernels, EverySetLeavesTheSameBytes) {
  ASSERT_TRUE(select_kernels("plain").ok());
  const std::string plain = learned_bytes();
  EXPECT_GT(plain.size(), 100'000U);
  for (const auto name : available_kernels()) {
    ASSERT_TRUE(select_kernels(name).ok());
    EXPECT_EQ(selected_kernels(), name);
    EXPECT_TRUE(learned_bytes() == plain) << name;
  }
}

}  // namespace
}  // namespace cortado::htm
