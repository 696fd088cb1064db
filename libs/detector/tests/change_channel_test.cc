// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "../src/change_channel.h"

#include <cmath>
#include <limits>
#include <string>

#include <gmock/gmock.h>

#include "cortado/base/random.h"

namespace cortado::detector {
namespace {

using ::testing::DoubleNear;

double exponential(base::Random& random) { return -std::log(1 - random.uniform()); }

/// About normal, of deviation 1.
double normal(base::Random& random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += random.uniform();
  return sum;
}

TEST(SizeHistogram, TellsWhatSoManySizesExceed) {
  SizeHistogram sizes;
  for (int i = 1; i <= 10'000; ++i) sizes.add(i);
  for (int i = 0; i < 500; ++i) sizes.add(0);
  EXPECT_EQ(sizes.count(), 10'500);
  EXPECT_EQ(sizes.positive(), 10'000);
  const auto found = sizes.exceeded_by({100, 1000, 5000});
  EXPECT_THAT(found[0], DoubleNear(9900, 400));  // the highest bucket reaches beyond
  EXPECT_THAT(found[1], DoubleNear(9000, 60));
  EXPECT_THAT(found[2], DoubleNear(5000, 60));
  EXPECT_EQ(sizes.exceeded_by({1, 2, 20'000})[2], 0);
}

TEST(SizeHistogram, StaysSmallWhateverTheSizes) {
  SizeHistogram sizes;
  for (int exponent = -1000; exponent <= 1000; ++exponent) sizes.add(std::ldexp(1.0, exponent));
  for (int exponent = -1000; exponent <= 1000; ++exponent) sizes.add(std::ldexp(1.0, exponent));
  EXPECT_LE(sizes.bytes(), 4096U);
  EXPECT_GE(sizes.exceeded_by({1, 2, 3})[0], std::ldexp(1.0, 1000));
  sizes.add(std::numeric_limits<double>::denorm_min());
  sizes.add(1e305);
  EXPECT_GT(sizes.exceeded_by({0.5, 2, 3})[0], 0.9e305);
}

TEST(SizeHistogram, IsRestoredAndRefusesWhatItDidNotWrite) {
  SizeHistogram sizes;
  for (int i = 1; i <= 100; ++i) sizes.add(i * i);
  std::string bytes;
  base::ByteWriter writer(bytes);
  sizes.save(writer);
  SizeHistogram copy;
  base::ByteReader reader(bytes);
  ASSERT_TRUE(copy.load(reader));
  EXPECT_EQ(copy.exceeded_by({3, 9, 60}), sizes.exceeded_by({3, 9, 60}));
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    base::ByteReader part(std::string_view(bytes).substr(0, cut));
    EXPECT_FALSE(SizeHistogram().load(part)) << cut;
  }
  bytes[0] = 1;  // fewer sizes than the buckets hold
  base::ByteReader wrong(bytes);
  EXPECT_FALSE(SizeHistogram().load(wrong));
}

TEST(QuantileTail, IsRightForExponentialValuesAndCautiousWithFew) {
  base::Random random(1);
  QuantileTail tail(0.025);
  for (int i = 0; i < 39; ++i) tail.add(exponential(random));
  EXPECT_EQ(tail.surprise(50), 0);
  for (int i = 0; i < 161; ++i) tail.add(exponential(random));
  const double few = tail.surprise(15);
  for (int i = 0; i < 20'000; ++i) tail.add(exponential(random));
  EXPECT_THAT(tail.surprise(10), DoubleNear(10 * std::log10(std::exp(1.0)), 0.6));
  EXPECT_LT(few, tail.surprise(15));
  EXPECT_EQ(tail.surprise(1), 0);
}

TEST(QuantileTail, FewOutliersDoNotMakeTheNextOneUsual) {
  base::Random random(2);
  QuantileTail tail(0.025);
  for (int i = 0; i < 5000; ++i) tail.add(i % 200 == 199 ? 40 : exponential(random));
  EXPECT_GT(tail.surprise(40), 6);
}

TEST(QuantileTail, AHeavyTailMakesLargeValuesUsual) {
  base::Random random(3);
  QuantileTail light(0.025);
  QuantileTail heavy(0.025);
  for (int i = 0; i < 20'000; ++i) {
    const double x = exponential(random);
    light.add(x);
    heavy.add(std::exp(x));  // Pareto
  }
  EXPECT_GT(light.surprise(1000), 15);
  EXPECT_THAT(heavy.surprise(1000), DoubleNear(3, 0.4));
}

TEST(QuantileTail, WhereNearlyAllIsZeroAnythingElseIsAsRareAsIt) {
  QuantileTail tail(0.025);
  for (int i = 0; i < 998; ++i) tail.add(0);
  EXPECT_THAT(tail.surprise(1e-9), DoubleNear(3, 1e-9));
  for (int i = 0; i < 9; ++i) tail.add(5);
  EXPECT_THAT(tail.surprise(1), DoubleNear(2, 0.01));
}

TEST(EventSizes, WhatFollowsCloselyIsOneEvent) {
  EventSizes events(10);
  for (int i = 0; i < 50; ++i) events.add(3 + i % 5, 100 + i);  // one noisy spell
  EXPECT_EQ(events.at_least(1), 1);
  EXPECT_EQ(events.at_least(7), 1);
  EXPECT_EQ(events.at_least(7.5), 0);
  for (int day = 0; day < 300; ++day) events.add(5, 1000 + 24 * day);
  EXPECT_EQ(events.at_least(4), 200);
  EXPECT_EQ(events.at_least(6), 1);
}

TEST(EventSizes, RarenessIsOfTheOthersAndItself) {
  EventSizes events(10);
  EXPECT_THAT(events.rareness(5, 998, false), DoubleNear(3, 1e-9));
  events.add(5, 998);
  EXPECT_THAT(events.rareness(5, 1998, false), DoubleNear(3, 1e-9));  // one of two in 2,000
  EXPECT_THAT(events.rareness(6, 998, false), DoubleNear(3, 1e-9));   // none so large
  EXPECT_EQ(events.rareness(4, 1998, false), events.rareness(5, 1998, false));
  EXPECT_THAT(events.rareness(5, 998, true), DoubleNear(3, 1e-9));  // it is the last one
  EXPECT_THAT(events.rareness(6, 998, true), DoubleNear(3, 1e-9));
}

TEST(ChangeChannel, AJumpIsEvidenceAfterOutliersAndSpellsOfNoise) {
  base::Random random(4);
  ChangeChannel channel(MultiscaleConfig{});
  for (int i = 0; i < 8300; ++i) {
    const bool noisy = i % 1600 >= 1570;
    channel.add(normal(random) * (noisy ? 12 : 1));
  }
  EXPECT_GT(channel.add(30).evidence, 4.2);
}

TEST(ChangeChannel, WhatHappensEachDayIsNoNews) {
  base::Random random(5);
  ChangeChannel channel(MultiscaleConfig{});
  double loudest = 0;
  for (int i = 0; i < 6000; ++i) {
    const double level = i % 200 < 100 ? 0 : 60;
    const auto output = channel.add(level + normal(random));
    if (i > 1000) loudest = std::max(loudest, output.evidence);
  }
  EXPECT_LT(loudest, 4.2);
  // Its unrest is the same jump without regard to how often it came.
  EXPECT_GT(channel.add(0).unrest, 6);
}

TEST(ChangeChannel, WhatIsRareEnoughForAnAlarmRanksByItsSize) {
  const auto jump = [](double size) {
    base::Random random(7);
    ChangeChannel channel(MultiscaleConfig{});
    for (int i = 0; i < 5000; ++i) channel.add(normal(random));
    return channel.add(size).evidence;
  };
  EXPECT_GT(jump(12), 4.2);
  EXPECT_GT(jump(15), jump(12) + 0.5);
  EXPECT_GT(jump(40), 9);
}

TEST(ChangeChannel, GoesOnWhereItWasSaved) {
  base::Random random(6);
  ChangeChannel channel(MultiscaleConfig{});
  for (int i = 0; i < 700; ++i) channel.add(normal(random) + (i % 90 == 0 ? 20 : 0));
  std::string bytes;
  base::ByteWriter writer(bytes);
  channel.save(writer);
  ChangeChannel copy(MultiscaleConfig{});
  base::ByteReader reader(bytes);
  ASSERT_TRUE(copy.load(reader));
  EXPECT_TRUE(reader.finished());
  for (int i = 0; i < 300; ++i) {
    const double value = normal(random) + (i % 70 == 0 ? 25 : 0);
    const auto wanted = channel.add(value);
    const auto found = copy.add(value);
    EXPECT_EQ(found.evidence, wanted.evidence);
    EXPECT_EQ(found.unrest, wanted.unrest);
  }
}

}  // namespace
}  // namespace cortado::detector
