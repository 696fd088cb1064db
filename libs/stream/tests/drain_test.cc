// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// Leaving and giving partitions away take no longer than stream.drain_timeout.
#include <chrono>
#include <functional>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine_world.h"

namespace cortado::stream {
namespace {

using namespace std::chrono_literals;
using testing::expected_outcomes;
using testing::fill;
using ::testing::HasSubstr;
using testing::World;

/// Does jobs at once, or, while it hangs, not at all.
class HangingBackground final : public Background {
 public:
  void submit(std::function<void()> job) override {
    if (!hangs_) return job();
    jobs_.push_back(std::move(job));
  }
  bool wait(const std::function<bool()>& done, const std::function<bool()>& give_up) override {
    while (!done()) {
      if (give_up()) return false;
    }
    return true;
  }
  void hang() { hangs_ = true; }
  void go_on() {
    hangs_ = false;
    for (const auto& job : jobs_) job();
    jobs_.clear();
  }
  std::size_t waiting() const { return jobs_.size(); }

 private:
  bool hangs_ = false;
  std::vector<std::function<void()>> jobs_;
};

TEST(DrainTest, ASnapshotThatDoesNotEndHoldsUpNoRevocation) {
  World world(2);
  fill(world, 400, 4);
  HangingBackground background;
  world.background = &background;
  world.config.drain_timeout = 0ms;
  world.config.max_batch_records = 10;
  world.state.checkpoint_interval = 0ms;
  world.source_options.most_per_poll = 20;
  std::size_t under_way = 0;
  world.source_options.before_poll = [&](testing::MemorySource& source) {
    if (source.polls() == 6) background.hang();
    if (source.polls() == 12) {
      under_way = background.waiting();
      source.revoke({1});
      background.go_on();
    }
  };
  ASSERT_TRUE(world.run().ok());
  EXPECT_GT(under_way, 0U);
  EXPECT_EQ(world.logs.lanes()[world.topic.at(0)].outcomes, expected_outcomes(world, 0));
  EXPECT_LT(world.logs.lanes()[world.topic.at(1)].outcomes.size(), 200U);
  // Its next owner has to score more of it again, and nothing is missing.
  world.background = nullptr;
  world.source_options.before_poll = nullptr;
  ASSERT_TRUE(world.run().ok());
  EXPECT_GT(world.totals.replayed, 0);
  EXPECT_EQ(world.logs.lanes()[world.topic.at(1)].outcomes, expected_outcomes(world, 1));
}

TEST(DrainTest, WhoeverIsToldToLeaveLeavesWhatIsNotDoneInTime) {
  World world(2);
  fill(world, 100, 4);
  world.config.drain_timeout = 0ms;
  world.source_options.finishes = false;
  world.observer.on_batch = [&](const BatchReport&) { world.stop.request_stop(); };
  const base::Status left = world.run();
  ASSERT_FALSE(left.ok());
  EXPECT_EQ(left.error().code(), base::ErrorCode::kUnavailable);
  EXPECT_THAT(left.error().message(), HasSubstr("stream.drain_timeout was over"));
  EXPECT_TRUE(world.closed);
  world.stop = std::stop_source();
  world.observer.on_batch = nullptr;
  world.source_options.finishes = true;
  // Nobody asks it to leave now, so that it takes the time that it needs.
  ASSERT_TRUE(world.run().ok());
  EXPECT_GT(world.totals.replayed, 0);
  for (int partition = 0; partition < 2; ++partition) {
    EXPECT_EQ(world.logs.lanes()[world.topic.at(partition)].outcomes,
              expected_outcomes(world, partition));
  }
}

}  // namespace
}  // namespace cortado::stream
