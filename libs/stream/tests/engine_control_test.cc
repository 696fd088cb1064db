// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// What others may ask of a running engine: pause, resume, a snapshot now.
#include "cortado/stream/engine_control.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
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
using testing::MemorySource;
using testing::World;

/// An engine that somebody asks, and does not end before it is told to.
class EngineControlTest : public ::testing::Test {
 protected:
  EngineControlTest() {
    world.control = &control;
    world.source_options.finishes = false;
    world.source_options.most_per_poll = 20;
    world.source_options.before_poll = [this](MemorySource& source) {
      EXPECT_LT(source.polls(), 5000) << "it never ends";
      if (source.polls() >= 5000) return static_cast<void>(world.stop.request_stop());
      if (step) step(source);
    };
  }

  /// Ask and keep the answer.
  std::shared_ptr<std::optional<ControlAnswer>> ask(ControlAction action,
                                                    std::optional<int> partition = {},
                                                    std::chrono::milliseconds patience = 60s) {
    auto answer = std::make_shared<std::optional<ControlAnswer>>();
    ControlRequest request{.action = action, .patience = patience};
    if (partition) request.partition = base::Partition(*partition);
    control.ask(request, [answer](ControlAnswer told) { *answer = std::move(told); });
    return answer;
  }
  std::int64_t committed(int partition) {
    const auto& lane = world.logs.lanes()[world.topic.at(partition)];
    return lane.committed ? lane.committed->get() : 0;
  }
  std::int64_t size(int partition) { return world.topic.size(partition); }
  LaneState state(std::size_t lane) { return world.observer.lanes.at(lane).state; }

  World world{2};
  EngineControl control;
  std::function<void(MemorySource&)> step;
};

TEST_F(EngineControlTest, APausedLaneTakesNoRecordsUntilItIsResumed) {
  fill(world, 400, 4);
  std::shared_ptr<std::optional<ControlAnswer>> paused;
  std::shared_ptr<std::optional<ControlAnswer>> resumed;
  std::int64_t at_pause = 0;
  int looks = 0;
  step = [&](MemorySource& source) {
    if (source.polls() == 3) paused = ask(ControlAction::kPause, 1);
    if (!resumed && committed(0) == size(0) && ++looks == 50) {
      at_pause = committed(1);
      EXPECT_EQ(state(0), LaneState::kRunning);
      EXPECT_EQ(state(1), LaneState::kPaused);
      resumed = ask(ControlAction::kResume, 1);
    }
    if (committed(0) == size(0) && committed(1) == size(1)) world.stop.request_stop();
  };
  ASSERT_TRUE(world.run().ok());
  ASSERT_TRUE(paused->has_value() && (*paused)->ok());
  ASSERT_EQ((**paused)->size(), 1U);
  EXPECT_EQ((**paused)->front().lane, world.topic.at(1));
  EXPECT_EQ((**paused)->front().state, LaneState::kPaused);
  EXPECT_LT(at_pause, size(1));
  ASSERT_TRUE(resumed->has_value() && (*resumed)->ok());
  EXPECT_EQ((**resumed)->front().state, LaneState::kRunning);
  EXPECT_EQ((**resumed)->front().next_offset.get(), at_pause);
  for (const int lane : {0, 1})
    EXPECT_EQ(world.logs.lanes()[world.topic.at(lane)].outcomes, expected_outcomes(world, lane));
}

TEST_F(EngineControlTest, AHoldOfAllCountsForPartitionsThatComeLater) {
  fill(world, 100, 4);
  std::shared_ptr<std::optional<ControlAnswer>> one;
  step = [&](MemorySource& source) {
    if (source.polls() == 1) ask(ControlAction::kPause);
    if (source.polls() == 2) source.revoke({1});
    if (source.polls() == 5) source.assign({1});
    if (source.polls() == 50) {
      EXPECT_LT(committed(1), size(1));
      EXPECT_EQ(state(1), LaneState::kPaused);
      one = ask(ControlAction::kResume, 1);
    }
    if (source.polls() == 60) ask(ControlAction::kResume);
    if (committed(0) == size(0) && committed(1) == size(1)) world.stop.request_stop();
  };
  ASSERT_TRUE(world.run().ok());
  ASSERT_TRUE(one->has_value() && !(*one)->ok());
  EXPECT_THAT((*one)->error().message(), HasSubstr("the whole worker is paused"));
  EXPECT_EQ(world.logs.lanes()[world.topic.at(1)].outcomes, expected_outcomes(world, 1));
}

TEST_F(EngineControlTest, APartitionThatComesBackIsStillPaused) {
  fill(world, 200, 4);
  step = [&](MemorySource& source) {
    if (source.polls() == 2) ask(ControlAction::kPause, 1);
    if (source.polls() == 4) source.revoke({1});
    if (source.polls() == 6) source.assign({1});
    if (source.polls() == 60) {
      EXPECT_EQ(state(1), LaneState::kPaused);
      EXPECT_LT(committed(1), size(1));
      ask(ControlAction::kResume, 1);
    }
    if (committed(0) == size(0) && committed(1) == size(1)) world.stop.request_stop();
  };
  ASSERT_TRUE(world.run().ok());
  EXPECT_EQ(world.logs.lanes()[world.topic.at(1)].outcomes, expected_outcomes(world, 1));
}

