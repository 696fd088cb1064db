// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// Evicted devices whose stored states cannot be read.
#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine_world.h"
#include "turns.h"

namespace cortado::stream {
namespace {

using namespace std::chrono_literals;
using testing::add_turns;
using testing::expect_whole;
using testing::fill;
using ::testing::HasSubstr;
using testing::turns;
using testing::World;

std::string newest(World& world, std::string_view ending) {
  std::string result;
  for (const auto& [path, bytes] : world.disk.files()) {
    if (path.ends_with(ending)) result = path;
  }
  return result;
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

TEST(EvictorDamageTest, ADamagedStateSendsTheLaneBackToTheSnapshotBefore) {
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

TEST(EvictorDamageTest, AStateDamagedDuringTheRunSendsTheLaneBack) {
  DamagedWorld world({"d0", "d3"});
  world.observer.on_batch = [&](const BatchReport& report) {
    // After d3's last state is the newest on disk and before it is read.
    if (report.batch == 16) world.disk.files()[newest(world, ".pack")].back() ^= 1;
  };
  ASSERT_TRUE(world.run().ok());
  expect_whole(world);
  ASSERT_EQ(world.seeks.size(), 2U);
  EXPECT_EQ(world.seeks.back().second, 14);
  EXPECT_EQ(world.logs.lanes()[world.topic.at(0)].outcomes.size(),
            18U);  // Scored again, not written again.
  EXPECT_EQ(world.totals.replayed, 3);
}

TEST(EvictorDamageTest, AStateThatIsBrokenInEverySnapshotStopsTheRunAndNeverStartsAnew) {
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

TEST(EvictorDamageTest, ADiskThatCannotBeReadEndsTheRunAndLosesNothing) {
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

TEST(EvictorDamageTest, OtherLanesGoOnBesideADamagedOne) {
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
  EXPECT_EQ(world.logs.lanes()[world.topic.at(0)].outcomes.size(), 40U);
  EXPECT_GT(world.totals.replayed, 0);
}

}  // namespace
}  // namespace cortado::stream
