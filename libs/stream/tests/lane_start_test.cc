// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "../src/lane_start.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cortado::stream {
namespace {

using ::testing::HasSubstr;

struct Row {
  const char* what;
  bool keeps_state;
  std::int64_t snapshot, committed, low, high;  // -1 = none
  std::int64_t offset;                          // -1 = an error
  std::int64_t lost;
  const char* message;
};

std::optional<base::Offset> offset(std::int64_t value) {
  return value < 0 ? std::nullopt : std::optional(base::Offset(value));
}

TEST(DecideStartTest, Table) {
  const Row rows[] = {
      {"a new topic", true, -1, -1, 0, 0, 0, 0, ""},
      {"a topic with records", true, -1, -1, 0, 100, 0, 0, ""},
      {"old records are deleted", true, -1, -1, 40, 100, 40, 0, ""},
      {"the group stands at the start", true, -1, 0, 0, 100, 0, 0, ""},
      {"the snapshot is the truth", true, 50, 80, 0, 100, 50, 0, ""},
      {"also before the commit", true, 50, 30, 0, 100, 50, 0, ""},
      {"and without one", true, 50, -1, 0, 100, 50, 0, ""},
      {"at the end", true, 100, 100, 0, 100, 100, 0, ""},
      {"at the low watermark", true, 40, 100, 40, 100, 40, 0, ""},
      {"records deleted unread", true, 30, 100, 40, 100, 40, 10, ""},
      {"above the end", true, 101, -1, 0, 100, -1, 0, "log ends at 100"},
      {"state lost", true, -1, 7, 0, 100, -1, 0, "state.dir"},
      {"without state all is read", false, -1, 7, 3, 100, 3, 0, ""},
  };
  for (const Row& row : rows) {
    const auto start = decide_start({.lane = {"in", base::Partition(1)},
                                     .keeps_state = row.keeps_state,
                                     .snapshot = offset(row.snapshot),
                                     .committed = offset(row.committed),
                                     .watermarks = {base::Offset(row.low), base::Offset(row.high)},
                                     .folder = "state/in/1"});
    ASSERT_EQ(start.ok(), row.offset >= 0) << row.what;
    if (start.ok()) {
      EXPECT_EQ(start->offset.get(), row.offset) << row.what;
      EXPECT_EQ(start->lost_records, row.lost) << row.what;
      continue;
    }
    EXPECT_EQ(start.error().code(), base::ErrorCode::kCorrupt) << row.what;
    EXPECT_THAT(start.error().message(), HasSubstr(row.message)) << row.what;
    EXPECT_THAT(start.error().message(), HasSubstr("in[1]")) << row.what;
    EXPECT_THAT(start.error().message(), HasSubstr("state/in/1")) << row.what;
    EXPECT_THAT(start.error().message(),
                HasSubstr("set both state.dir and kafka.group_id to new names"))
        << row.what;
  }
}

}  // namespace
}  // namespace cortado::stream
