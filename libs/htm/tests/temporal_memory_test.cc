// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/htm/temporal_memory.h"

#include <algorithm>
#include <functional>

#include <gtest/gtest.h>

#include "cortado/htm/anomaly_score.h"
#include "cortado/htm/date_encoder.h"
#include "cortado/htm/scalar_encoder.h"
#include "cortado/htm/spatial_pooler.h"
#include "series.h"
#include "textbook_memory.h"

namespace cortado::htm {
namespace {

using testing::TextbookMemory;
using Columns = std::vector<std::uint32_t>;

Columns to_vector(std::span<const std::uint32_t> cells) { return {cells.begin(), cells.end()}; }

TemporalMemory memory_of(const TemporalMemoryConfig& config) {
  auto memory = TemporalMemory::create(config);
  EXPECT_TRUE(memory.ok());
  return std::move(memory).value();
}

std::string saved(const TemporalMemory& memory) {
  std::string bytes;
  base::ByteWriter writer(bytes);
  memory.save(writer);
  return bytes;
}

TemporalMemory restored(const TemporalMemory& memory, const TemporalMemoryConfig& config) {
  const std::string bytes = saved(memory);
  base::ByteReader reader(bytes);
  auto copy = TemporalMemory::restore(config, reader);
  EXPECT_TRUE(copy.ok() && reader.finished());
  EXPECT_EQ(saved(*copy), bytes);
  return std::move(copy).value();
}

/// Drive the shipped memory and the oracle with the same columns. A limit on segments must be
/// reached.
void compare(const TemporalMemoryConfig& config, int steps, int restore_every,
             const std::function<Columns(int)>& input) {
  TemporalMemory shipped = memory_of(config);
  TextbookMemory oracle(config);
  for (int step = 0; step < steps; ++step) {
    const Columns columns = input(step);
    const bool learn = step % 100 != 99;
    const std::uint32_t predicted = shipped.compute(columns, learn);
    ASSERT_EQ(predicted, oracle.compute(columns, learn)) << "step " << step;
    if (config.cells_per_column > 1) {
      const Columns burst = shipped.burst_columns();
      ASSERT_EQ(burst.size(), columns.size() - predicted) << "step " << step;
      ASSERT_TRUE(std::includes(columns.begin(), columns.end(), burst.begin(), burst.end()));
    }
    ASSERT_EQ(to_vector(shipped.active_cells()), oracle.active_cells()) << "step " << step;
    ASSERT_EQ(to_vector(shipped.winner_cells()), oracle.winner_cells()) << "step " << step;
    if (step % 25 == 0) {
      ASSERT_EQ(shipped.predictive_cells(), oracle.predictive_cells()) << "step " << step;
      ASSERT_EQ(shipped.counts().segments, oracle.counts().segments) << "step " << step;
      ASSERT_EQ(shipped.counts().synapses, oracle.counts().synapses) << "step " << step;
    }
    ASSERT_LE(shipped.bytes(), TemporalMemory::max_bytes(config).value()) << "step " << step;
    if (step % restore_every == restore_every - 1) shipped = restored(shipped, config);
  }
  if (config.max_segments == 0) return;
  EXPECT_EQ(shipped.counts().segments, static_cast<std::uint64_t>(config.max_segments));
}

/// Words of a small alphabet in a random but recurring order, with noise in the columns.
class NoisyWords {
 public:
  NoisyWords(std::uint64_t seed, std::uint32_t columns, std::uint32_t active)
      : random_(seed), columns_(columns) {
    for (int i = 0; i < 12; ++i) {
      letters_.push_back(testing::random_subset(random_, columns, active));
    }
  }

  Columns operator()(int step) {
    if (step % 6 == 0) word_ = static_cast<std::size_t>(random_.below(3));
    Columns columns = letters_[(word_ * 5 + static_cast<std::size_t>(step % 6)) % letters_.size()];
    if (random_.below(4) == 0) {
      const auto noise = testing::random_subset(random_, columns_, 3);
      columns.insert(columns.end(), noise.begin(), noise.end());
      std::sort(columns.begin(), columns.end());
      columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
    }
    return columns;
  }

