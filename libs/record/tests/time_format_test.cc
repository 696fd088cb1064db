// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/record/time_format.h"

#include <gtest/gtest.h>

namespace cortado::record {
namespace {

TEST(TimeFormat, DefaultTakesIsoTextAndNumbers) {
  const TimeFormat format;
  EXPECT_EQ(format.parse("2005-06-13T09:00"), 1118653200000);
  EXPECT_EQ(format.parse("1118653200"), 1118653200000);
  EXPECT_EQ(format.parse("1118653200.25"), 1118653200250);
  EXPECT_EQ(format.parse("1118653200000"), 1118653200000);
  EXPECT_EQ(format.parse("99999999999"), 99999999999000);
  EXPECT_EQ(format.parse("100000000000"), 100000000000);
  EXPECT_EQ(format.parse("yesterday"), std::nullopt);
  EXPECT_EQ(TimeFormat::from_number(1e300), std::nullopt);
}

TEST(TimeFormat, FollowsAPattern) {
  const auto format = TimeFormat::create("%d.%m.%Y %H:%M:%S.%f %z 100%%");
  ASSERT_TRUE(format.ok());
  EXPECT_EQ(format->parse("13.06.2005 11:00:00.5 +02:00 100%"), 1118653200500);
  EXPECT_EQ(format->parse("13.06.2005 11:00:00.5 +02:00 100"), std::nullopt);
  EXPECT_EQ(format->parse("2005-06-13T09:00"), std::nullopt);
  EXPECT_EQ(TimeFormat::create("%Y%m%d")->parse("20050613"), 1118620800000);
}

TEST(TimeFormat, RefusesPatternsThatCannotWork) {
  for (const auto* pattern : {"%Y-%m", "%Y-%m-%d %p", "%Y-%m-%d%", "plain"}) {
    const auto format = TimeFormat::create(pattern);
    ASSERT_FALSE(format.ok()) << pattern;
    EXPECT_EQ(format.error().code(), base::ErrorCode::kInvalidConfig);
  }
}

}  // namespace
}  // namespace cortado::record
