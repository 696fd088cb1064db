// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// Stops, lost partitions, failing logs, and state that does not fit.
#include <chrono>
#include <numeric>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine_world.h"

namespace cortado::stream {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using testing::expected_outcomes;
using testing::fill;
using ::testing::HasSubstr;
using testing::World;

TEST(EngineLifecycleTest, AStopFinishesTheBatchSnapshotsAndLeaves) {
  World world(1);
  fill(world, 100, 3);
  world.source_options.finishes = false;
  world.observer.on_batch = [&](const BatchReport&) { world.stop.request_stop(); };
  ASSERT_TRUE(world.run().ok());
  EXPECT_TRUE(world.closed);
  const std::int64_t committed = world.logs.lanes()[world.topic.at(0)].committed->get();
  EXPECT_EQ(committed, world.totals.records_in);
  world.stop = std::stop_source();
  world.observer.on_batch = nullptr;
  world.source_options.finishes = true;
  ASSERT_TRUE(world.run().ok());
  EXPECT_THAT(world.seeks, ElementsAre(std::pair(0, committed)));
  EXPECT_EQ(world.logs.lanes()[world.topic.at(0)].outcomes, expected_outcomes(world, 0));
}

TEST(EngineLifecycleTest, SomeOfThePartitionsAreEnough) {
  World world(3);
  fill(world, 30, 3);
  world.source_options.assigned = {0, 2};
  ASSERT_TRUE(world.run().ok());
  EXPECT_TRUE(world.closed);
  for (const int partition : {0, 2}) {
    EXPECT_EQ(world.logs.lanes()[world.topic.at(partition)].outcomes,
              expected_outcomes(world, partition));
  }
  EXPECT_TRUE(world.logs.lanes()[world.topic.at(1)].outcomes.empty());
}

TEST(EngineLifecycleTest, PartitionsMayGoToAnotherWorkerForGood) {
  World world(2);
  fill(world, 200, 4);
  world.source_options.most_per_poll = 20;
  world.source_options.before_poll = [](testing::MemorySource& source) {
    if (source.polls() == 5) source.revoke({1});
  };
  ASSERT_TRUE(world.run().ok());
  EXPECT_EQ(world.logs.lanes()[world.topic.at(0)].outcomes, expected_outcomes(world, 0));
  EXPECT_LT(world.logs.lanes()[world.topic.at(1)].outcomes.size(), 100U);
  world.source_options.before_poll = nullptr;
  ASSERT_TRUE(world.run().ok());
  EXPECT_EQ(world.logs.lanes()[world.topic.at(1)].outcomes, expected_outcomes(world, 1));
}

TEST(EngineLifecycleTest, ALaneThatCannotGoOnStopsAloneAndSaysWhy) {
  World world(2);
  fill(world, 20, 2);
  ASSERT_TRUE(world.run().ok());
  std::erase_if(world.disk.files(),
                [](const auto& file) { return file.first.starts_with("state/in/1/"); });
  fill(world, 20, 2);
  const base::Status status = world.run();
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message(), HasSubstr("in[1]"));
  EXPECT_EQ(world.logs.lanes()[world.topic.at(0)].outcomes, expected_outcomes(world, 0));
  EXPECT_EQ(world.logs.lanes()[world.topic.at(1)].outcomes.size(), 10U);
  ASSERT_EQ(world.observer.lanes.size(), 2U);
  EXPECT_EQ(world.observer.lanes[0].state, LaneState::kRunning);
  EXPECT_EQ(world.observer.lanes[1].state, LaneState::kStopped);
  EXPECT_THAT(world.observer.lanes[1].reason, HasSubstr("state.dir is not shared"));
  EXPECT_EQ(world.observer.lanes[1].next_offset, base::Offset(10)) << "how far behind it is";
}

TEST(EngineLifecycleTest, StateThatIsGoneIsAnError) {
  World world(1);
  fill(world, 10, 1);
  ASSERT_TRUE(world.run().ok());
  world.disk.files().clear();
  const base::Status status = world.run();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), base::ErrorCode::kCorrupt);
  EXPECT_THAT(status.error().message(), HasSubstr("state/in/0"));
  EXPECT_THAT(status.error().message(),
              HasSubstr("set both state.dir and kafka.group_id to new names"));
}

