// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// Devices that leave memory and come back, within whole engines.
#include <chrono>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine_world.h"

namespace cortado::stream {
namespace {

using namespace std::chrono_literals;
using testing::expected_outcomes;
using testing::fill;
using ::testing::HasSubstr;
using testing::LoggedOutcome;
using testing::World;

/// One record a second for the devices named, in this order.
void add_turns(World& world, const std::vector<std::string>& devices) {
  auto arrival = world.clock.steady();
  for (const std::string& device : devices) {
    world.topic.add(0, {.key = device, .value = "v" + device, .arrival = arrival += 1s});
  }
}

std::vector<std::string> turns(int rounds, int devices) {
  std::vector<std::string> result;
  for (int i = 0; i < rounds * devices; ++i) result.push_back("d" + std::to_string(i % devices));
  return result;
}

void expect_whole(World& world) {
  for (int partition = 0; partition < static_cast<int>(world.topic.partitions.size());
       ++partition) {
    const auto expected = expected_outcomes(world, partition);
    const auto outcomes = world.outcomes(partition);
    ASSERT_EQ(outcomes.size(), expected.size());
    for (const auto& [offset, versions] : outcomes) {
      for (const LoggedOutcome& outcome : versions) {
        EXPECT_EQ(outcome, expected[static_cast<std::size_t>(offset)]);
      }
    }
  }
}

std::string newest(World& world, std::string_view ending) {
  std::string result;
  for (const auto& [path, bytes] : world.disk.files()) {
    if (path.ends_with(ending)) result = path;
  }
  return result;
}

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
  EXPECT_GT(world.operation.saves(), 40);
  EXPECT_EQ(world.totals.records_in, 60);
  EXPECT_EQ(world.totals.resident, 6);
  EXPECT_EQ(world.logs.lanes()[world.topic.at(0)].outcomes, expected_outcomes(world, 0));
  base::Random random(1);
  world.reboot(random);
  ASSERT_TRUE(world.run().ok());
  expect_whole(world);
}

/// A world whose lane has evicted d0 to d3 and goes on with d0.
struct DamagedWorld : World {
  explicit DamagedWorld(const std::vector<std::string>& more = {}) : World(1) {
    std::vector<std::string> devices = turns(4, 4);
    devices.insert(devices.end(), more.begin(), more.end());
    add_turns(*this, devices);
    state.max_resident_devices = 1;
    state.checkpoint_interval = 1h;
  }
};

TEST(EvictorTest, ADamagedStateSendsTheLaneBackToTheSnapshotBefore) {
  for (const bool missing : {false, true}) {
    DamagedWorld world;
    ASSERT_TRUE(world.run().ok());
    const std::string pack = newest(world, ".pack");  // Of d3's last state alone.
    if (missing) {
      world.disk.files().erase(pack);
    } else {
      world.disk.files()[pack].back() ^= 1;
    }
    add_turns(world, {"d0", "d3", "d3"});
    ASSERT_TRUE(world.run().ok());
    // A pack that is gone is found at the start, a changed byte when the device's record comes.
    EXPECT_EQ(world.seeks.front().second, missing ? 14 : 16);
    EXPECT_EQ(world.seeks.back().second, 14);
    expect_whole(world);
    EXPECT_FALSE(world.disk.files().contains(pack));
  }
}

TEST(EvictorTest, AStateDamagedDuringTheRunSendsTheLaneBack) {
  DamagedWorld world({"d0", "d3"});
  world.observer.on_batch = [&](const BatchReport& report) {
    // After d3's last state is the newest on disk and before it is read.
    if (report.batch == 16) world.disk.files()[newest(world, ".pack")].back() ^= 1;
  };
  ASSERT_TRUE(world.run().ok());
  expect_whole(world);
  ASSERT_EQ(world.seeks.size(), 2U);
  EXPECT_EQ(world.seeks.back().second, 14);
  EXPECT_EQ(world.logs.lanes()[world.topic.at(0)].outcomes.size(), 17U + 4U);
}

TEST(EvictorTest, AStateThatIsBrokenInEverySnapshotStopsTheRunAndNeverStartsAnew) {
  for (const bool missing : {false, true}) {
    DamagedWorld world;
    ASSERT_TRUE(world.run().ok());
    add_turns(world, {"d1"});
    for (auto& [path, bytes] : world.disk.files()) {
      if (path.ends_with(".pack") && !missing) bytes.back() ^= 1;
    }
    if (missing)
      std::erase_if(world.disk.files(),
                    [](const auto& file) { return file.first.ends_with(".pack"); });
    for (int attempt = 0; attempt < 2; ++attempt) {
      const base::Status status = world.run();
      ASSERT_FALSE(status.ok());
      EXPECT_EQ(status.error().code(), base::ErrorCode::kCorrupt);
      EXPECT_THAT(status.error().message(), HasSubstr("none of the snapshots in state/in/0"));
      EXPECT_EQ(world.logs.lanes()[world.topic.at(0)].outcomes.size(), 16U);
    }
  }
}

TEST(EvictorTest, ADiskThatCannotBeReadEndsTheRunAndLosesNothing) {
  DamagedWorld world;
  ASSERT_TRUE(world.run().ok());
  add_turns(world, {"d1", "d2"});
  world.operation.fail_next_load(base::Error(base::ErrorCode::kIo, "device busy"));
  const base::Status status = world.run();
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message(), HasSubstr("device busy"));
  ASSERT_TRUE(world.run().ok());
  expect_whole(world);
  EXPECT_EQ(world.logs.lanes()[world.topic.at(0)].outcomes.size(), 18U);
}

TEST(EvictorTest, OtherLanesGoOnBesideADamagedOne) {
  World world(2);
  fill(world, 40, 4);
  world.state.max_resident_devices = 1;
  ASSERT_TRUE(world.run().ok());
  std::string damaged;
  for (const auto& [path, bytes] : world.disk.files()) {
    if (path.starts_with("state/in/0/") && path.ends_with(".pack")) damaged = path;
  }
  world.disk.files()[damaged].back() ^= 1;
  fill(world, 40, 4);
  ASSERT_TRUE(world.run().ok());
  expect_whole(world);
  EXPECT_EQ(world.logs.lanes()[world.topic.at(1)].outcomes.size(), 40U);
  EXPECT_GT(world.logs.lanes()[world.topic.at(0)].outcomes.size(), 40U);
}

}  // namespace
}  // namespace cortado::stream
