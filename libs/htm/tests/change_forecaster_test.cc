// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/htm/change_forecaster.h"

#include <cmath>
#include <functional>
#include <limits>

#include <gtest/gtest.h>

#include "cortado/base/math.h"
#include "series.h"
#include "textbook_forecaster.h"

namespace cortado::htm {
namespace {

using Cells = std::vector<std::uint32_t>;

constexpr double kHuge = std::numeric_limits<double>::max();

ChangeForecaster forecaster_of(const ChangeForecasterConfig& config) {
  auto forecaster = ChangeForecaster::create(config);
  EXPECT_TRUE(forecaster.ok());
  return std::move(forecaster).value();
}

std::string saved(const ChangeForecaster& forecaster) {
  std::string bytes;
  base::ByteWriter writer(bytes);
  forecaster.save(writer);
  return bytes;
}

ChangeForecaster restored(const ChangeForecaster& forecaster,
                          const ChangeForecasterConfig& config) {
  const std::string bytes = saved(forecaster);
  base::ByteReader reader(bytes);
  auto copy = ChangeForecaster::restore(config, reader);
  EXPECT_TRUE(copy.ok() && reader.finished());
  EXPECT_EQ(saved(*copy), bytes);
  return std::move(copy).value();
}

/// Values that a learner could be wrong about, by step.
struct Adversary {
  const char* name;
  std::function<double(int step, double last_forecast, double last, base::Random&)> value;
};

const Adversary kAdversaries[] = {
    {"noise", [](int, double, double, base::Random& r) { return r.uniform(); }},
    {"walk",
     [](int, double, double last, base::Random& r) { return last + 0.05 * (r.uniform() - 0.5); }},
    {"against the forecast",
     [](int, double forecast, double last, base::Random& r) {
       return last + (forecast > last ? -0.03 : 0.03) * r.uniform();
     }},
    {"turns when it is trusted",
     [](int step, double, double last, base::Random&) {
       return last + ((step / 700) % 2 == 0 ? 0.01 : (step % 2 == 0 ? 0.02 : -0.02));
     }},
    {"spikes",
     [](int step, double, double, base::Random& r) { return r.below(50) == 0 ? 1e9 : step % 3; }},
};

class ForecasterOracle : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Seeds, ForecasterOracle, ::testing::Values(1, 2, 3));

TEST_P(ForecasterOracle, GivesTheSameForecasts) {
  const ChangeForecasterConfig config{.inputs = 500, .range = 0.1, .rate = 0.05};
  ChangeForecaster shipped = forecaster_of(config);
  testing::TextbookForecaster oracle(config);
  base::Random random(static_cast<std::uint64_t>(GetParam()));
  double value = 0.05;
  for (int step = 0; step < 3000; ++step) {
    const auto count = static_cast<std::uint32_t>(random.below(30));
    const Cells cells = testing::random_subset(random, 500, count);
    value += random.below(4) == 0 ? 0 : 0.01 * (random.uniform() - 0.5);
    if (random.below(200) == 0) value = random.uniform();
    ASSERT_EQ(shipped.compute(cells, value), oracle.compute(cells, value)) << step;
    if (step % 400 == 399) shipped = restored(shipped, config);
  }
}

TEST(ChangeForecaster, RepeatsTheLastValueAtFirst) {
  ChangeForecaster forecaster = forecaster_of({});
  EXPECT_EQ(forecaster.compute(Cells{1, 2, 3}, 0.0701), 0.0701);
  EXPECT_EQ(forecaster.compute(Cells{4, 5}, 0.0701), 0.0701);
}

TEST(ChangeForecaster, LearnsWhatTheCellsAnnounce) {
  ChangeForecaster forecaster = forecaster_of({.inputs = 100, .range = 1});
  const double steps[] = {0.01, 0.03, -0.04, 0.02, -0.02};
  double value = 0.5;
  double forecast = value;
  double errors = 0;
  for (std::uint32_t i = 0; i < 6000; ++i) {
    value += i == 0 ? 0 : steps[(i - 1) % 5];
    if (i >= 5000) errors += std::abs(forecast - value);
    forecast = forecaster.compute(Cells{i % 5 * 10, i % 5 * 10 + 1}, value);
  }
  EXPECT_LT(errors / 1000, 0.002);  // repeating the last value: .024
  EXPECT_GT(forecaster.share(), 0.98);
}

TEST(ChangeForecaster, IsNeverMateriallyWorseThanTheLastValue) {
  for (const auto& adversary : kAdversaries) {
    ChangeForecaster forecaster = forecaster_of({.inputs = 300, .range = 1, .rate = 0.1});
    base::Random random(5);
    double forecast = 0;
    double last = 0;
    double excess = 0;  // in errors, over the last value's; forecasts beyond it are what is bought
    for (int step = 0; step < 20'000; ++step) {
      const double value = adversary.value(step, forecast, last, random);
      if (step > 0) excess += std::abs(forecast - value) - std::abs(last - value);
      forecast = forecaster.compute(testing::random_subset(random, 300, 20), value);
      last = value;
      const double bound = (2 * base::log(1.1) + step / 1024.0) / 16;
      ASSERT_LE(excess, bound + 1e-6 * (step + 1)) << adversary.name << step;
    }
  }
}

TEST(ChangeForecaster, HugeValuesStayFinite) {
  const ChangeForecasterConfig config{.inputs = 10, .range = 1e300};
  ChangeForecaster forecaster = forecaster_of(config);
  for (int step = 0; step < 300; ++step) {
    const double value = step % 3 == 0 ? kHuge : step % 3 == 1 ? -kHuge : 1e-300;
    ASSERT_TRUE(std::isfinite(forecaster.compute(Cells{1, 5}, value))) << step;
  }
  restored(forecaster, config);
}

TEST(ChangeForecaster, HoldsOnlyTheCellsThatItMet) {
  ChangeForecaster forecaster = forecaster_of({});
  EXPECT_LT(forecaster.bytes(), 4'000U);
  for (std::uint32_t i = 0; i < 300; ++i) forecaster.compute(Cells{i, i + 1}, i % 2 * 0.01);
  EXPECT_LT(forecaster.bytes(), 8'000U);
}

TEST(ChangeForecaster, RefusesImpossibleConfigurations) {
  EXPECT_FALSE(ChangeForecaster::create({.inputs = 0}).ok());
  EXPECT_FALSE(ChangeForecaster::create({.inputs = 65'537}).ok());
  EXPECT_FALSE(ChangeForecaster::create({.range = 0}).ok());
  EXPECT_FALSE(ChangeForecaster::create({.rate = 2}).ok());
}

class ForecasterBytes : public ::testing::Test {
 protected:
  void SetUp() override {
    ChangeForecaster forecaster = forecaster_of(config_);
    for (std::uint32_t i = 0; i < 30; ++i) forecaster.compute(Cells{i, i + 2, i + 5}, i * i % 7);
    bytes_ = saved(forecaster);
  }

  ChangeForecasterConfig config_{.inputs = 100, .range = 10};
  std::string bytes_;
};

TEST_F(ForecasterBytes, EveryShorterTextIsCorrupt) {
  for (std::size_t size = 0; size < bytes_.size(); ++size) {
    base::ByteReader reader(std::string_view(bytes_).substr(0, size));
    const auto copy = ChangeForecaster::restore(config_, reader);
    ASSERT_FALSE(copy.ok()) << size;
    EXPECT_EQ(copy.error().code(), base::ErrorCode::kCorrupt);
  }
}

TEST_F(ForecasterBytes, HostileBytesAreCorruptOrRun) {
  base::Random random(9);
  int refused = 0;
  for (int round = 0; round < 5000; ++round) {
    std::string bytes = bytes_;
    for (std::uint64_t n = 1 + random.below(3); n > 0; --n) {
      bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
    }
    base::ByteReader reader(bytes);
    auto copy = ChangeForecaster::restore(config_, reader);
    if (copy.ok()) {
      for (std::uint32_t i = 0; i < 5; ++i) {
        ASSERT_TRUE(std::isfinite(copy->compute(Cells{i, 99}, i)));
      }
      restored(*copy, config_);
    } else {
      EXPECT_EQ(copy.error().code(), base::ErrorCode::kCorrupt);
      ++refused;
    }
  }
  EXPECT_GT(refused, 500);
}

}  // namespace
}  // namespace cortado::htm
