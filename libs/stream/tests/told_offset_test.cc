// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// The group's coordinator tells an offset from long ago, as one does that loads its offsets anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/stream/background.h"
#include "cortado/stream/pointer.h"
#include "engine_world.h"

namespace cortado::stream {
namespace {

using testing::expected_outcomes;
using testing::fill;
using ::testing::HasSubstr;
using testing::MemoryLogs;
using testing::World;

/// Of a process that fences and loads its lane, and dies before it comes to other jobs.
class DyingBackground final : public Background {
 public:
  void submit(std::function<void()> job) override {
    if (left_-- > 0) job();
  }
  bool wait(const std::function<bool()>& done, const std::function<bool()>&) override {
    return done();
  }

 private:
  int left_ = 2;
};

class ToldOffsetTest : public ::testing::Test {
 protected:
  ToldOffsetTest() : world_(1) {
    run(20);
    before_ = lane();
    run(20);
  }

  MemoryLogs::Lane& lane() { return world_.logs.lanes()[world_.topic.at(0)]; }

  void run(int records) {
    fill(world_, records, 4);
    const base::Status ran = world_.run();
    ASSERT_TRUE(ran.ok()) << ran.error().message();
  }

  void tell_the_offset_of_before(bool moved) {
    Pointer pointer = parse_pointer(before_.pointer).value();
    pointer.moved = moved;
    lane().committed = before_.committed;
    lane().pointer = format(pointer);
  }

  void expect_each_once() { EXPECT_EQ(lane().outcomes, expected_outcomes(world_, 0)); }

  World world_;
  MemoryLogs::Lane before_;
};

TEST_F(ToldOffsetTest, TheLaneWaitsUntilTheLogKnowsBetter) {
  const MemoryLogs::Lane newest = lane();
  tell_the_offset_of_before(false);
  fill(world_, 4, 4);
  testing::MemorySource source(world_.topic, world_.clock, world_.source_options);
  const auto engine = world_.make_engine(source).value();
  ASSERT_TRUE(engine->start().ok());
  for (int turn = 0; turn < 200; ++turn) ASSERT_TRUE(engine->turn(world_.stop.get_token()).ok());
  EXPECT_EQ(lane().outcomes, newest.outcomes);
  EXPECT_NE(world_.observer.lanes.back().state, LaneState::kStopped);
  EXPECT_THAT(world_.observer.lanes.back().reason, HasSubstr("tells offset 20, but"));
  lane() = newest;
  while (engine->turn(world_.stop.get_token()).value()) {
  }
  expect_each_once();
}

TEST_F(ToldOffsetTest, AMoveIsBelievedAndSoAreTheCommitsAfterIt) {
  lane().outcomes.resize(before_.outcomes.size());
  tell_the_offset_of_before(true);
  fill(world_, 4, 4);
  world_.state.checkpoint_interval = std::chrono::hours{1};
  world_.config.max_batch_records = 8;
  {
    DyingBackground background;
    world_.background = &background;
    testing::MemorySource source(world_.topic, world_.clock, world_.source_options);
    const auto engine = world_.make_engine(source).value();
    ASSERT_TRUE(engine->start().ok());
    while (lane().committed == before_.committed)
      ASSERT_TRUE(engine->turn(world_.stop.get_token()).ok());
    world_.background = nullptr;
  }
  EXPECT_FALSE(parse_pointer(lane().pointer).value().moved);
  ASSERT_LT(lane().committed, base::Offset(40)) << "what the snapshots hold that were given up";
  EXPECT_EQ(parse_pointer(lane().pointer).value().snapshot.name,
            parse_pointer(before_.pointer).value().snapshot.name)
      << "it died before its first snapshot";
  run(4);
  expect_each_once();
}

}  // namespace
}  // namespace cortado::stream
