// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/base/patience.h"

#include <gtest/gtest.h>

namespace cortado::base {
namespace {

using namespace std::chrono_literals;

TEST(PatienceTest, HasNoEndUnlessToldSo) {
  Patience patience;
  EXPECT_FALSE(patience.over());
  EXPECT_FALSE(is_over(&patience));
  EXPECT_FALSE(is_over(nullptr));
  patience.end_in(24h);
  EXPECT_FALSE(patience.over());
}

TEST(PatienceTest, TheFirstEndCounts) {
  Patience patience;
  patience.end_in(0ms);
  EXPECT_TRUE(patience.over());
  patience.end_in(24h);
  EXPECT_TRUE(patience.over());
  EXPECT_TRUE(is_over(&patience));
}

TEST(PatienceTest, AHurryPassesAndAnEndStays) {
  Patience patience;
  patience.hurry(0ms);
  EXPECT_TRUE(patience.over());
  patience.restore();
  EXPECT_FALSE(patience.over());
  patience.end_in(0ms);
  patience.hurry(24h);
  EXPECT_TRUE(patience.over());
  patience.restore();
  EXPECT_TRUE(patience.over());
}

}  // namespace
}  // namespace cortado::base
