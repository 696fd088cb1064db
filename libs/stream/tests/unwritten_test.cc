// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// A device whose stored state knows a record that has no outcome.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine_world.h"

namespace cortado::stream {
namespace {

using testing::fill;
using ::testing::HasSubstr;
using testing::World;

class UnwrittenTest : public ::testing::Test {
 protected:
  /// All records are scored, then half of the outcomes and of the commit are taken back.
  void SetUp() override {
    fill(world_, 100, 4);
    ASSERT_TRUE(world_.run().ok());
    lane().committed = base::Offset(50);
    lane().outcomes.resize(50);
    lane().durable = 50;
  }

  void expect_stop(const std::string& why) {
    const base::Status status = world_.run();
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code(), base::ErrorCode::kCorrupt);
    EXPECT_THAT(status.error().message(), HasSubstr(why));
    EXPECT_EQ(lane().committed, base::Offset(50));
    EXPECT_EQ(lane().outcomes.size(), 50U);
  }

  testing::MemoryLogs::Lane& lane() { return world_.logs.lanes()[world_.topic.at(0)]; }

  World world_{1};
};

TEST_F(UnwrittenTest, AStateAheadOfTheCommitStopsTheLane) {
  expect_stop("the state goes up to offset 100 but offset 50 is committed");
}

TEST_F(UnwrittenTest, SoDoesADeviceAheadOfTheCommit) {
  std::string& pointer = lane().pointer;
  pointer.replace(pointer.find("lw=100"), 6, "lw=50");
  expect_stop("device d2 goes beyond what is committed: offset 50");
}

// A topic's deletion takes the group's offsets with it.
TEST(TopicMadeAnew, WithoutACommitTheLaneStopsInBothModes) {
  for (const Recovery recovery : {Recovery::kStrict, Recovery::kBestEffort}) {
    World world(1);
    fill(world, 100, 4);
    ASSERT_TRUE(world.run().ok());
    world.logs.lanes()[world.topic.at(0)].committed.reset();
    world.logs.lanes()[world.topic.at(0)].pointer.clear();
    world.topic.partitions[0].clear();
    fill(world, 30, 4);
    world.config.recovery = recovery;
    const base::Status status = world.run();
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code(), base::ErrorCode::kCorrupt);
    EXPECT_THAT(status.error().message(),
                HasSubstr("the log ends at 30 and the group has committed nothing"));
    EXPECT_THAT(status.error().message(), HasSubstr("cortado state reset -p 0 --to beginning"));
  }
}

}  // namespace
}  // namespace cortado::stream
