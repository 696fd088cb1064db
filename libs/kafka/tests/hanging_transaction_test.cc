// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "../src/hanging_transaction.h"

#include <gtest/gtest.h>

namespace cortado::kafka {
namespace {

using base::Offset;

TEST(HangingTransaction, NothingIsEndedWhereNothingIsOpen) {
  EXPECT_EQ(decide_ending({}), Ending::kNone);
  EXPECT_EQ(decide_ending({.committed = Offset(7)}), Ending::kNone);
}

TEST(HangingTransaction, OpenOutputsFromTheCommittedOffsetOnDoNotCount) {
  EXPECT_EQ(decide_ending({.committed = Offset(7), .first_open = Offset(7)}), Ending::kAbort);
  EXPECT_EQ(decide_ending({.committed = Offset(7), .first_open = Offset(9)}), Ending::kAbort);
  EXPECT_EQ(decide_ending({.first_open = Offset(0)}), Ending::kAbort);
}

TEST(HangingTransaction, OpenOutputsBelowTheCommittedOffsetAreEndedByTheNextCommit) {
  EXPECT_EQ(decide_ending({.committed = Offset(7), .first_open = Offset(6)}), Ending::kNone);
  EXPECT_EQ(
      decide_ending({.committed = Offset(7), .first_open = Offset(6), .deletions_open = true}),
      Ending::kNone);
}

TEST(HangingTransaction, OpenDeletionsAloneAreForgotten) {
  EXPECT_EQ(decide_ending({.committed = Offset(7), .deletions_open = true}), Ending::kAbort);
}

TEST(HangingTransaction, APendingOffsetCountsIfItsOutputsDo) {
  EXPECT_EQ(decide_ending({.told = false, .committed = Offset(7), .last_visible = Offset(7)}),
            Ending::kCommit);
  EXPECT_EQ(decide_ending({.told = false, .committed = Offset(7), .last_visible = Offset(6)}),
            Ending::kAbort);
  EXPECT_EQ(decide_ending({.told = false, .committed = Offset(7)}), Ending::kAbort);
}

TEST(HangingTransaction, OpenOutputsAloneDoNotMakeAPendingOffsetCount) {
  EXPECT_EQ(decide_ending({.told = false, .committed = Offset(7), .last_open = Offset(9)}),
            Ending::kAbort);
}

TEST(HangingTransaction, OldOutputsSayNothingWhereNothingWasEverCommitted) {
  EXPECT_EQ(decide_ending({.told = false, .last_visible = Offset(7)}), Ending::kAbort);
}

}  // namespace
}  // namespace cortado::kafka
