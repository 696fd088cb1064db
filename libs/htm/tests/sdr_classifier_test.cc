// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/htm/sdr_classifier.h"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "cortado/base/math.h"
#include "cortado/htm/exponential.h"
#include "series.h"
#include "textbook_classifier.h"

namespace cortado::htm {
namespace {

using Cells = std::vector<std::uint32_t>;

SdrClassifier classifier_of(const SdrClassifierConfig& config) {
  auto classifier = SdrClassifier::create(config);
  EXPECT_TRUE(classifier.ok());
  return std::move(classifier).value();
}

std::string saved(const SdrClassifier& classifier) {
  std::string bytes;
  base::ByteWriter writer(bytes);
  classifier.save(writer);
  return bytes;
}

SdrClassifier restored(const SdrClassifier& classifier, const SdrClassifierConfig& config) {
  const std::string bytes = saved(classifier);
  base::ByteReader reader(bytes);
  auto copy = SdrClassifier::restore(config, reader);
  EXPECT_TRUE(copy.ok() && reader.finished());
  EXPECT_EQ(saved(*copy), bytes);
  return std::move(copy).value();
}

class ClassifierOracle : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Seeds, ClassifierOracle, ::testing::Values(1, 2, 3));

TEST_P(ClassifierOracle, GivesTheSameForecastAndDistribution) {
  const SdrClassifierConfig config{
      .inputs = 500, .buckets = 60, .alpha = 0.1, .actual_value_alpha = 0.3};
  SdrClassifier shipped = classifier_of(config);
  testing::TextbookClassifier oracle(config);
  base::Random random(static_cast<std::uint64_t>(GetParam()));
  for (int step = 0; step < 1500; ++step) {
    const auto bucket =
        static_cast<std::uint32_t>(random.below(1 + static_cast<std::uint64_t>(step) / 30));
    const auto count = static_cast<std::uint32_t>(random.below(30));
    const Cells cells = testing::random_subset(random, 40 + bucket * 7, count);
    const double value = bucket + random.uniform();
    ASSERT_EQ(shipped.compute(cells, bucket, value), oracle.compute(cells, bucket, value)) << step;
    const auto distribution = shipped.distribution();
    ASSERT_EQ(std::vector(distribution.begin(), distribution.end()), oracle.distribution()) << step;
    if (step % 400 == 399) shipped = restored(shipped, config);
  }
}

TEST(SdrClassifier, LearnsWhatFollows) {
  SdrClassifier classifier =
      classifier_of({.inputs = 100, .buckets = 10, .alpha = 0.1, .actual_value_alpha = 0.3});
  double forecast = 0;
  for (std::uint32_t step = 0; step < 300; ++step) {
    const std::uint32_t letter = step % 3;
    forecast = classifier.compute(Cells{letter * 10, letter * 10 + 1}, letter, letter * 2.0);
  }
  EXPECT_EQ(forecast, 0.0);  // after letter 2 comes letter 0
  const auto distribution = classifier.distribution();
  EXPECT_NEAR(std::accumulate(distribution.begin(), distribution.end(), 0.0), 1.0, 1e-6);
  EXPECT_GT(distribution[0], 0.8);
}

TEST(SdrClassifier, FirstForecastIsTheFirstValue) {
  SdrClassifier classifier = classifier_of({});
  EXPECT_EQ(classifier.compute(Cells{1, 2, 3}, 70, 0.0701), 0.0701);
}

TEST(SdrClassifier, WeightsStayWithinBounds) {
  const SdrClassifierConfig config{
      .inputs = 100, .buckets = 3, .alpha = 1e-6, .actual_value_alpha = 0.3};
  SdrClassifier classifier = classifier_of(config);
  testing::TextbookClassifier oracle(config);
  for (std::uint32_t step = 0; step < 4000; ++step) {
    const std::uint32_t letter = step % 2 * 2;  // too slow a rate to ever expect the next one
    ASSERT_EQ(classifier.compute(Cells{letter}, letter, letter),
              oracle.compute(Cells{letter}, letter, letter));
  }
  EXPECT_EQ(oracle.weight(0, 2), 32'000);
  EXPECT_EQ(oracle.weight(0, 0), -32'000);
  const auto distribution = classifier.distribution();
  EXPECT_EQ(std::vector(distribution.begin(), distribution.end()), oracle.distribution());
}

TEST(SdrClassifier, CellsThatLearnTogetherShareARow) {
  const SdrClassifierConfig config{
      .inputs = 1000, .buckets = 10, .alpha = 0.1, .actual_value_alpha = 0.3};
  base::Random random(1);
  const Cells all = testing::random_subset(random, 1000, 400);
  const Cells half(all.begin(), all.begin() + 200);
  SdrClassifier together = classifier_of(config);
  SdrClassifier apart = classifier_of(config);
  for (std::uint32_t step = 0; step < 50; ++step) {
    together.compute(all, step % 10, step);
    apart.compute(step % 2 == 0 ? all : half, step % 10, step);
  }
  // One row of ten weights, or two; and where each of 400 cells finds it.
  const std::size_t one = saved(together).size();
  EXPECT_LT(one, 400 * 2 + 400 * 4 + 200);
  EXPECT_EQ(saved(apart).size(), one + 10 * 2 - 200 * 2);
}

TEST(SdrClassifier, RestoreRefusesEveryShorterText) {
  const SdrClassifierConfig config{
      .inputs = 100, .buckets = 10, .alpha = 0.1, .actual_value_alpha = 0.3};
  SdrClassifier classifier = classifier_of(config);
  for (std::uint32_t step = 0; step < 5; ++step) classifier.compute(Cells{step}, step, step);
  const std::string bytes = saved(classifier);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    base::ByteReader reader(std::string_view(bytes).substr(0, size));
    const auto copy = SdrClassifier::restore(config, reader);
    ASSERT_FALSE(copy.ok()) << size;
    EXPECT_EQ(copy.error().code(), base::ErrorCode::kCorrupt);
  }
}

TEST(Exponential, AgreesWithTheDoubleOne) {
  for (int i = 0; i <= 87'000; i += 7) {
    const auto x = static_cast<float>(-i / 1000.0);
    const double expected = base::exp(static_cast<double>(x));
    ASSERT_NEAR(exp_of_negative(x) / expected, 1.0, 1e-6) << x;
  }
  EXPECT_EQ(exp_of_negative(0.0F), 1.0F);
  EXPECT_EQ(exp_of_negative(-1000.0F), exp_of_negative(-87.0F));
}

}  // namespace
}  // namespace cortado::htm
