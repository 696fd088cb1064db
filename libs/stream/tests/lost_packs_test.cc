// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Somebody removes a lane's snapshots while it runs. Where all its models are in memory, they are
// stored anew; where devices leave memory, the lane loads an older snapshot.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine_world.h"
#include "turns.h"

namespace cortado::stream {
namespace {

using testing::expected_outcomes;
using testing::fill;
using testing::World;

void remove_snapshots(World& world) {
  std::erase_if(world.disk.files(), [](const auto& file) {
    return file.first.ends_with(".pack") || file.first.ends_with(".manifest");
  });
}

void check_goes_on(World& world) {
  fill(world, 40, 4);
  world.source_options.before_poll = nullptr;
  world.source_options.finishes = true;
  world.stop = std::stop_source();
  const base::Status went_on = world.run();
  ASSERT_TRUE(went_on.ok()) << went_on.error().message();
  EXPECT_EQ(world.logs.lanes()[world.topic.at(0)].outcomes, expected_outcomes(world, 0));
}

TEST(LostPacksTest, TheLastSnapshotHasTheDevicesThatDidNotChangeToo) {
  World world(1);
  fill(world, 40, 4);
  ASSERT_TRUE(world.run().ok());
  fill(world, 1, 1);
  world.source_options.before_poll = [&world](testing::MemorySource& source) {
    if (source.polls() == 1) remove_snapshots(world);
  };
  ASSERT_TRUE(world.run().ok());
  check_goes_on(world);
}

TEST(LostPacksTest, SoHasOneThatIsTakenOnTheWay) {
  World world(1);
  fill(world, 40, 4);
  ASSERT_TRUE(world.run().ok());
  fill(world, 1, 1);
  world.state.checkpoint_interval = std::chrono::milliseconds{1};
  world.source_options.finishes = false;
  world.source_options.before_poll = [&world](testing::MemorySource& source) {
    world.clock.sleep_until(world.clock.steady() + std::chrono::seconds{1});
    if (source.polls() == 1) remove_snapshots(world);
  };
  testing::MemorySource source(world.topic, world.clock, world.source_options);
  const auto engine = world.make_engine(source).value();
  ASSERT_TRUE(engine->start().ok());
  for (int turn = 0; turn < 50; ++turn) ASSERT_TRUE(engine->turn(world.stop.get_token()).ok());
  // It dies without a last one.
  check_goes_on(world);
}

TEST(LostPacksTest, WhereDevicesLeaveMemoryTheLanesLoadTheSnapshotBefore) {
  World world(2);
  world.state.max_resident_devices = 2;
  world.state.checkpoint_interval = std::chrono::hours{1};
  auto arrival = world.clock.steady();
  for (const std::string& device : testing::turns(20, 4)) {
    arrival += std::chrono::seconds(1);
    for (const int lane : {0, 1}) {
      const std::string name = device + "-" + std::to_string(lane);
      world.topic.add(lane, {.key = name, .value = "v", .arrival = arrival});
    }
  }
  bool removed = false;
  world.observer.on_batch = [&](const BatchReport& report) {
    if (removed || report.batch < 20) return;
    removed = true;
    for (const std::string folder : {"state/in/0/", "state/in/1/"}) {
      std::string newest;
      for (const auto& [path, bytes] : world.disk.files())
        if (path.starts_with(folder) && path.ends_with(".pack")) newest = path;
      world.disk.files().erase(newest);
    }
  };
  ASSERT_TRUE(world.run().ok());
  ASSERT_TRUE(removed);
  testing::expect_whole(world);
  EXPECT_GT(world.totals.replayed, 0);
}

}  // namespace
}  // namespace cortado::stream
