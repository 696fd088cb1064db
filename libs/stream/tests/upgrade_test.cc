// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// A build whose scores differ, or one with other settings, takes over the state of the one before.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine_world.h"

namespace cortado::stream {
namespace {

using namespace std::chrono_literals;
using testing::expected_outcomes;
using testing::fill;
using testing::HashOperator;
using ::testing::HasSubstr;
using testing::World;

class UpgradeTest : public ::testing::Test {
 protected:
  UpgradeTest() : world_(1) {
    world_.state.checkpoint_interval = 3600s;
    world_.config.max_batch_records = 50;
    world_.operation_in_use = &first_;
  }

  /// Run until the process dies at this append.
  void die_at(std::int64_t append) {
    world_.logs.on_append = [this, append](std::int64_t number) -> base::Status {
      if (number >= append) world_.files->crash();
      if (world_.files->crashed()) return base::Error(base::ErrorCode::kIo, "dead");
      return {};
    };
    EXPECT_FALSE(world_.run().ok());
    world_.logs.on_append = nullptr;
    world_.files = std::make_unique<base::testing::FaultyFileSystem>(world_.disk);
    lane().outcomes.resize(lane().durable);
  }

  /// A process of `operation` dies before its first snapshot; return how many outcomes it wrote.
  std::int64_t die_as(HashOperator& operation) {
    world_.operation_in_use = &operation;
    fill(world_, 200, 4);
    die_at(120);
    return static_cast<std::int64_t>(lane().durable);
  }

  /// One of `former` ends in order behind 100 records, one of `next` dies; return how many were
  /// written.
  std::int64_t end_and_die(HashOperator& former, HashOperator& next) {
    world_.operation_in_use = &former;
    fill(world_, 100, 4);
    EXPECT_TRUE(world_.run().ok());
    fill(world_, 100, 4);
    world_.operation_in_use = &next;
    die_at(world_.logs.appends + 70);
    return static_cast<std::int64_t>(lane().durable);
  }

  testing::MemoryLogs::Lane& lane() { return world_.logs.lanes()[world_.topic.at(0)]; }

  World world_;
  HashOperator first_{"hash-1", 1};
  HashOperator second_{"hash-1", 2};
  HashOperator former_settings_{"hash-1", 1, "alerts=2;input=8"};
  HashOperator other_settings_{"hash-1", 1, "alerts=2;input=9"};
};

TEST_F(UpgradeTest, AfterAProperEndItGoesOnAtTheNextRecordWithTheModels) {
  fill(world_, 100, 4);
  ASSERT_TRUE(world_.run().ok());
  fill(world_, 100, 4);
  world_.operation_in_use = &second_;
  ASSERT_TRUE(world_.run().ok());
  EXPECT_EQ(world_.totals.replayed, 0);
  EXPECT_EQ(lane().outcomes, expected_outcomes(world_, 0));
}

TEST_F(UpgradeTest, FromItsFirstCommitOnItReplaysItsOwnRecords) {
  const std::int64_t written = end_and_die(first_, second_);
  ASSERT_GT(written, 100);
  ASSERT_TRUE(world_.run().ok());
  EXPECT_EQ(world_.totals.replayed, written - 100);
  EXPECT_EQ(lane().outcomes, expected_outcomes(world_, 0));
}

TEST_F(UpgradeTest, ADeathBeforeItsFirstCommitChangesNothing) {
  fill(world_, 100, 4);
  ASSERT_TRUE(world_.run().ok());
  fill(world_, 100, 4);
  const std::string pointer = lane().pointer;
  world_.operation_in_use = &second_;
  die_at(world_.logs.appends + 1);
  EXPECT_EQ(lane().pointer, pointer);
  // Even the former build may go on.
  world_.operation_in_use = &first_;
  ASSERT_TRUE(world_.run().ok());
  EXPECT_EQ(lane().outcomes, expected_outcomes(world_, 0));
}

TEST_F(UpgradeTest, StrictStopsWhereRecordsWouldBeScoredAgainUntilTheFormerBuildHasDrained) {
  const std::int64_t written = die_as(first_);
  ASSERT_GT(written, 0);
  world_.operation_in_use = &second_;
  const base::Status refused = world_.run();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), base::ErrorCode::kUnsupported);
  EXPECT_THAT(refused.error().message(), HasSubstr("end it by SIGTERM"));
  EXPECT_EQ(lane().committed->get(), written);
  world_.operation_in_use = &first_;
  ASSERT_TRUE(world_.run().ok());
  fill(world_, 40, 4);
  world_.operation_in_use = &second_;
  ASSERT_TRUE(world_.run().ok());
  EXPECT_EQ(lane().outcomes, expected_outcomes(world_, 0));
}

