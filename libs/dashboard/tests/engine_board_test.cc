// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "engine_board.h"

#include <gtest/gtest.h>

#include "engine_views.h"
#include "synthetic_rows.h"

namespace cortado::dashboard {
namespace {

JournalRow error(base::EpochMillis time, const std::string& message) {
  return {.time_ms = time, .kind = JournalKind::kError, .partition = {}, .message = message};
}

TEST(EngineBoard, EqualEntriesOfTheJournalAreOneWithACount) {
  EngineBoard board;
  board.add(error(1'000, "broker gone"), 1);
  board.add(error(2'000, "broker gone"), 2);
  board.add(error(3'000, "disk full"), 3);
  board.add(error(4'000, "broker gone"), 4);
  board.add(error(40'000, "broker gone"), 5);
  ASSERT_EQ(board.journal().size(), 4U);
  EXPECT_EQ(board.journal()[0].row.count, 2);
  EXPECT_EQ(board.journal()[0].row.time_ms, 2'000);
  EXPECT_EQ(board.journal()[0].version, 2U);
  EXPECT_EQ(board.journal()[3].row.count, 1);
  EXPECT_EQ(board.counts().errors, 5);
}

TEST(EngineBoard, TheJournalIsBounded) {
  EngineBoard board;
  for (int i = 0; i < 3'000; ++i)
    board.add(error(i, "message " + std::to_string(i)), static_cast<Version>(i + 1));
  EXPECT_EQ(board.journal().size(), EngineBoard::kJournal);
  EXPECT_EQ(board.journal().back().row.message, "message 2999");
}

TEST(EngineBoard, ABatchIsActiveUntilItEnds) {
  EngineBoard board;
  board.set_active({.batch = 7, .time_ms = 5, .input_rows = 3});
  EXPECT_TRUE(board.active().has_value());
  BatchRow row = testing::make_batch(7, 3);
  row.dead_letters = 2;
  row.ignored = 1;
  board.add(row);
  EXPECT_FALSE(board.active().has_value());
  board.set_active({.batch = 8, .time_ms = 6, .input_rows = 3});
  EXPECT_TRUE(board.active().has_value());
  EXPECT_EQ(board.counts().records, 3);
  EXPECT_EQ(board.counts().dead_letters, 2);
  EXPECT_EQ(board.counts().ignored, 1);
}

TEST(EngineBoard, SnapshotsAreCountedAndWritten) {
  EngineBoard board;
  board.add(SnapshotRow{.partition = base::Partition(4), .bytes = 10, .devices = 3, .duration = {}},
            1'000, 1);
  EXPECT_EQ(board.counts().snapshots, 1);
  EXPECT_EQ(board.journal().back().row.kind, JournalKind::kSnapshot);
  EXPECT_EQ(board.journal().back().row.message, "3 devices written");
  EXPECT_EQ(board.journal().back().row.partition, base::Partition(4));
  board.add(SnapshotRow{.partition = base::Partition(4), .bytes = 10, .devices = 1, .duration = {}},
            1'000, 2);
  EXPECT_EQ(board.journal().back().row.message, "1 device written");
}

TEST(Lag, IsKnownOnlyWhereBothEndsAre) {
  LaneRow lane;
  lane.next_offset = base::Offset(90);
  EXPECT_EQ(lag_records(lane), std::nullopt);
  lane.end_offset = base::Offset(100);
  EXPECT_EQ(lag_records(lane), 10);
  EXPECT_EQ(lag_seconds(lane, 5'000), std::nullopt);
  lane.newest_time_ms = 2'500;
  EXPECT_EQ(lag_seconds(lane, 5'000), 2.5);
  EXPECT_EQ(lag_seconds(lane, 1'000), 0.0);
  lane.next_offset = base::Offset(101);  // the end was asked for before the commit
  EXPECT_EQ(lag_records(lane), 0);
  EXPECT_EQ(lag_seconds(lane, 5'000), 0.0);
}

TEST(JournalKind, NamesReadBack) {
  for (int i = 0; i <= static_cast<int>(JournalKind::kReady); ++i) {
    const auto kind = static_cast<JournalKind>(i);
    EXPECT_EQ(journal_kind_of(to_text(kind)), kind);
  }
  EXPECT_EQ(journal_kind_of("party"), std::nullopt);
}

}  // namespace
}  // namespace cortado::dashboard
