// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "ring.h"

#include <gtest/gtest.h>

namespace cortado::dashboard {
namespace {

std::vector<int> contents(const Ring<int>& ring) {
  std::vector<int> values;
  for (std::size_t i = 0; i < ring.size(); ++i) values.push_back(ring[i]);
  return values;
}

TEST(Ring, KeepsTheNewestValuesInOrder) {
  Ring<int> ring;
  for (int i = 1; i <= 25; ++i) ring.push(i, 10);
  EXPECT_EQ(contents(ring), (std::vector<int>{16, 17, 18, 19, 20, 21, 22, 23, 24, 25}));
  EXPECT_EQ(ring.capacity(), 10U);
}

TEST(Ring, ShrinksWhenTheLimitFalls) {
  Ring<int> ring;
  for (int i = 1; i <= 20; ++i) ring.push(i, 20);
  ring.push(21, 4);
  EXPECT_EQ(contents(ring), (std::vector<int>{18, 19, 20, 21}));
  EXPECT_EQ(ring.capacity(), 4U);
}

TEST(Ring, GrowsAgainWhenTheLimitRises) {
  Ring<int> ring;
  for (int i = 1; i <= 9; ++i) ring.push(i, 3);
  for (int i = 10; i <= 13; ++i) ring.push(i, 6);
  EXPECT_EQ(contents(ring), (std::vector<int>{8, 9, 10, 11, 12, 13}));
}

TEST(Ring, TrimKeepsTheNewest) {
  Ring<int> ring;
  for (int i = 1; i <= 12; ++i) ring.push(i, 8);
  ring.trim(3);
  EXPECT_EQ(contents(ring), (std::vector<int>{10, 11, 12}));
  EXPECT_EQ(ring.capacity(), 3U);
}

}  // namespace
}  // namespace cortado::dashboard
