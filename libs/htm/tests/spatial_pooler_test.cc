// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/htm/spatial_pooler.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "cortado/htm/date_encoder.h"
#include "cortado/htm/scalar_encoder.h"
#include "series.h"
#include "textbook_pooler.h"

namespace cortado::htm {
namespace {

using testing::TextbookPooler;

using Lengths = std::vector<std::uint32_t>;

std::shared_ptr<const PoolerBase> base_of(const SpatialPoolerConfig& config,
                                          const Lengths& runs = {}) {
  auto base = PoolerBase::create(config, runs);
  EXPECT_TRUE(base.ok());
  return *base;
}

std::string saved(const SpatialPooler& pooler) {
  std::string bytes;
  base::ByteWriter writer(bytes);
  pooler.save(writer);
  return bytes;
}

SpatialPooler restored(const SpatialPooler& pooler, const std::shared_ptr<const PoolerBase>& base) {
  const std::string bytes = saved(pooler);
  base::ByteReader reader(bytes);
  auto copy = SpatialPooler::restore(base, reader);
  EXPECT_TRUE(copy.ok() && reader.finished());
  EXPECT_EQ(saved(*copy), bytes);
  return std::move(copy).value();
}

/// Drive the shipped pooler and the oracle with the same inputs; replace the shipped one by its
/// restored copy every `restore_every` steps. Return how often the oracle raised a column.
template <typename Input>
std::int64_t compare(const SpatialPoolerConfig& config, int steps, int restore_every, Input input,
                     const Lengths& runs = {}) {
  const auto base = base_of(config, runs);
  SpatialPooler shipped(base);
  TextbookPooler oracle(base);
  Sdr active;
  for (int step = 0; step < steps; ++step) {
    const Sdr bits = input(step);
    const bool learn = step % 50 != 49;
    shipped.compute(bits, learn, active);
    const auto expected = oracle.compute(bits, learn);
    EXPECT_EQ(std::vector(active.active().begin(), active.active().end()), expected)
        << "step " << step;
    if (::testing::Test::HasFailure()) return -1;
    if (step % restore_every == restore_every - 1) shipped = restored(shipped, base);
  }
  for (std::uint32_t c = 0; c < config.columns; ++c) {
    for (std::uint32_t i = 0; i < config.inputs; ++i) {
      EXPECT_EQ(shipped.permanence(c, i), oracle.permanence(c, i)) << c << " " << i;
      if (::testing::Test::HasFailure()) return -1;
    }
  }
  return oracle.raised();
}

SpatialPoolerConfig small(std::int64_t seed) {
  SpatialPoolerConfig config;
  config.inputs = 70;
  config.columns = 150;
  config.active_columns = 7;
  config.active_increment = 0.01;
  config.inactive_decrement = 0.005;
  config.seed = seed;
  return config;
}

class PoolerOracle : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Seeds, PoolerOracle, ::testing::Values(1, 2, 3, 4));

TEST_P(PoolerOracle, RandomInputsGiveTheSameColumns) {
  base::Random random(static_cast<std::uint64_t>(GetParam()));
  compare(small(GetParam()), 2000, 333, [&](int) {
    const auto count = static_cast<std::uint32_t>(random.below(40));
    return testing::make_sdr(70, testing::random_subset(random, 70, count));
  });
}

TEST_P(PoolerOracle, ManyActiveInputsGiveTheSameColumns) {
  SpatialPoolerConfig config = small(GetParam());
  config.inputs = 400;  // more than 7 bit planes count, and columns of more than one piece
  config.columns = 700;
  config.active_columns = 15;
  base::Random random(static_cast<std::uint64_t>(GetParam()));
  compare(config, 300, 111, [&](int) {
    const auto count = static_cast<std::uint32_t>(random.below(400));
    return testing::make_sdr(400, testing::random_subset(random, 400, count));
  });
}

/// Lengths of runs that are no use, and one twice, are passed over.
TEST_P(PoolerOracle, RunsOfInputsGiveTheSameColumns) {
  base::Random random(static_cast<std::uint64_t>(GetParam()));
  const auto run = [&random](int) {
    const auto first = static_cast<std::uint32_t>(random.below(60));
    const auto last = first + static_cast<std::uint32_t>(random.below(70 - first));
    Sdr bits(70);
    for (std::uint32_t i = first; i <= last; ++i) bits.append(i);
    return bits;
  };
  compare(small(GetParam()), 300, 97, run);
  compare(small(GetParam()), 600, 97, run, {0, 1, 3, 12, 12, 31, 63, 64, 70, 1000});
}

TEST_P(PoolerOracle, RunsAmongManyInputsGiveTheSameColumns) {
  SpatialPoolerConfig config = small(GetParam());
  config.inputs = 400;  // more than 7 bit planes count
  base::Random random(static_cast<std::uint64_t>(GetParam()));
  const auto runs = [&random](int) {
    Sdr bits(400);
    for (std::uint32_t at = 0; at < 400; at += static_cast<std::uint32_t>(random.below(20))) {
      const auto end = std::min(400U, at + static_cast<std::uint32_t>(random.below(70)));
      for (; at < end; ++at) bits.append(at);
    }
    return bits;
  };
  compare(config, 200, 111, runs, {2, 9, 40});
}

TEST_P(PoolerOracle, PermanencesAtTheirLimitsGiveTheSameColumns) {
  SpatialPoolerConfig config = small(GetParam());
  config.connected_permanence = GetParam() % 2 == 0 ? 1.0 : 0.0;  // no room above or below
  config.active_increment = 0.3;
  config.inactive_decrement = 0.2;
  base::Random random(static_cast<std::uint64_t>(GetParam()));
  compare(config, 500, 97, [&](int) {
    const auto count = static_cast<std::uint32_t>(random.below(40));
    return testing::make_sdr(70, testing::random_subset(random, 70, count));
  });
}

/// In the preset `seed` the bump-up of weak columns never fires on such a series.
TEST_P(PoolerOracle, SeedNetworkOnAnHourlySeriesGivesTheSameColumns) {
  SpatialPoolerConfig config;
  config.seed = GetParam();
  const auto values = testing::hourly_series(600, static_cast<std::uint64_t>(GetParam()));
  const auto date = DateEncoder::create({});
  const auto scalar = ScalarEncoder::create({});
  const std::int64_t raised = compare(
      config, 600, 250,
      [&](int step) {
        Sdr bits(275);
        date->encode(std::int64_t{step} * 3'600'000 * 7, 0, bits);
        scalar->encode(scalar->bucket(values[static_cast<std::size_t>(step)]).index, 124, bits);
        return bits;
      },
      {31, 51});
  EXPECT_EQ(raised, 0);
}

TEST_P(PoolerOracle, WeakColumnsAreRaisedInTheSameSteps) {
  SpatialPoolerConfig config = small(GetParam());
  config.stimulus_threshold = 6;
  config.min_overlap_duty_cycle = 0.5;
  config.duty_cycle_period = 20;
  base::Random random(static_cast<std::uint64_t>(GetParam()));
  const std::int64_t raised = compare(config, 600, 77, [&](int) {
    return testing::make_sdr(70, testing::random_subset(random, 70, 18));
  });
  EXPECT_GT(raised, 0);
}

TEST(SpatialPooler, LowerColumnWinsATie) {
  SpatialPoolerConfig config;
  config.inputs = 10;
  config.columns = 100;
  config.active_columns = 5;
  config.connected_permanence = 0;  // every synapse is connected: all overlaps are equal
  config.potential_share = 1;
  SpatialPooler pooler(base_of(config));
  Sdr active;
  pooler.compute(testing::make_sdr(10, {0, 3}), false, active);
  EXPECT_EQ(active, testing::make_sdr(100, {0, 1, 2, 3, 4}));
}

TEST(SpatialPooler, EmptyInputActivatesNothing) {
  SpatialPooler pooler(base_of(small(1)));
  Sdr active;
  pooler.compute(Sdr(70), true, active);
  EXPECT_TRUE(active.active().empty());
}

TEST(SpatialPooler, HoldsOnlyChangedColumns) {
  const auto base = base_of({});
  SpatialPooler pooler(base);
  EXPECT_EQ(pooler.changed_columns(), 0U);
  Sdr active;
  base::Random random(5);
  pooler.compute(testing::make_sdr(275, testing::random_subset(random, 275, 82)), true, active);
  EXPECT_EQ(pooler.changed_columns(), 40U);
}

TEST(PoolerBase, DependsOnTheSeedAlone) {
  EXPECT_EQ(base_of(small(1))->digest(), base_of(small(1))->digest());
  EXPECT_NE(base_of(small(1))->digest(), base_of(small(2))->digest());
}

TEST(PoolerBase, RefusesPermanencesThatAreNoMultipleOfTheUnit) {
  SpatialPoolerConfig config;
  config.inactive_decrement = 0.00051;
  config.active_increment = 0.00002;
  const auto base = PoolerBase::create(config);
  ASSERT_FALSE(base.ok());
  EXPECT_EQ(base.error().code(), base::ErrorCode::kInvalidConfig);
  EXPECT_NE(base.error().message().find("active_increment"), std::string::npos);
}

TEST(PoolerBase, EachColumnHasItsShareOfInputs) {
  const SpatialPooler pooler(base_of({}));
  for (std::uint32_t c = 0; c < 2048; c += 97) {
    int pool = 0;
    for (std::uint32_t i = 0; i < 275; ++i) pool += pooler.permanence(c, i) >= 0 ? 1 : 0;
    EXPECT_EQ(pool, 220);
  }
}

TEST(SpatialPooler, CountsWhatItHolds) {
  const auto base = base_of({});
  SpatialPooler pooler(base);
  EXPECT_LT(pooler.bytes(), 1000U);
  Sdr active;
  base::Random random(5);
  for (int step = 0; step < 40; ++step) {
    pooler.compute(testing::make_sdr(275, testing::random_subset(random, 275, 82)), true, active);
  }
  const std::size_t columns = pooler.changed_columns() * 288 * sizeof(std::int16_t);
  const std::size_t rows = (pooler.changed_columns() + 63) / 64 * 275 * sizeof(std::uint64_t);
  EXPECT_GT(pooler.bytes(), columns + rows);
  EXPECT_LT(pooler.bytes(), columns + rows + columns / 20 + 6000);
  EXPECT_NEAR(static_cast<double>(restored(pooler, base).bytes()),
              static_cast<double>(pooler.bytes()), 1000);
}

TEST(SpatialPooler, RestoreRefusesPermanencesOutOfRange) {
  const auto base = base_of(small(1));
  SpatialPooler pooler(base);
  Sdr active;
  pooler.compute(testing::make_sdr(70, {1, 2, 3, 50, 60}), true, active);
  std::string bytes = saved(pooler);
  for (const char high : {'\x7f', '\x80'}) {  // far above 1, far below 0
    bytes.back() = high;
    base::ByteReader reader(bytes);
    const auto copy = SpatialPooler::restore(base, reader);
    ASSERT_FALSE(copy.ok());
    EXPECT_EQ(copy.error().code(), base::ErrorCode::kCorrupt);
  }
}

TEST(SpatialPooler, RestoreRefusesEveryShorterText) {
  const auto base = base_of(small(1));
  SpatialPooler pooler(base);
  Sdr active;
  base::Random random(5);
  pooler.compute(testing::make_sdr(70, testing::random_subset(random, 70, 20)), true, active);
  const std::string bytes = saved(pooler);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    base::ByteReader reader(std::string_view(bytes).substr(0, size));
    const auto copy = SpatialPooler::restore(base, reader);
    ASSERT_FALSE(copy.ok()) << size;
    EXPECT_EQ(copy.error().code(), base::ErrorCode::kCorrupt);
  }
}

}  // namespace
}  // namespace cortado::htm
