// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/htm/transition_memory.h"

#include <bit>

#include <gmock/gmock.h>

#include "cortado/base/random.h"
#include "cortado/htm/kernels.h"
#include "cortado/htm/sliding_encoder.h"
#include "textbook_transition_memory.h"

namespace cortado::htm {
namespace {

using ::testing::HasSubstr;

std::uint32_t size_of(const ColumnSet& set) {
  std::uint32_t count = 0;
  for (const auto word : set.words) count += static_cast<std::uint32_t>(std::popcount(word));
  return count;
}

std::uint32_t shared(const ColumnSet& a, const ColumnSet& b) {
  std::uint32_t count = 0;
  for (std::size_t i = 0; i < a.words.size(); ++i) {
    count += static_cast<std::uint32_t>(std::popcount(a.words[i] & b.words[i]));
  }
  return count;
}

TEST(SlidingEncoder, NeighboursShareColumnsAndFarBucketsHardlyAny) {
  const SlidingEncoder encoder(7, 40);
  for (const std::int64_t bucket : {std::int64_t{-3}, std::int64_t{0}, std::int64_t{1} << 60}) {
    const ColumnSet columns = encoder.encode(bucket);
    EXPECT_GE(size_of(columns), 36U);
    EXPECT_LE(size_of(columns), 40U);
    EXPECT_GE(shared(columns, encoder.encode(bucket + 10)), 28U);
    EXPECT_LE(shared(columns, encoder.encode(bucket + 10)), 36U);
    EXPECT_LE(shared(columns, encoder.encode(bucket + 1000)), 5U);
  }
}

TEST(SlidingEncoder, AnotherKeyGivesOtherColumns) {
  EXPECT_LE(shared(SlidingEncoder(1, 40).encode(5), SlidingEncoder(9999, 40).encode(5)), 5U);
}

std::string bytes_of(const TransitionMemory& memory) {
  std::string bytes;
  base::ByteWriter writer(bytes);
  memory.save(writer);
  return bytes;
}

/// A noisy cycle with jumps and silences: everything a memory meets.
ColumnSet input_at(int i, base::Random& random) {
  if (random.below(97) == 0) return {};
  const std::int64_t place = i % 24 * 6 + static_cast<std::int64_t>(random.below(9));
  const bool jump = random.below(20) == 0;
  return SlidingEncoder(5, 40).encode(jump ? static_cast<std::int64_t>(random.below(4000)) : place);
}

class TransitionMemoryKernels : public ::testing::TestWithParam<std::string_view> {
 protected:
  void SetUp() override { ASSERT_TRUE(select_kernels(GetParam()).ok()); }
  void TearDown() override { ASSERT_TRUE(select_kernels(available_kernels().front()).ok()); }
};

TEST_P(TransitionMemoryKernels, IsTheTextbookOneBitForBit) {
  std::vector<TransitionMemoryConfig> configs(4);
  configs[1].max_segments = 150;
  configs[2].segments_per_column = 2;
  configs[2].min_threshold = 3;
  configs[2].activation_threshold = 5;
  configs[3].permanence_decrement = 0.1;
  configs[3].max_segments = 400;
  for (const auto& config : configs) {
    base::Random random(3);
    TransitionMemory memory(config, 11);
    testing::TextbookTransitionMemory textbook(config, 11);
    for (int i = 0; i < 400; ++i) {
      const ColumnSet input = input_at(i, random);
      ColumnSet burst;
      const TransitionOutput mine = memory.compute(input, &burst);
      ASSERT_EQ(size_of(burst), mine.active - mine.predicted);
      ASSERT_EQ(shared(burst, input), size_of(burst));
      const TransitionOutput theirs = textbook.compute(input);
      ASSERT_EQ(mine.predicted, theirs.predicted) << i;
      ASSERT_EQ(mine.active, theirs.active) << i;
      if (i % 50 == 49) {
        ASSERT_TRUE(bytes_of(memory) == textbook.save()) << i;
      }
    }
    EXPECT_LE(memory.segments(), static_cast<std::uint64_t>(config.max_segments));
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, TransitionMemoryKernels,
                         ::testing::ValuesIn(available_kernels()));

TEST(TransitionMemory, LearnsACycleAndIsSurprisedByAStranger) {
  TransitionMemory memory({}, 1);
  const SlidingEncoder encoder(1, 40);
  EXPECT_EQ(memory.compute(encoder.encode(0)).anomaly(), 1.0);
  for (int i = 1; i < 60; ++i) memory.compute(encoder.encode(i % 5 * 100));
  EXPECT_EQ(memory.compute(encoder.encode(0)).anomaly(), 0.0);
  EXPECT_GT(memory.compute(encoder.encode(5000)).anomaly(), 0.8);
  EXPECT_EQ(memory.compute({}).anomaly(), 0.0);
}

TEST(TransitionMemory, ForgetsWhatItHasNotSeenForLongestWhenFull) {
  TransitionMemoryConfig config;
  config.max_segments = 200;
  TransitionMemory memory(config, 1);
  const SlidingEncoder encoder(1, 40);
  for (int i = 0; i < 40; ++i) memory.compute(encoder.encode(i % 2 * 100));
  for (int i = 0; i < 60; ++i) memory.compute(encoder.encode(1000 + i * 100));
  EXPECT_LE(memory.segments(), 200U);
  memory.compute(encoder.encode(0));
  EXPECT_GT(memory.compute(encoder.encode(100)).anomaly(), 0.8);
}

TEST(TransitionMemory, GoesOnAfterRestoreAsIfNeverStopped) {
  TransitionMemoryConfig config;
  config.max_segments = 300;
  base::Random random(8);
  TransitionMemory memory(config, 2);
  for (int i = 0; i < 300; ++i) memory.compute(input_at(i, random));
  const std::string bytes = bytes_of(memory);
  TransitionMemory restored(config, 2);
  base::ByteReader reader(bytes);
  ASSERT_TRUE(restored.restore(reader).ok());
  EXPECT_TRUE(reader.finished());
  for (int i = 300; i < 500; ++i) {
    const ColumnSet input = input_at(i, random);
    ASSERT_EQ(memory.compute(input).predicted, restored.compute(input).predicted) << i;
  }
  EXPECT_TRUE(bytes_of(memory) == bytes_of(restored));
}

TEST(TransitionMemory, HostileBytesAreCorruptOrHarmless) {
  base::Random random(9);
  TransitionMemory memory({}, 2);
  for (int i = 0; i < 60; ++i) memory.compute(input_at(i, random));
  const std::string good = bytes_of(memory);
  int refused = 0;
  for (int round = 0; round < 600; ++round) {
    std::string bytes = good;
    for (int n = 0; n < 3; ++n)
      bytes[random.below(bytes.size())] = static_cast<char>(random.next());
    if (round % 4 == 0) bytes.resize(random.below(bytes.size()));
    TransitionMemory restored({}, 2);
    base::ByteReader reader(bytes);
    if (const auto status = restored.restore(reader); !status.ok()) {
      EXPECT_EQ(status.error().code(), base::ErrorCode::kCorrupt);
      ++refused;
    } else {
      restored.compute(input_at(0, random));
    }
  }
  EXPECT_GT(refused, 100);
}

TEST(TransitionMemory, ImpossibleConfigurationsAreRefused) {
  const auto message = [](auto change) {
    TransitionMemoryConfig config;
    change(config);
    const auto status = TransitionMemory::validate(config);
    return status.ok() ? std::string() : status.error().message();
  };
  EXPECT_EQ(message([](auto&) {}), "");
  EXPECT_THAT(message([](auto& c) { c.segments_per_column = 9; }),
              HasSubstr("segments_per_column"));
  EXPECT_THAT(message([](auto& c) { c.max_segments = 0; }), HasSubstr("max_segments"));
  EXPECT_THAT(message([](auto& c) { c.max_segments = 7; }), HasSubstr("max_segments"));
  EXPECT_THAT(message([](auto& c) { c.min_threshold = 11; }), HasSubstr("min_threshold"));
  EXPECT_THAT(message([](auto& c) { c.permanence_decrement = 0.005; }), HasSubstr("multiples"));
  EXPECT_THAT(message([](auto& c) { c.initial_permanence = 0; }), HasSubstr("above 0"));
}

}  // namespace
}  // namespace cortado::htm