 private:
  base::Random random_;
  std::uint32_t columns_;
  std::vector<Columns> letters_;
  std::size_t word_ = 0;
};

TemporalMemoryConfig small(std::int64_t seed) {
  TemporalMemoryConfig config;
  config.columns = 128;
  config.max_new_synapses = 12;
  config.min_threshold = 5;
  config.activation_threshold = 7;
  config.seed = seed;
  return config;
}

/// The parameters of NuPIC's anomaly benchmark.
TemporalMemoryConfig nupic(std::int64_t seed) {
  return {.columns = 2048,
          .cells_per_column = 32,
          .max_new_synapses = 31,
          .initial_permanence = 0.24,
          .connected_permanence = 0.5,
          .permanence_increment = 0.04,
          .permanence_decrement = 0.008,
          .predicted_segment_decrement = 0.001,
          .min_threshold = 13,
          .activation_threshold = 20,
          .max_segments_per_cell = 128,
          .max_segments = 0,
          .max_synapses_per_segment = 128,
          .seed = seed};
}

class MemoryOracle : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Seeds, MemoryOracle, ::testing::Values(1, 2, 3, 4));

TEST_P(MemoryOracle, NoisyWordsGiveTheSameCells) {
  compare(small(GetParam()), 2500, 400,
          NoisyWords(static_cast<std::uint64_t>(GetParam()), 128, 10));
}

TEST_P(MemoryOracle, PunishedPredictionsGiveTheSameCells) {
  TemporalMemoryConfig config = small(GetParam());
  config.predicted_segment_decrement = 0.03;
  compare(config, 1500, 400, NoisyWords(static_cast<std::uint64_t>(GetParam()), 128, 10));
}

TEST_P(MemoryOracle, ColumnsOfManyCellsGiveTheSameCells) {
  TemporalMemoryConfig config = small(GetParam());
  config.cells_per_column = 150;  // more than a word of bits holds
  compare(config, 400, 150, NoisyWords(static_cast<std::uint64_t>(GetParam()), 128, 10));
}

TEST_P(MemoryOracle, TightLimitsEvictTheSameSegmentsAndSynapses) {
  TemporalMemoryConfig config = small(GetParam());
  config.cells_per_column = 2;
  config.max_segments_per_cell = 2;
  config.max_synapses_per_segment = 14;
  config.permanence_decrement = 0.02;
  compare(config, 1500, 400, NoisyWords(static_cast<std::uint64_t>(GetParam()), 128, 10));
}

TEST_P(MemoryOracle, FullMemoryEvictsTheSameSegments) {
  TemporalMemoryConfig config = small(GetParam());
  for (const std::int64_t most : {20, 90, 250}) {
    config.max_segments = most;
    compare(config, 1200, 110, NoisyWords(static_cast<std::uint64_t>(GetParam()), 128, 10));
  }
}

TEST_P(MemoryOracle, AllLimitsAndPunishmentTogetherGiveTheSameCells) {
  TemporalMemoryConfig config = small(GetParam());
  config.cells_per_column = 3;
  config.max_segments = 120;
  config.max_segments_per_cell = 2;
  config.max_synapses_per_segment = 14;
  config.permanence_decrement = 0.02;
  config.predicted_segment_decrement = 0.03;
  compare(config, 1500, 170, NoisyWords(static_cast<std::uint64_t>(GetParam()), 128, 10));
}

TEST_P(MemoryOracle, PermanencesInThousandthsGiveTheSameCells) {
  TemporalMemoryConfig config = small(GetParam());
  config.initial_permanence = 0.243;
  config.permanence_increment = 0.04;
  config.permanence_decrement = 0.008;
  config.predicted_segment_decrement = 0.001;
  config.max_synapses_per_segment = 40;
  compare(config, 1500, 170, NoisyWords(static_cast<std::uint64_t>(GetParam()), 128, 10));
}

TEST_P(MemoryOracle, NupicsNetworkGivesTheSameCells) {
  compare(nupic(GetParam()), 220, 90, NoisyWords(static_cast<std::uint64_t>(GetParam()), 2048, 40));
}

TEST_P(MemoryOracle, RandomColumnsGiveTheSameCells) {
  TemporalMemoryConfig config = small(GetParam());
  config.min_threshold = 2;
  config.activation_threshold = 3;
  base::Random random(static_cast<std::uint64_t>(GetParam()));
  compare(config, 800, 100, [&](int) {
    return testing::random_subset(random, 128, static_cast<std::uint32_t>(random.below(12)));
  });
}

TEST_P(MemoryOracle, SeedNetworkGivesTheSameCells) {
  TemporalMemoryConfig config;
  config.seed = GetParam();
  compare(config, 400, 150, NoisyWords(static_cast<std::uint64_t>(GetParam()), 2048, 40));
}

TEST(TemporalMemory, LearnsARepeatedSequence) {
  TemporalMemory memory = memory_of(small(1));
  base::Random random(9);
  std::vector<Columns> letters;
  for (int i = 0; i < 5; ++i) letters.push_back(testing::random_subset(random, 128, 10));
  double score = 1;
  for (int step = 0; step < 200; ++step) {
    const Columns& columns = letters[static_cast<std::size_t>(step % 5)];
    score = anomaly_score(10, memory.compute(columns, true));
    if (step == 0) {
      EXPECT_EQ(score, 1.0);
    }
  }
  EXPECT_EQ(score, 0.0);
}

/// The same learning with permanences in bytes and in words: .211 takes as many steps as .21 to
/// connect and to die, but is no multiple of .01.
TEST(TemporalMemory, WidthOfAPermanenceDoesNotShow) {
  TemporalMemoryConfig config = small(1);
  TemporalMemory narrow = memory_of(config);
  config.initial_permanence = 0.211;
  TemporalMemory wide = memory_of(config);
  NoisyWords words(1, 128, 10);
  for (int step = 0; step < 3000; ++step) {
    const Columns columns = words(step);
    ASSERT_EQ(narrow.compute(columns, true), wide.compute(columns, true)) << step;
    ASSERT_EQ(to_vector(narrow.active_cells()), to_vector(wide.active_cells())) << step;
    ASSERT_EQ(to_vector(narrow.winner_cells()), to_vector(wide.winner_cells())) << step;
  }
  EXPECT_EQ(narrow.counts().synapses, wide.counts().synapses);
  EXPECT_GT(wide.bytes(), narrow.bytes());
}

/// Without a wrong prediction there is nothing to punish.
TEST(TemporalMemory, PunishingMemoryEqualsThePlainOneWhileNoPredictionIsWrong) {
  TemporalMemoryConfig config = small(1);
  TemporalMemory plain = memory_of(config);
  config.predicted_segment_decrement = 0.05;
  TemporalMemory punishing = memory_of(config);
  for (int step = 0; step < 400; ++step) {
    Columns columns;
    for (std::uint32_t i = 0; i < 10; ++i) {
      columns.push_back(static_cast<std::uint32_t>(step * 7 % 12) * 10 + i);
    }
    ASSERT_EQ(plain.compute(columns, true), punishing.compute(columns, true)) << step;
    ASSERT_EQ(plain.predictive_cells(), punishing.predictive_cells()) << step;
    ASSERT_TRUE(saved(plain) == saved(punishing)) << step;
  }
  EXPECT_EQ(plain.predictive_cells().size(), 10U);
}

/// Punishment is learning: without it both say the same of any input.
TEST(TemporalMemory, PunishingMemoryEqualsThePlainOneWhileItDoesNotLearn) {
  TemporalMemoryConfig config = small(1);
  TemporalMemory plain = memory_of(config);
  NoisyWords words(1, 128, 10);
  for (int step = 0; step < 500; ++step) plain.compute(words(step), true);
  config.predicted_segment_decrement = 0.05;
  TemporalMemory punishing = restored(plain, config);
  for (int step = 0; step < 500; ++step) {
    const Columns columns = words(step);
    ASSERT_EQ(plain.compute(columns, false), punishing.compute(columns, false)) << step;
    ASSERT_EQ(plain.predictive_cells(), punishing.predictive_cells()) << step;
  }
  EXPECT_TRUE(saved(plain) == saved(punishing));
}

/// New columns in every step: as many new segments as there can be.
TEST(TemporalMemory, StaysWithinItsBytesUnderConstantChange) {
  TemporalMemoryConfig config = small(1);
  config.max_segments = 300;
  config.max_synapses_per_segment = 13;
  config.max_new_synapses = 13;
  TemporalMemory memory = memory_of(config);
  const std::size_t most = TemporalMemory::max_bytes(config).value();
  base::Random random(1);
  std::size_t highest = 0;
  for (int step = 0; step < 20'000; ++step) {
    memory.compute(testing::random_subset(random, 128, 20), true);
    highest = std::max(highest, memory.bytes());
    ASSERT_LE(highest, most) << step;
    ASSERT_LE(memory.counts().segments, 300U) << step;
  }
  EXPECT_GT(highest, most / 3);
}

/// The limit of the preset `seed` is for devices that change without end: three years of hourly
/// readings do not come near it.
TEST(TemporalMemory, SeedsLimitDoesNotBindInThreeYearsOfHours) {
  constexpr std::uint64_t kLimitOfSeed = 16'384;
  const auto date = DateEncoder::create({}).value();
  const auto scalar = ScalarEncoder::create({}).value();
  SpatialPooler pooler(PoolerBase::create({}).value());
  TemporalMemory memory = memory_of({.max_segments = kLimitOfSeed});
  Sdr columns;
  std::int64_t time = 0;
  for (const double value : testing::hourly_series(26'000, 1)) {
    Sdr input(date.size() + scalar.size());
    date.encode(time, 0, input);
    scalar.encode(scalar.bucket(value).index, date.size(), input);
    pooler.compute(input, true, columns);
    memory.compute(columns.active(), true);
    time += 3'600'000;
  }
  EXPECT_GT(memory.counts().segments, 1000U);
  EXPECT_LT(memory.counts().segments, kLimitOfSeed * 3 / 4);
}

TEST(TemporalMemory, TakesTheLargestNumberOfCells) {
  TemporalMemoryConfig config;
  config.cells_per_column = 32;
  TemporalMemory memory = memory_of(config);
  const Columns last = {2046, 2047};
  memory.compute(last, true);
  EXPECT_EQ(memory.active_cells().back(), 65'535U);
  memory.compute(last, true);
  EXPECT_EQ(memory.counts().segments, 2U);
}

TEST(TemporalMemory, RefusesSizesOutOfRange) {
  TemporalMemoryConfig config;
  config.cells_per_column = 64;
  EXPECT_FALSE(TemporalMemory::create(config).ok());
  config = {};
  config.permanence_increment = 0.0008;
  const auto memory = TemporalMemory::create(config);
  ASSERT_FALSE(memory.ok());
  EXPECT_NE(memory.error().message().find("permanence_increment must be a multiple of 0.001"),
            std::string::npos)
      << memory.error().message();
}

TEST(TemporalMemory, RestoreRefusesEveryShorterText) {
  const TemporalMemoryConfig config = small(1);
  TemporalMemory memory = memory_of(config);
  NoisyWords words(1, 128, 10);
  for (int step = 0; step < 12; ++step) memory.compute(words(step), true);
  const std::string bytes = saved(memory);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    base::ByteReader reader(std::string_view(bytes).substr(0, size));
    const auto copy = TemporalMemory::restore(config, reader);
    ASSERT_FALSE(copy.ok()) << size;
    EXPECT_EQ(copy.error().code(), base::ErrorCode::kCorrupt);
  }
}

TEST(AnomalyScore, IsTheShareNotPredicted) {
  EXPECT_EQ(anomaly_score(40, 40), 0.0);
  EXPECT_EQ(anomaly_score(40, 10), 0.75);
  EXPECT_EQ(anomaly_score(0, 0), 0.0);
}

}  // namespace
}  // namespace cortado::htm
