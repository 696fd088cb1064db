// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// Devices that leave memory and come back, within whole engines.
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
using testing::expect_whole;
using testing::expected_outcomes;
using testing::fill;
using ::testing::HasSubstr;
using testing::turns;
using testing::World;

TEST(EvictorTest, NoMoreDevicesThanTheBoundStayInMemory) {
  for (const int threads : {1, 4}) {
    World world(3);
    fill(world, 3000, 60);
    world.config.threads = threads;
    world.config.max_batch_records = 7;
    world.state.max_resident_devices = 5;
    ASSERT_TRUE(world.run().ok());
    for (int partition = 0; partition < 3; ++partition) {
      EXPECT_EQ(world.logs.lanes()[world.topic.at(partition)].outcomes,
                expected_outcomes(world, partition));
    }
    EXPECT_EQ(world.totals.devices, 60);
    EXPECT_LE(world.observer.most_resident, 5);
    EXPECT_GT(world.totals.evictions, 500);
    EXPECT_EQ(world.totals.evictions - world.totals.loads, 60 - world.totals.resident);
  }
}

TEST(EvictorTest, TheDevicesOfOneBatchMayExceedTheBoundMeanwhile) {
  World world(1);
  fill(world, 400, 20);
  world.state.max_resident_devices = 1;
  ASSERT_TRUE(world.run().ok());
  expect_whole(world);
  EXPECT_LE(world.observer.most_resident, 1);
}

TEST(EvictorTest, IdleDevicesLeaveAfterTheirTimeAndAreBackForTheirNextRecord) {
  World world(1);
  add_turns(world, {"idle", "busy", "busy", "busy", "busy", "busy", "busy", "busy", "busy", "busy",
                    "busy", "busy", "idle", "busy"});
  world.state.idle_after = 5s;
  world.state.checkpoint_interval = 2s;
  std::vector<std::int64_t> resident;
  world.observer.on_batch = [&](const BatchReport&) {
    resident.push_back(world.observer.devices.resident);
    if (resident.size() < 2) return;  // the first device came with the first batch
    EXPECT_EQ(world.observer.lanes.at(0).devices, 2);
    EXPECT_EQ(world.observer.lanes.at(0).resident, resident.back());
  };
  ASSERT_TRUE(world.run().ok());
  expect_whole(world);
  EXPECT_EQ(world.totals.evictions, 1);
  EXPECT_EQ(world.totals.loads, 1);
  ASSERT_EQ(resident.size(), 14U);
  EXPECT_EQ(resident[3], 2);   // Idle for three seconds: still there.
  EXPECT_EQ(resident[10], 1);  // For nine: gone.
  EXPECT_EQ(resident[13], 2);
}

TEST(EvictorTest, ADeviceThatNoSnapshotHoldsDoesNotLeaveForBeingIdle) {
  World world(1);
  add_turns(world, {"idle", "busy", "busy", "busy", "busy", "busy", "busy", "busy"});
  world.state.idle_after = 1s;
  world.state.checkpoint_interval = 1h;
  ASSERT_TRUE(world.run().ok());
  EXPECT_EQ(world.totals.evictions, 0);
  EXPECT_EQ(world.totals.resident, 2);
}

TEST(EvictorTest, AFleetWithoutRecordsLeavesMemoryToo) {
  World world(1);
  fill(world, 30, 10);
  world.source_options.finishes = false;
  world.state.idle_after = 10s;
  world.state.checkpoint_interval = 5s;
  world.observer.on_devices = [&](const DeviceCounts& counts) {
    if (counts.devices == 10 && counts.resident == 0) world.stop.request_stop();
  };
  // A stop after an hour at the latest, so that a fleet that stays ends the test.
  const auto begin = world.clock.steady();
  world.source_options.before_poll = [&](testing::MemorySource&) {
    if (world.clock.steady() - begin > 1h) world.stop.request_stop();
  };
  ASSERT_TRUE(world.run().ok());
  EXPECT_EQ(world.totals.evictions, 10);
  EXPECT_EQ(world.totals.resident, 0);
  EXPECT_LT(world.clock.steady() - begin, 30s);
}

