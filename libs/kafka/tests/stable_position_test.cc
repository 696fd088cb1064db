// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "../src/stable_position.h"

#include <gtest/gtest.h>

namespace cortado::kafka {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(PendingOffset, OneThatIsReleasedInAMomentIsNone) {
  PendingOffset pending;
  EXPECT_FALSE(pending.confirmed(seconds(100)));
  EXPECT_FALSE(pending.confirmed(seconds(100) + milliseconds(1'999)));
}

TEST(PendingOffset, OneThatIsStillHeldLaterIsOne) {
  PendingOffset pending;
  EXPECT_FALSE(pending.confirmed(seconds(100)));
  EXPECT_TRUE(pending.confirmed(seconds(102)));
}

}  // namespace
}  // namespace cortado::kafka
