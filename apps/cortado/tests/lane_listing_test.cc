// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "admin/lane_listing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cortado::app {
namespace {

using dashboard::JsonValue;
using ::testing::HasSubstr;

JsonValue partitions() {
  return JsonValue::parse(R"({"owned":2,"total":3,
      "columns":["partition","state","reason","nextOffset","endOffset","lag","lagSeconds","devices"],
      "rows":[[0,"running","",10,15,5,1.5,2],[2,"paused","",7,107,100,61.25,1]]})")
      .value();
}

TEST(LaneListing, LagIsToldInRecordsAndSecondsWithASum) {
  EXPECT_EQ(list_lag(partitions(), {}, false),
            "PARTITION  STATE    NEXT  END  LAG  BEHIND\n"
            "0          running  10    15   5    1.500s\n"
            "2          paused   7     107  100  61.250s\n"
            "all        -        -     -    105  61.250s\n");
  EXPECT_EQ(list_lag(partitions(), 2, true),
            "{\"partition\":2,\"state\":\"paused\",\"nextOffset\":7,\"endOffset\":107,\"lag\":100,"
            "\"lagSeconds\":61.250}\n");
}

TEST(LaneListing, LanesShowWhatTheServerTells) {
  const std::string text = list_lanes(partitions(), 0, false);
  EXPECT_EQ(text,
            "PARTITION  STATE    NEXT  END  LAG  BEHIND  DEVICES  REASON\n"
            "0          running  10    15   5    1.500s  2        \n");
}

TEST(LaneListing, ASnapshotSaysOfEachLaneWhetherItIsDurable) {
  const auto answer = JsonValue::parse(R"({"action":"snapshot","durable":false,
      "columns":["partition","state","reason","nextOffset","durable","devices","bytes"],
      "rows":[[1,"running","",9,false,3,4096]]})");
  EXPECT_THAT(list_asked(*answer, false),
              HasSubstr("1          running  9     no       3        4096"));
  EXPECT_THAT(list_asked(*answer, true), HasSubstr("\"durable\":false,\"devices\":3"));
}

}  // namespace
}  // namespace cortado::app