TEST(EngineLifecycleTest, StateOfAnotherClusterOrModelIsRefused) {
  World world(1);
  fill(world, 10, 1);
  ASSERT_TRUE(world.run().ok());
  world.cluster_id = "other";
  EXPECT_THAT(world.run().error().message(), HasSubstr("Kafka cluster \"cluster\""));
  world.cluster_id = "cluster";
  world.operation = testing::HashOperator("hash-2");
  EXPECT_THAT(world.run().error().message(), HasSubstr("model configuration \"hash-1\""));
}

TEST(EngineLifecycleTest, ASnapshotAboveTheLogsEndIsAnError) {
  World world(1);
  fill(world, 10, 1);
  ASSERT_TRUE(world.run().ok());
  world.topic.partitions[0].resize(4);
  const base::Status status = world.run();
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message(), HasSubstr("log ends at 4"));
}

TEST(EngineLifecycleTest, ADeviceKeepsItsFirstPartition) {
  World world(2);
  world.topic.add(0, {.key = "d", .value = "v0"});
  world.topic.add(1, {.key = "d", .value = "v1", .arrival = world.clock.steady() + 1s});
  world.topic.add(1, {.key = "e", .value = "v2", .arrival = world.clock.steady() + 1s});
  ASSERT_TRUE(world.run().ok());
  EXPECT_EQ(world.totals.devices, 2);
  EXPECT_EQ(world.totals.dead_letters, 1);
  const auto& outcomes = world.logs.lanes()[world.topic.at(1)].outcomes;
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_EQ(outcomes[0].kind, base::OutcomeKind::kDeadLetter);
  EXPECT_EQ(outcomes[0].device, "d");
  EXPECT_THAT(outcomes[0].reason, HasSubstr("in[1]"));
  EXPECT_THAT(outcomes[0].reason, HasSubstr("in[0]"));
  EXPECT_EQ(outcomes[1].kind, base::OutcomeKind::kEnriched);
}

TEST(EngineLifecycleTest, ARevokedLaneIsSavedAndItsSuccessorGoesOn) {
  World world(2);
  fill(world, 200, 4);
  world.source_options.most_per_poll = 20;
  world.source_options.before_poll = [](testing::MemorySource& source) {
    if (source.polls() == 5) source.revoke({1});
    if (source.polls() == 9) source.assign({1});
  };
  ASSERT_TRUE(world.run().ok());
  for (int partition = 0; partition < 2; ++partition) {
    EXPECT_EQ(world.logs.lanes()[world.topic.at(partition)].outcomes,
              expected_outcomes(world, partition));
  }
}

TEST(EngineLifecycleTest, ALostLaneWritesNothingAndItsSuccessorReplays) {
  World world(1);
  fill(world, 200, 4);
  world.source_options.most_per_poll = 20;
  world.config.max_batch_records = 10;
  world.source_options.before_poll = [](testing::MemorySource& source) {
    if (source.polls() == 9) source.lose({0});
    if (source.polls() == 9) source.assign({0});
  };
  ASSERT_TRUE(world.run().ok());
  EXPECT_THAT(world.seeks, ElementsAre(std::pair(0, 0), std::pair(0, 0)));
  // No snapshot was there: all is scored again, and what was committed is not written again.
  EXPECT_GT(world.totals.replayed, 0);
  EXPECT_EQ(world.logs.lanes()[world.topic.at(0)].outcomes, expected_outcomes(world, 0));
}

TEST(EngineLifecycleTest, AnAbortedBatchIsRepeatedFromTheLastSnapshot) {
  for (const CommitResult bad : {CommitResult::kAborted, CommitResult::kUnknown}) {
    World world(1);
    fill(world, 100, 4);
    world.config.max_batch_records = 10;
    world.logs.on_commit = [&](std::int64_t number) -> base::Result<CommitResult> {
      return number == 3 ? bad : CommitResult::kCommitted;
    };
    ASSERT_TRUE(world.run().ok());
    const auto expected = expected_outcomes(world, 0);
    const auto outcomes = world.outcomes(0);
    ASSERT_EQ(outcomes.size(), expected.size());
    for (const auto& [offset, versions] : outcomes) {
      for (const auto& outcome : versions) {
        EXPECT_EQ(outcome, expected[static_cast<std::size_t>(offset)]);
      }
    }
  }
}