TEST_F(EngineControlTest, ASnapshotIsAnsweredOnceACommitNamesIt) {
  fill(world, 200, 6);
  world.state.checkpoint_interval = std::chrono::hours(24);
  std::shared_ptr<std::optional<ControlAnswer>> answer;
  std::map<int, std::string> pointers;
  step = [&](MemorySource&) {
    if (committed(0) < size(0) || committed(1) < size(1)) return;
    if (!answer) {
      EXPECT_TRUE(world.observer.snapshots.empty());
      answer = ask(ControlAction::kSnapshot);
    } else if (answer->has_value() && pointers.empty()) {
      for (const int lane : {0, 1})
        pointers[lane] = world.logs.lanes()[world.topic.at(lane)].pointer;
      world.stop.request_stop();
    }
  };
  ASSERT_TRUE(world.run().ok());
  ASSERT_TRUE(answer->has_value() && (*answer)->ok());
  ASSERT_EQ((**answer)->size(), 2U);
  for (const ControlledLane& lane : ***answer) {
    EXPECT_TRUE(lane.durable);
    EXPECT_EQ(lane.devices, 3);
    EXPECT_GT(lane.bytes, 0);
    EXPECT_EQ(lane.next_offset.get(), 100);
    EXPECT_THAT(pointers[lane.lane.partition.get()], HasSubstr("lw=100"));
  }
  // Nothing changed since: the last snapshot of a leaving engine has nothing to add.
  EXPECT_EQ(world.observer.snapshots.size(), 2U);
}

TEST_F(EngineControlTest, APausedLaneIsSnapshotToo) {
  fill(world, 400, 4);
  world.state.checkpoint_interval = std::chrono::hours(24);
  std::shared_ptr<std::optional<ControlAnswer>> answer;
  step = [&](MemorySource& source) {
    if (source.polls() == 5) ask(ControlAction::kPause);
    if (source.polls() == 10) answer = ask(ControlAction::kSnapshot);
    if (answer && answer->has_value()) world.stop.request_stop();
  };
  ASSERT_TRUE(world.run().ok());
  ASSERT_TRUE((*answer)->ok());
  for (const ControlledLane& lane : ***answer) {
    EXPECT_TRUE(lane.durable);
    EXPECT_EQ(lane.state, LaneState::kPaused);
    EXPECT_LT(lane.next_offset.get(), 200);
  }
}

TEST_F(EngineControlTest, ASnapshotThatFailsIsAnsweredWithItsError) {
  fill(world, 100, 4);
  world.state.checkpoint_interval = std::chrono::hours(24);
  std::shared_ptr<std::optional<ControlAnswer>> answer;
  step = [&](MemorySource&) {
    if (committed(0) < size(0) || committed(1) < size(1)) return;
    if (!answer) {
      world.files->arm(0, base::testing::Fault::kFail);
      answer = ask(ControlAction::kSnapshot);
    }
    if (answer->has_value()) world.stop.request_stop();
  };
  static_cast<void>(world.run());
  ASSERT_TRUE(answer->has_value());
  EXPECT_FALSE((*answer)->ok());
}

TEST_F(EngineControlTest, WhateverIsAskedChangesNoOutcome) {
  fill(world, 2000, 7);
  world.state.checkpoint_interval = 2s;
  base::Random random(7);
  std::vector<std::shared_ptr<std::optional<ControlAnswer>>> answers;
  step = [&](MemorySource& source) {
    const bool all = committed(0) == size(0) && committed(1) == size(1);
    if (all) {
      world.stop.request_stop();
    } else if (source.polls() > 1000) {
      ask(ControlAction::kResume);
    } else if (random.below(3) == 0) {
      const auto action = static_cast<ControlAction>(random.below(3));
      const auto partition = static_cast<int>(random.below(3));
      answers.push_back(ask(action, partition == 2 ? std::nullopt : std::optional(partition)));
    } else if (random.below(20) == 0) {
      source.revoke({1});
      source.assign({1});
    }
  };
  ASSERT_TRUE(world.run().ok());
  for (const int lane : {0, 1})
    EXPECT_EQ(world.logs.lanes()[world.topic.at(lane)].outcomes, expected_outcomes(world, lane));
  EXPECT_GT(answers.size(), 20U);
  for (const auto& answer : answers) EXPECT_TRUE(answer->has_value());
}

TEST_F(EngineControlTest, WhoIsNotPatientIsToldHowFarItIs) {
  fill(world, 100, 4);
  world.state.checkpoint_interval = std::chrono::hours(24);
  world.state.snapshot_rate = 1;
  std::shared_ptr<std::optional<ControlAnswer>> answer;
  step = [&](MemorySource&) {
    if (committed(0) < size(0) || committed(1) < size(1)) return;
    if (!answer) answer = ask(ControlAction::kSnapshot, {}, 1s);
    if (answer->has_value()) world.stop.request_stop();
  };
  ASSERT_TRUE(world.run().ok());
  ASSERT_TRUE((*answer)->ok());
  EXPECT_TRUE(std::any_of((**answer)->begin(), (**answer)->end(),
                          [](const ControlledLane& lane) { return !lane.durable; }));
}

TEST_F(EngineControlTest, WhatCannotBeDoneIsRefused) {
  fill(world, 10, 2);
  world.state.dir.clear();
  std::shared_ptr<std::optional<ControlAnswer>> unknown;
  std::shared_ptr<std::optional<ControlAnswer>> stateless;
  step = [&](MemorySource& source) {
    if (source.polls() == 2) unknown = ask(ControlAction::kPause, 7);
    if (source.polls() == 2) stateless = ask(ControlAction::kSnapshot);
    if (source.polls() == 4) world.stop.request_stop();
  };
  ASSERT_TRUE(world.run().ok());
  EXPECT_EQ((*unknown)->error().code(), base::ErrorCode::kNotFound);
  EXPECT_EQ((*stateless)->error().code(), base::ErrorCode::kUnsupported);
  const auto late = ask(ControlAction::kPause);
  EXPECT_EQ((*late)->error().code(), base::ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace cortado::stream
