// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "inbox.h"

#include <gtest/gtest.h>

#include "synthetic_rows.h"

namespace cortado::dashboard {
namespace {

using testing::make_batch;
using testing::make_row;

TEST(Inbox, HandsEverythingOverOnce) {
  Inbox inbox;
  const std::vector<DeviceRow> rows = {make_row("a", 1), make_row("b", 1)};
  inbox.add(rows);
  inbox.add(make_batch(1, 2));
  Inbox::Contents contents;
  inbox.take(contents);
  ASSERT_EQ(contents.row_count, 2U);
  EXPECT_EQ(contents.rows[1].device, "b");
  EXPECT_EQ(contents.batches.size(), 1U);
  inbox.take(contents);
  EXPECT_EQ(contents.row_count, 0U);
  EXPECT_TRUE(contents.batches.empty());
}

TEST(Inbox, ABatchThatEndsBeforeItIsHandedOverIsNotActive) {
  Inbox inbox;
  inbox.add(ActiveBatch{.batch = 7, .time_ms = 5, .input_rows = 3});
  inbox.add(make_batch(7, 3));
  Inbox::Contents contents;
  inbox.take(contents);
  EXPECT_FALSE(contents.active.has_value());
  inbox.add(make_batch(8, 3));
  inbox.add(ActiveBatch{.batch = 9, .time_ms = 6, .input_rows = 4});
  inbox.take(contents);
  ASSERT_TRUE(contents.active.has_value());
  EXPECT_EQ(contents.active->batch, 9);
}

TEST(Inbox, WhenFullTheOldestRowsMakeRoomForTheNewest) {
  Inbox inbox;
  constexpr auto kMore = static_cast<std::int64_t>(Inbox::kRows) + 3;
  for (std::int64_t i = 1; i <= kMore; ++i) inbox.add(std::vector<DeviceRow>{make_row("a", i)});
  Inbox::Contents contents;
  inbox.take(contents);
  EXPECT_EQ(contents.row_count, Inbox::kRows);
  EXPECT_EQ(contents.lost, 3U);
  EXPECT_EQ(contents.rows[contents.first].sequence, 4);
  EXPECT_EQ(contents.rows[contents.first - 1].sequence, kMore);
}

}  // namespace
}  // namespace cortado::dashboard
