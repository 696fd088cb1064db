// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// What an engine tells beside the committed records.
#include <chrono>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine_world.h"
#include "turns.h"

namespace cortado::stream {
namespace {

using namespace std::chrono_literals;
using testing::add_turns;
using testing::fill;
using testing::World;

TEST(ObserverTest, EveryBatchBeginsBeforeItEnds) {
  World world(2);
  fill(world, 300, 10);
  world.config.max_batch_records = 50;
  world.observer.on_batch = [&](const BatchReport& report) {
    ASSERT_FALSE(world.observer.began.empty());
    EXPECT_EQ(world.observer.began.back().first, report.batch);
    EXPECT_EQ(world.observer.began.back().second, report.input_rows);
  };
  ASSERT_TRUE(world.run().ok());
  EXPECT_EQ(world.observer.began.size(), world.observer.reports.size());
}

TEST(ObserverTest, EverySnapshotIsToldWithWhatItWrote) {
  World world(2);
  fill(world, 300, 10);
  ASSERT_TRUE(world.run().ok());
  ASSERT_GE(world.observer.snapshots.size(), 2U);
  std::set<base::TopicPartition> lanes;
  for (const SnapshotReport& report : world.observer.snapshots) {
    EXPECT_GT(report.devices, 0);
    EXPECT_GT(report.bytes, 0);
    EXPECT_GE(report.duration.count(), 0);
    lanes.insert(report.lane);
  }
  EXPECT_THAT(lanes, ::testing::ElementsAre(world.topic.at(0), world.topic.at(1)));
}

TEST(ObserverTest, DevicesThatLeaveMemoryAreNamed) {
  World world(1);
  add_turns(world,
            {"idle", "busy", "busy", "busy", "busy", "busy", "busy", "busy", "busy", "busy"});
  world.state.idle_after = 5s;
  world.state.checkpoint_interval = 2s;
  ASSERT_TRUE(world.run().ok());
  EXPECT_THAT(world.observer.evicted, ::testing::ElementsAre("idle"));
}

}  // namespace
}  // namespace cortado::stream