TEST(EvictorTest, AStartLoadsNoDeviceBeforeItsRecord) {
  World world(2);
  fill(world, 200, 20);
  world.state.max_resident_devices = 100;
  ASSERT_TRUE(world.run().ok());
  world.topic.add(0, {.key = "d4", .value = "again"});
  ASSERT_TRUE(world.run().ok());
  expect_whole(world);
  EXPECT_EQ(world.totals.devices, 20);
  EXPECT_EQ(world.totals.resident, 1);
  EXPECT_EQ(world.totals.loads, 1);
  EXPECT_EQ(world.operation.loads(), 1);
}

TEST(EvictorTest, WithoutTheKeysAllAreLoadedAtTheStart) {
  World world(2);
  fill(world, 200, 20);
  ASSERT_TRUE(world.run().ok());
  ASSERT_TRUE(world.run().ok());
  EXPECT_EQ(world.operation.loads(), 20);
  EXPECT_EQ(world.totals.resident, 20);
  EXPECT_EQ(world.totals.evictions, 0);
}

TEST(EvictorTest, TheKeysMayComeAndGoBetweenRuns) {
  World world(1);
  for (const std::int64_t most : {0, 3, 0, 1, 0}) {
    fill(world, 100, 12);
    world.state.max_resident_devices = most;
    world.config.max_batch_records = 10;
    ASSERT_TRUE(world.run().ok());
    EXPECT_EQ(world.logs.lanes()[world.topic.at(0)].outcomes, expected_outcomes(world, 0));
  }
}

TEST(EvictorTest, AnEvictedDeviceIsNotWrittenAgain) {
  World world(1);
  std::vector<std::string> devices = turns(1, 50);
  for (int i = 0; i < 40; ++i) devices.emplace_back("busy");
  add_turns(world, devices);
  world.state.max_resident_devices = 1;
  world.state.checkpoint_interval = 1s;
  std::set<std::string> packs;
  std::size_t largest = 0;
  world.observer.on_batch = [&](const BatchReport& report) {
    for (const auto& [path, bytes] : world.disk.files()) {
      if (!path.ends_with(".pack") || !packs.insert(path).second) continue;
      if (report.batch > 52) largest = std::max(largest, bytes.size());
    }
  };
  ASSERT_TRUE(world.run().ok());
  expect_whole(world);
  EXPECT_GT(packs.size(), 40U);
  EXPECT_LT(largest, 60U);  // One device and the header.
  EXPECT_EQ(world.operation.loads(), 0);
}

TEST(EvictorTest, ADeviceOnTwoPartitionsKeepsItsFirstAlsoWhileEvicted) {
  World world(2);
  const auto begin = world.clock.steady();
  world.topic.add(0, {.key = "d", .value = "v0"});
  world.topic.add(0, {.key = "e", .value = "v1", .arrival = begin + 1s});
  world.topic.add(1, {.key = "d", .value = "v2", .arrival = begin + 2s});
  world.state.max_resident_devices = 1;
  ASSERT_TRUE(world.run().ok());
  EXPECT_EQ(world.totals.dead_letters, 1);
  EXPECT_EQ(world.totals.devices, 2);
}

TEST(EvictorTest, WithoutAStateFolderTheKeysAreRefused) {
  World world(1);
  world.state.dir = "";
  world.state.idle_after = 1s;
  EXPECT_THAT(world.run().error().message(), HasSubstr("state.idle_after"));
  EXPECT_EQ(world.run().error().code(), base::ErrorCode::kInvalidConfig);
}

TEST(EvictorTest, ADiskThatTakesNoSnapshotKeepsDevicesInMemoryAndRecordsGoOn) {
  World world(1);
  add_turns(world, turns(10, 6));
  world.state.max_resident_devices = 2;
  world.state.checkpoint_interval = 5s;
  world.observer.on_batch = [&](const BatchReport& report) {
    if (report.batch == 1) world.files->crash();
  };
  EXPECT_FALSE(world.run().ok());  // No snapshot at the end.
  // An attempt each five of sixty seconds; at every batch it would be some 350.
  EXPECT_LT(world.operation.saves(), 100);
  // Fewer where the thread that saves is slow, but it is tried again and again.
  EXPECT_GT(world.operation.saves(), 12);
  EXPECT_EQ(world.totals.records_in, 60);
  EXPECT_EQ(world.totals.resident, 6);
  EXPECT_EQ(world.logs.lanes()[world.topic.at(0)].outcomes, expected_outcomes(world, 0));
  base::Random random(1);
  world.reboot(random);
  ASSERT_TRUE(world.run().ok());
  expect_whole(world);
}

}  // namespace
}  // namespace cortado::stream