TEST_F(UpgradeTest, BestEffortLeavesThemOutOfTheModels) {
  const std::int64_t written = die_as(first_);
  ASSERT_GT(written, 0);
  world_.config.recovery = Recovery::kBestEffort;
  world_.operation_in_use = &second_;
  ASSERT_TRUE(world_.run().ok());
  EXPECT_EQ(world_.totals.replayed, 0);
  const auto& outcomes = lane().outcomes;
  ASSERT_EQ(outcomes.size(), 200U);
  const auto expected = expected_outcomes(world_, 0);
  for (std::size_t i = 0; i < 200; ++i) EXPECT_EQ(outcomes[i].offset, static_cast<std::int64_t>(i));
  EXPECT_TRUE(std::equal(outcomes.begin(), outcomes.begin() + written, expected.begin()));
  const auto first = static_cast<std::size_t>(written);
  EXPECT_NE(outcomes[first].value, expected[first].value);
}

TEST_F(UpgradeTest, WithoutARecordToScoreAgainOtherSettingsGoOnAndReplayTheirOwn) {
  const std::int64_t written = end_and_die(former_settings_, other_settings_);
  ASSERT_GT(written, 100);
  ASSERT_TRUE(world_.run().ok());
  EXPECT_EQ(world_.totals.replayed, written - 100);
  EXPECT_EQ(lane().outcomes, expected_outcomes(world_, 0));
}

TEST_F(UpgradeTest, StrictScoresNoRecordAgainUnderOtherSettings) {
  const std::int64_t written = die_as(former_settings_);
  ASSERT_GT(written, 0);
  world_.operation_in_use = &other_settings_;
  const base::Status refused = world_.run();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), base::ErrorCode::kInvalidConfig);
  EXPECT_THAT(refused.error().message(), HasSubstr("other settings of input.*,"));
  EXPECT_THAT(refused.error().message(), HasSubstr("end it by SIGTERM"));
  EXPECT_EQ(lane().committed->get(), written);
  EXPECT_EQ(world_.totals.replayed, 0);
  // The way out that it names.
  world_.operation_in_use = &former_settings_;
  ASSERT_TRUE(world_.run().ok());
  fill(world_, 40, 4);
  world_.operation_in_use = &other_settings_;
  ASSERT_TRUE(world_.run().ok());
  EXPECT_EQ(lane().outcomes, expected_outcomes(world_, 0));
}

TEST_F(UpgradeTest, BestEffortScoresThemAgainUnderTheOtherSettings) {
  const std::int64_t written = die_as(former_settings_);
  ASSERT_GT(written, 0);
  world_.config.recovery = Recovery::kBestEffort;
  world_.operation_in_use = &other_settings_;
  ASSERT_TRUE(world_.run().ok());
  EXPECT_EQ(world_.totals.replayed, written);
  EXPECT_EQ(lane().outcomes, expected_outcomes(world_, 0));
}

TEST_F(UpgradeTest, SettingsThatAFormerFormatDoesNotTellAreTakenForOurs) {
  fill(world_, 100, 4);
  ASSERT_TRUE(world_.run().ok());
  fill(world_, 100, 4);
  die_at(world_.logs.appends + 70);
  world_.operation_in_use = &former_settings_;
  ASSERT_TRUE(world_.run().ok());
  EXPECT_GT(world_.totals.replayed, 0);
  EXPECT_EQ(lane().outcomes, expected_outcomes(world_, 0));
}

TEST_F(UpgradeTest, WhatFollowsAResetIsKnownToo) {
  fill(world_, 100, 4);
  lane().committed = base::Offset(0);
  lane().pointer = "v1;m=;h=;lw=0";
  world_.operation_in_use = &former_settings_;
  die_at(70);
  ASSERT_GT(lane().durable, 0U);
  world_.operation_in_use = &other_settings_;
  EXPECT_FALSE(world_.run().ok());
}

TEST_F(UpgradeTest, ANewLaneWritesOneSnapshotWithoutDevices) {
  ASSERT_TRUE(world_.run().ok());
  const auto names = world_.disk.list("state/in/0");
  ASSERT_TRUE(names.ok());
  EXPECT_EQ(std::count_if(names->begin(), names->end(),
                          [](const auto& name) { return name.ends_with(".manifest"); }),
            1);
}

}  // namespace
}  // namespace cortado::stream
