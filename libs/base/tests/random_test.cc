// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/base/random.h"

#include <array>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cortado::base {
namespace {

using ::testing::ElementsAre;

std::vector<std::uint64_t> take(Random& random, int count) {
  std::vector<std::uint64_t> numbers;
  for (int i = 0; i < count; ++i) numbers.push_back(random.next());
  return numbers;
}

TEST(Mix64, IsSplitMix64) {
  EXPECT_EQ(mix64(0), 0xe220a8397b1dcdafU);
  EXPECT_EQ(mix64(1), 0x910a2dec89025cc1U);
  EXPECT_EQ(mix64(~0ULL), 0xe4d971771b652c20U);
}

TEST(Random, IsXoshiro256StarStar) {
  Random random(0);
  random.set_state({1, 2, 3, 4});
  EXPECT_THAT(take(random, 4),
              ElementsAre(11'520U, 0U, 1'509'978'240U, 1'215'971'899'390'074'240U));
}

TEST(Random, SeedsGiveTheFrozenNumbers) {
  Random zero(0);
  EXPECT_THAT(take(zero, 4), ElementsAre(0x99ec5f36cb75f2b4U, 0xbf6e1f784956452aU,
                                         0x1a5f849d4933e6e0U, 0x6aa594f1262d2d2cU));
  Random other(42);
  EXPECT_THAT(take(other, 4), ElementsAre(0x15780b2e0c2ec716U, 0x6104d9866d113a7eU,
                                          0xae17533239e499a1U, 0xecb8ad4703b360a1U));
}

TEST(Random, BelowIsFrozenInRangeAndEven) {
  Random random(7);
  std::vector<std::uint64_t> first;
  for (int i = 0; i < 12; ++i) first.push_back(random.below(10));
  EXPECT_THAT(first, ElementsAre(4, 4, 8, 4, 4, 1, 6, 6, 8, 9, 3, 6));
  std::array<int, 10> counts{};
  for (int i = 0; i < 100'000; ++i) ++counts.at(random.below(10));
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 500);
  EXPECT_EQ(random.below(1), 0U);
}

TEST(Random, UniformIsFrozenAndInTheUnitInterval) {
  Random random(1);
  EXPECT_EQ(random.uniform(), 0x1.67e55eda1f8e2p-1);
  EXPECT_EQ(random.uniform(), 0x1.0a76ab2c8e6c9p-1);
  double sum = 0;
  for (int i = 0; i < 100'000; ++i) {
    const double value = random.uniform();
    ASSERT_TRUE(value >= 0 && value < 1);
    sum += value;
  }
  EXPECT_NEAR(sum / 100'000, 0.5, 0.01);
}

TEST(Random, ContinuesFromASavedState) {
  Random random(3);
  take(random, 100);
  const auto state = random.state();
  const auto expected = take(random, 10);
  Random restored(99);
  restored.set_state(state);
  EXPECT_EQ(take(restored, 10), expected);
}

}  // namespace
}  // namespace cortado::base