TEST(EngineLifecycleTest, BatchesThatAreNeverCommittedEndTheRun) {
  World world(1);
  fill(world, 10, 1);
  world.logs.on_commit = [](std::int64_t) -> base::Result<CommitResult> {
    return CommitResult::kAborted;
  };
  const base::Status status = world.run();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), base::ErrorCode::kUnavailable);
}

TEST(EngineLifecycleTest, WhereALaneBeginsIsCommittedBeforeItRuns) {
  // With latest or a time the next one would begin behind what has come meanwhile.
  for (const int before : {0, 20}) {
    World world(2);
    fill(world, before, 2);
    world.source_options.finishes = false;
    world.source_options.from_latest = true;
    ASSERT_TRUE(world.run_and_die().ok());
    fill(world, 40, 2);
    world.source_options.finishes = true;
    ASSERT_TRUE(world.run().ok());
    for (const int partition : {0, 1}) {
      std::vector<std::int64_t> offsets;
      for (const auto& outcome : world.logs.lanes()[world.topic.at(partition)].outcomes)
        offsets.push_back(outcome.offset);
      std::vector<std::int64_t> wanted(20);
      std::iota(wanted.begin(), wanted.end(), before / 2);
      EXPECT_EQ(offsets, wanted);
    }
  }
}

TEST(EngineLifecycleTest, ALaneWhoseBeginningIsNotCommittedTakesNoRecord) {
  World world(1);
  world.source_options.finishes = false;
  world.source_options.from_latest = true;
  world.logs.on_commit = [&](std::int64_t number) -> base::Result<CommitResult> {
    // Meanwhile the log grows: the lane may begin there then, for nothing has counted yet.
    if (number == 0) fill(world, 5, 1);
    return number == 0 ? CommitResult::kAborted : CommitResult::kCommitted;
  };
  ASSERT_TRUE(world.run_and_die().ok());
  const auto& lane = world.logs.lanes()[world.topic.at(0)];
  EXPECT_EQ(lane.committed, base::Offset(5));
  EXPECT_TRUE(lane.outcomes.empty());
}

TEST(EngineLifecycleTest, AFailingLogEndsTheRunAndTheStateStaysBehindIt) {
  World world(1);
  fill(world, 100, 4);
  world.config.max_batch_records = 10;
  world.logs.on_append = [](std::int64_t number) -> base::Status {
    if (number == 35) return base::Error(base::ErrorCode::kIo, "broker gone");
    return {};
  };
  const base::Status status = world.run();
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message(), HasSubstr("broker gone"));
  world.logs.on_append = nullptr;
  ASSERT_TRUE(world.run().ok());
  const auto expected = expected_outcomes(world, 0);
  const auto outcomes = world.outcomes(0);
  ASSERT_EQ(outcomes.size(), expected.size());
  for (const auto& [offset, versions] : outcomes) {
    EXPECT_EQ(versions.back(), expected[static_cast<std::size_t>(offset)]);
  }
}

TEST(EngineLifecycleTest, SnapshotsComeWhenTheirTimeHasCome) {
  World world(1);
  const auto begin = world.clock.steady();
  for (int i = 0; i < 100; ++i) {
    world.topic.add(0, {.key = "d", .value = "v", .arrival = begin + i * 1s});
  }
  world.state.checkpoint_interval = 10s;
  std::set<std::string> manifests;
  world.observer.on_batch = [&](const BatchReport&) {
    for (const auto& [path, bytes] : world.disk.files()) {
      if (path.ends_with(".manifest")) manifests.insert(path);
    }
  };
  ASSERT_TRUE(world.run().ok());
  EXPECT_GE(manifests.size(), 9U);
  EXPECT_LE(manifests.size(), 12U);
}

TEST(EngineLifecycleTest, AFullDiskAtTheFirstStartIsWaitedFor) {
  // The state's folder, the lane's, its group's name, the first snapshot: each in turn finds none.
  for (int attempts = 1; attempts <= 12; ++attempts) {
    World world(2);
    fill(world, 100, 4);
    world.files->fill(attempts);
    const base::Status status = world.run();
    ASSERT_TRUE(status.ok()) << status.error().message();
    EXPECT_FALSE(world.files->full());
    for (const int partition : {0, 1}) {
      EXPECT_EQ(world.logs.lanes()[world.topic.at(partition)].outcomes,
                expected_outcomes(world, partition));
    }
  }
}

}  // namespace
}  // namespace cortado::stream
