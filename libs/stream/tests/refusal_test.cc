// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// A lane that has to stop after a batch leaves its models as of the committed offset, and stored.
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

class RefusalTest : public ::testing::Test {
 protected:
  RefusalTest() : world_(1) {
    world_.state.checkpoint_interval = 3600s;
    world_.config.max_batch_records = 50;
    world_.config.bad_share_window = 40;
    world_.operation_in_use = &former_;
  }

  testing::MemoryLogs::Lane& lane() { return world_.logs.lanes()[world_.topic.at(0)]; }

  /// The next start replays nothing, so that even other settings may begin, and goes on exactly.
  void expect_stored() {
    world_.config.max_bad_share = 1;
    world_.operation_in_use = &other_;
    const base::Status status = world_.run();
    EXPECT_TRUE(status.ok()) << status.error().message();
    EXPECT_EQ(world_.totals.replayed, 0);
    // At least once: what a batch wrote that was not committed is there too, with the same bytes.
    const auto written = world_.outcomes(0);
    const auto expected = expected_outcomes(world_, 0);
    ASSERT_EQ(written.size(), expected.size());
    for (const auto& [offset, outcomes] : written) {
      EXPECT_THAT(outcomes, ::testing::Each(expected[static_cast<std::size_t>(offset)]));
    }
  }

  World world_;
  HashOperator former_{"hash-1", 1, "input=8"};
  HashOperator other_{"hash-1", 1, "input=9"};
};

TEST_F(RefusalTest, AfterTheBreakerHasOpened) {
  fill(world_, 220, 4);
  // Good ones are in the batch that is not written, so that the models are ahead of it.
  for (int i = 0; i < 100; ++i) {
    world_.topic.add(0, {.key = "d0", .value = i % 4 == 0 ? "v" + std::to_string(i) : "bad"});
  }
  const base::Status status = world_.run();
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message(), HasSubstr("records cannot be read"));
  EXPECT_EQ(world_.observer.lanes.back().state, LaneState::kStopped);
  ASSERT_GT(lane().durable, 100U);
  expect_stored();
}

TEST_F(RefusalTest, AfterTheLogRefusedARecord) {
  fill(world_, 220, 4);
  bool refused = false;
  world_.logs.on_append = [&refused](std::int64_t number) -> base::Status {
    if (number < 130 || refused) return {};
    refused = true;
    return base::Error(base::ErrorCode::kInvalidArgument, "the topic refuses it");
  };
  const base::Status status = world_.run();
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message(), HasSubstr("the topic refuses it"));
  ASSERT_GT(lane().durable, 0U);
  expect_stored();
}

TEST_F(RefusalTest, AfterBatchesThatWereNeverCommitted) {
  fill(world_, 220, 4);
  world_.logs.on_commit = [](std::int64_t number) -> base::Result<CommitResult> {
    return number < 2 || number > 12 ? CommitResult::kCommitted : CommitResult::kAborted;
  };
  const base::Status status = world_.run();
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message(), HasSubstr("no batch could be committed"));
  ASSERT_GT(lane().durable, 0U);
  expect_stored();
}

TEST_F(RefusalTest, WithDevicesThatAreLoadedLate) {
  world_.state.max_resident_devices = 2;
  fill(world_, 220, 4);
  for (int i = 0; i < 100; ++i) world_.topic.add(0, {.key = "d0", .value = "bad"});
  ASSERT_FALSE(world_.run().ok());
  expect_stored();
}

TEST_F(RefusalTest, ADiskThatFailsThenHidesNoReason) {
  fill(world_, 220, 4);
  world_.logs.on_append = [this](std::int64_t number) -> base::Status {
    if (number < 130) return {};
    world_.files->crash();
    return base::Error(base::ErrorCode::kInvalidArgument, "the topic refuses it");
  };
  const base::Status status = world_.run();
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message(), HasSubstr("the topic refuses it"));
  EXPECT_EQ(static_cast<std::int64_t>(lane().durable), lane().committed->get());
}

TEST_F(RefusalTest, TheOthersGoOnMeanwhile) {
  World world(2);
  world.config.bad_share_window = 40;
  world.config.max_batch_records = 50;
  fill(world, 400, 4);
  for (int i = 0; i < 100; ++i) world.topic.add(0, {.key = "d0", .value = "bad"});
  fill(world, 400, 4);
  ASSERT_FALSE(world.run().ok());
  EXPECT_EQ(world.logs.lanes()[world.topic.at(1)].outcomes, expected_outcomes(world, 1));
}

}  // namespace
}  // namespace cortado::stream
