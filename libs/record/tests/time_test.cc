// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "cortado/base/random.h"
#include "cortado/record/calendar.h"
#include "cortado/record/time_format.h"

namespace cortado::record {
namespace {

struct Case {
  const char* text;
  std::optional<base::EpochMillis> time;
};

TEST(Iso8601, ReadsItsForms) {
  const Case cases[] = {
      {"1970-01-01", 0},
      {"1970-01-01T00:00", 0},
      {"1970-01-01T00:00:01Z", 1000},
      {"1970-01-01 00:00:01.5", 1500},
      {"1970-01-01T00:00:01,25Z", 1250},
      {"1970-01-01T00:00:00.0019999Z", 1},
      {"2005-06-13T09:00:00+02:00", 1118646000000},
      {"2005-06-13T09:00:00-0530", 1118673000000},
      {"2005-06-13T09:00+02", 1118646000000},
      {"2000-02-29", 951782400000},
      {"1969-12-31T23:59:59.999Z", -1},
      {"0001-01-01", -62135596800000},
      {"9999-12-31T23:59:59.999Z", 253402300799999},
  };
  for (const auto& c : cases) EXPECT_EQ(parse_iso_8601(c.text), c.time) << c.text;
}

TEST(Iso8601, RefusesEverythingElse) {
  for (const auto* text : {"",
                           "1970",
                           "1970-1-01",
                           "1970-13-01",
                           "1970-00-10",
                           "1970-02-29",
                           "2000-02-30",
                           "1970-01-01T",
                           "1970-01-01T24:00",
                           "1970-01-01T00:60",
                           "1970-01-01T00:00:60",
                           "1970-01-01T00:00:00.",
                           "1970-01-01T00:00:00.1234567890",
                           "1970-01-01T00:00ZZ",
                           "1970-01-01T00:00+2",
                           "1970-01-01T00:00+24:00",
                           "1970-01-01x",
                           "0000-01-01",
                           "1970-01-01T00:00+02:",
                           "-970-01-01"})
    EXPECT_EQ(parse_iso_8601(text), std::nullopt) << text;
}

TEST(Calendar, PrintsWhatItReads) {
  base::Random random(1);
  for (int i = 0; i < 10'000; ++i) {
    const auto time =
        static_cast<base::EpochMillis>(random.below(253402300799999 + 62135596800000)) -
        62135596800000;
    ASSERT_EQ(parse_iso_8601(format_iso_8601(time)), time);
    ASSERT_EQ(parse_date_time(format_date(time), format_minute(time)),
              time - ((time % 60'000) + 60'000) % 60'000);
  }
}

TEST(DateTime, TakesMinutesOrSeconds) {
  EXPECT_EQ(parse_date_time("1998-01-01", "02:00"), 883620000000);
  EXPECT_EQ(parse_date_time("1998-01-01", "02:00:07"), 883620007000);
  EXPECT_EQ(parse_date_time("1998-01-01", ""), std::nullopt);
  EXPECT_EQ(parse_date_time("1998-01-01Z", "02:00"), std::nullopt);
  EXPECT_EQ(parse_date_time("01/02/1998", "02:00"), std::nullopt);
}

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
