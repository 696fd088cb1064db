// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/base/calendar.h"

#include <gtest/gtest.h>

#include "cortado/base/random.h"

namespace cortado::base {
namespace {

struct Case {
  const char* text;
  std::optional<EpochMillis> time;
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
  Random random(1);
  for (int i = 0; i < 10'000; ++i) {
    const auto time =
        static_cast<EpochMillis>(random.below(253402300799999 + 62135596800000)) - 62135596800000;
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

}  // namespace
}  // namespace cortado::base
