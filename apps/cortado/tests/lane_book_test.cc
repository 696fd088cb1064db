// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "lane_book.h"

#include <array>

#include <gtest/gtest.h>

namespace cortado::app {
namespace {

using base::TopicPartition;
using dashboard::LaneState;

TopicPartition place(int number) { return {"t", base::Partition(number)}; }

base::RawRecord record(std::int64_t offset, base::EpochMillis time) {
  base::RawRecord made{};
  made.topic = "t";
  made.offset = base::Offset(offset);
  made.timestamp_ms = time;
  return made;
}

TEST(LaneBook, FollowsALaneThroughItsLife) {
  LaneBook book;
  EXPECT_EQ(book.trouble(), "no partition is assigned yet");
  const std::array lanes = {place(3), place(1)};
  book.assigned(lanes);
  EXPECT_EQ(book.trouble(), "partition 1 is not running yet");
  book.positioned(place(1), base::Offset(7));
  book.positioned(place(3), base::Offset(0));
  EXPECT_EQ(book.trouble(), "partition 1 is not running yet");
  book.set_state(place(1), LaneState::kWaiting, "no broker answers");
  EXPECT_EQ(book.trouble(), "partition 1 is not running yet: no broker answers");
  for (const auto& lane : lanes) book.set_state(lane, LaneState::kRunning, "");
  EXPECT_EQ(book.trouble(), "");
  book.set_state(place(3), LaneState::kStopped, "its state is gone");
  EXPECT_EQ(book.trouble(), "partition 3 has stopped: its state is gone");
  ASSERT_EQ(book.rows().size(), 2U);
  EXPECT_EQ(book.rows()[0].partition, base::Partition(1));
  EXPECT_EQ(book.rows()[0].next_offset, base::Offset(7));
  book.gone(std::span(lanes).first(1));
  EXPECT_EQ(book.trouble(), "");
  EXPECT_EQ(book.rows().size(), 1U);
}

TEST(LaneBook, RemembersSinceWhenRecordsWait) {
  LaneBook book;
  const std::array lanes = {place(0)};
  book.assigned(lanes);
  const std::array ends = {base::Offset(12)};
  book.set_ends(ends, 1'000);
  EXPECT_EQ(book.rows()[0].behind_since_ms, std::nullopt) << "nobody knows where it stands";
  book.positioned(place(0), base::Offset(5));
  book.set_ends(ends, 2'000);
  book.set_ends(ends, 3'000);
  EXPECT_EQ(book.rows()[0].behind_since_ms, 2'000);
  book.positioned(place(0), base::Offset(12));
  book.set_ends(ends, 4'000);
  EXPECT_EQ(book.rows()[0].behind_since_ms, std::nullopt);
}

TEST(LaneBook, CountsWhatWasCommitted) {
  LaneBook book;
  const std::array lanes = {place(0)};
  book.assigned(lanes);
  const std::array inputs = {record(4, 100), record(5, 200), record(9, 300)};
  std::array<base::Outcome, 3> outcomes;
  for (auto& outcome : outcomes) {
    outcome.kind = base::OutcomeKind::kEnriched;
    outcome.device = "d";
  }
  outcomes[1].kind = base::OutcomeKind::kDeadLetter;
  book.committed(place(0), inputs, outcomes, 1'000);
  book.committed(place(0), {}, {}, 2'000);
  book.committed(place(8), inputs, outcomes, 1'000);  // not ours any more
  const std::array ends = {base::Offset(12)};
  book.set_ends(ends, 5'000);
  const auto rows = book.rows();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].next_offset, base::Offset(10));
  EXPECT_EQ(rows[0].end_offset, base::Offset(12));
  EXPECT_EQ(rows[0].newest_time_ms, 300);
  EXPECT_EQ(rows[0].last_record_ms, 1'000);
  EXPECT_EQ(rows[0].records, 3);
  EXPECT_EQ(rows[0].dead_letters, 1);
  EXPECT_EQ(rows[0].devices, std::nullopt);
  book.set_devices(place(0), 0, 0, 6'000);
  EXPECT_EQ(book.rows()[0].devices_since_ms, std::nullopt);
  book.set_devices(place(0), 7, 3, 7'000);
  book.set_devices(place(0), 7, 3, 8'000);
  book.set_devices(place(8), 1, 1, 7'000);
  EXPECT_EQ(book.rows()[0].devices_since_ms, 7'000);
  EXPECT_EQ(book.rows()[0].devices, 7);
  EXPECT_EQ(book.rows()[0].resident, 3);
}

}  // namespace
}  // namespace cortado::app
