// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/dead_letter.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cortado::kafka {
namespace {

using base::RawHeader;
using ::testing::HasSubstr;

std::vector<RawHeader> ours(std::string_view topic = "in", std::string_view partition = "3",
                            std::string_view offset = "17") {
  return {{kReasonHeader, "not JSON"},
          {kStageHeader, "decode"},
          {kTopicHeader, topic},
          {kPartitionHeader, partition},
          {kOffsetHeader, offset}};
}

base::RawRecord letter(const std::vector<RawHeader>& headers) {
  return {.topic = "in.dead-letter",
          .partition = base::Partition(0),
          .offset = base::Offset(2),
          .timestamp_ms = 1'600'000'000'000,
          .key = std::nullopt,
          .value = "{",
          .headers = headers};
}

TEST(DeadLetter, GivesBackTheRecordAsItWas) {
  std::vector<RawHeader> headers = {{"trace", "1"}, {"null", std::nullopt}};
  for (const RawHeader& header : ours()) headers.push_back(header);
  const auto read = read_dead_letter(letter(headers));
  ASSERT_TRUE(read.ok()) << read.error().message();
  EXPECT_EQ(read->reason, "not JSON");
  EXPECT_EQ(read->stage, "decode");
  EXPECT_EQ(read->original.topic, "in");
  EXPECT_EQ(read->original.partition.get(), 3);
  EXPECT_EQ(read->original.offset.get(), 17);
  EXPECT_EQ(read->original.timestamp_ms, 1'600'000'000'000);
  EXPECT_FALSE(read->original.key);
  EXPECT_EQ(read->original.value, "{");
  ASSERT_EQ(read->original.headers.size(), 2U);
  EXPECT_EQ(read->original.headers[0].key, "trace");
  EXPECT_FALSE(read->original.headers[1].value);
  EXPECT_FALSE(read->lost_bytes);
}

TEST(DeadLetter, TakesAwayItsOwnHeadersOnly) {
  // A letter that was sent back with its headers and refused again.
  std::vector<RawHeader> headers = ours("first", "0", "1");
  for (const RawHeader& header : ours("second", "1", "2")) headers.push_back(header);
  const auto read = read_dead_letter(letter(headers));
  ASSERT_TRUE(read.ok()) << read.error().message();
  EXPECT_EQ(read->original.topic, "second");
  ASSERT_EQ(read->original.headers.size(), 5U);
  EXPECT_EQ(read->original.headers[2].value, "first");
}

TEST(DeadLetter, TellsThatAValueIsLost) {
  std::vector<RawHeader> headers = ours();
  headers.push_back({kLostBytesHeader, "1048577"});
  const auto read = read_dead_letter(letter(headers));
  ASSERT_TRUE(read.ok()) << read.error().message();
  EXPECT_EQ(read->lost_bytes, 1'048'577);
  EXPECT_TRUE(read->original.headers.empty());
}

TEST(DeadLetter, TellsTheGroupThatWroteIt) {
  EXPECT_EQ(read_dead_letter(letter(ours()))->group, "") << "an older build's";
  // A letter of one group that another group read and refused.
  std::vector<RawHeader> headers = ours("first", "0", "1");
  headers.push_back({kGroupHeader, "one"});
  for (const RawHeader& header : ours("second", "1", "2")) headers.push_back(header);
  EXPECT_EQ(read_dead_letter(letter(headers))->group, "");
  headers.push_back({kGroupHeader, "two"});
  headers.push_back({kLostBytesHeader, "9"});
  const auto read = read_dead_letter(letter(headers));
  ASSERT_TRUE(read.ok()) << read.error().message();
  EXPECT_EQ(read->group, "two");
  EXPECT_EQ(read->lost_bytes, 9);
  ASSERT_EQ(read->original.headers.size(), 6U);
  EXPECT_EQ(read->original.headers[5].value, "one");
}

TEST(DeadLetter, TakesTheRecordsTimeFromWhoCannotSetTheLetters) {
  std::vector<RawHeader> headers = ours();
  headers.push_back({kGroupHeader, "one"});
  headers.push_back({kLostBytesHeader, "9"});
  headers.push_back({kSourceTimestampHeader, "1500000000000"});
  const auto read = read_dead_letter(letter(headers));
  ASSERT_TRUE(read.ok()) << read.error().message();
  EXPECT_EQ(read->original.timestamp_ms, 1'500'000'000'000);
  EXPECT_EQ(read->lost_bytes, 9);
  EXPECT_EQ(read->group, "one");
  EXPECT_TRUE(read->original.headers.empty());
}

TEST(DeadLetter, RefusesWhatOthersWrote) {
  std::vector<RawHeader> swapped = ours();
  std::swap(swapped[0], swapped[1]);
  std::vector<RawHeader> null_stage = ours();
  null_stage[1].value.reset();
  std::vector<RawHeader> few = ours();
  few.pop_back();
  for (const auto& headers : {std::vector<RawHeader>{}, few, swapped, null_stage, ours("in", "-1"),
                              ours("in", "x"), ours("in", "2147483648"), ours("in", "1", "")}) {
    const auto read = read_dead_letter(letter(headers));
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.error().code(), base::ErrorCode::kCorrupt);
    EXPECT_THAT(read.error().message(), HasSubstr("not a dead letter of Cortado's"));
  }
}

}  // namespace
}  // namespace cortado::kafka
