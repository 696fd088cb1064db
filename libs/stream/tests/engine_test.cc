// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/stream/engine.h"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine_world.h"

namespace cortado::stream {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using testing::expected_outcomes;
using ::testing::HasSubstr;
using testing::InputRecord;
using testing::World;

void fill(World& world, int records, int devices) {
  for (int i = 0; i < records; ++i) {
    const int device = i % devices;
    const int partition = device % static_cast<int>(world.topic.partitions.size());
    world.topic.add(partition, {.key = "d" + std::to_string(device),
                                .value = "v" + std::to_string(i),
                                .header = i % 3 == 0 ? "header" + std::to_string(i) : ""});
  }
}

TEST(EngineTest, EveryRecordHasItsOutcomeInOffsetOrder) {
  World world(3);
  fill(world, 1000, 7);
  ASSERT_TRUE(world.run().ok());
  for (int partition = 0; partition < 3; ++partition) {
    EXPECT_EQ(world.logs.lanes()[world.topic.at(partition)].outcomes,
              expected_outcomes(world, partition));
    EXPECT_EQ(world.logs.lanes()[world.topic.at(partition)].committed->get(),
              world.topic.size(partition));
  }
  EXPECT_EQ(world.totals.records_in, 1000);
  EXPECT_EQ(world.totals.enriched, 1000);
  EXPECT_EQ(world.totals.devices, 7);
  EXPECT_EQ(world.observer.rows, 1000);
  EXPECT_TRUE(world.observer.same_length);
  EXPECT_TRUE(world.closed);
}

TEST(EngineTest, DeadLettersAndIgnoredRecordsAreCountedAndKeepTheirPlace) {
  World world(1);
  for (const char* value : {"v1", "bad", "skip", "alarm", "v2"}) {
    world.topic.add(0, {.key = "d", .value = value});
  }
  ASSERT_TRUE(world.run().ok());
  EXPECT_EQ(world.logs.lanes()[world.topic.at(0)].outcomes, expected_outcomes(world, 0));
  EXPECT_EQ(world.totals.records_in, 5);
  EXPECT_EQ(world.totals.enriched, 3);
  EXPECT_EQ(world.totals.dead_letters, 1);
  EXPECT_EQ(world.totals.ignored, 1);
  EXPECT_EQ(world.totals.alarms, 1);
}

TEST(EngineTest, ThreadsChangeNoByte) {
  World one(4);
  World four(4);
  fill(one, 5000, 40);
  fill(four, 5000, 40);
  four.config.threads = 4;
  four.source_options.seed = 99;
  ASSERT_TRUE(one.run().ok());
  ASSERT_TRUE(four.run().ok());
  for (int partition = 0; partition < 4; ++partition) {
    EXPECT_EQ(one.logs.lanes()[one.topic.at(partition)].outcomes,
              four.logs.lanes()[four.topic.at(partition)].outcomes);
  }
}

TEST(EngineTest, ARestartGoesOnWithTheModelsAfterTheLastRecord) {
  World world(2);
  fill(world, 100, 4);
  ASSERT_TRUE(world.run().ok());
  fill(world, 100, 6);
  ASSERT_TRUE(world.run().ok());
  EXPECT_THAT(world.seeks, ElementsAre(std::pair(0, 50), std::pair(1, 50)));
  for (int partition = 0; partition < 2; ++partition) {
    EXPECT_EQ(world.logs.lanes()[world.topic.at(partition)].outcomes,
              expected_outcomes(world, partition));
  }
}

TEST(EngineTest, WithoutAStateFolderNothingIsWritten) {
  World world(1);
  fill(world, 10, 1);
  world.state.dir = "";
  ASSERT_TRUE(world.run().ok());
  EXPECT_TRUE(world.disk.files().empty());
  EXPECT_EQ(world.totals.enriched, 10);
}

TEST(EngineTest, ABatchClosesAtItsBound) {
  World world(1);
  fill(world, 1000, 3);
  world.config.max_batch_records = 100;
  ASSERT_TRUE(world.run().ok());
  ASSERT_GE(world.observer.reports.size(), 10U);
  for (const BatchReport& report : world.observer.reports) {
    EXPECT_LE(report.input_rows, 100);
    EXPECT_EQ(report.scheduling_delay, 0ns);
  }
  EXPECT_EQ(world.logs.lanes()[world.topic.at(0)].outcomes, expected_outcomes(world, 0));
}

TEST(EngineTest, ABatchClosesAtItsBytes) {
  World world(1);
  for (int i = 0; i < 50; ++i) {
    world.topic.add(0,
                    {.key = "d", .value = std::string(300'000, static_cast<char>('a' + i % 20))});
  }
  world.config.max_batch_bytes = 1 << 20;
  ASSERT_TRUE(world.run().ok());
  for (const BatchReport& report : world.observer.reports) EXPECT_LE(report.input_rows, 20);
  EXPECT_EQ(world.logs.lanes()[world.topic.at(0)].outcomes, expected_outcomes(world, 0));
}

TEST(EngineTest, TheFirstTickStartsAtOnceTheOthersOnTheGrid) {
  World world(1);
  world.config.batch_interval = 500ms;
  const auto begin = world.clock.steady();
  // One record each 100 ms: the first makes a tick, then five at a time.
  for (int i = 0; i < 16; ++i) {
    world.topic.add(0, {.key = "d", .value = "v", .arrival = begin + i * 100ms});
  }
  ASSERT_TRUE(world.run().ok());
  std::vector<std::int64_t> rows;
  for (const BatchReport& report : world.observer.reports) {
    rows.push_back(report.input_rows);
    EXPECT_EQ(report.scheduling_delay, 0ns);
    EXPECT_FALSE(report.overrun);
  }
  EXPECT_THAT(rows, ElementsAre(1, 5, 5, 5));
}

TEST(EngineTest, ASlowTickDelaysTheNextAndIsAnOverrun) {
  World world(1);
  world.config.batch_interval = 100ms;
  const auto begin = world.clock.steady();
  for (int i = 0; i < 3; ++i) {
    world.topic.add(0, {.key = "d", .value = "v", .arrival = begin + i * 100ms});
  }
  world.logs.on_commit = [&](std::int64_t number) -> base::Result<CommitResult> {
    if (number == 0) world.clock.advance(130ms);
    return CommitResult::kCommitted;
  };
  ASSERT_TRUE(world.run().ok());
  const auto& reports = world.observer.reports;
  ASSERT_EQ(reports.size(), 3U);
  EXPECT_TRUE(reports[0].overrun);
  EXPECT_EQ(reports[0].processing_time, 130ms);
  EXPECT_EQ(reports[1].scheduling_delay, 30ms);
  EXPECT_EQ(reports[1].total_delay, 30ms);
  EXPECT_FALSE(reports[1].overrun);
  EXPECT_EQ(reports[2].scheduling_delay, 0ns);
  EXPECT_EQ(world.totals.overruns, 1);
}

TEST(EngineTest, AStopFinishesTheBatchSnapshotsAndLeaves) {
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

TEST(EngineTest, FewerThanAllPartitionsEndTheRun) {
  World world(3);
  fill(world, 10, 3);
  world.source_options.assigned = {0, 2};
  world.source_options.finishes = false;
  const base::Status status = world.run();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), base::ErrorCode::kUnavailable);
  EXPECT_THAT(status.error().message(), HasSubstr("2 of 3 partitions"));
  EXPECT_TRUE(world.closed);
}

TEST(EngineTest, TheStateFolderBelongsToOneProcess) {
  World world(1);
  fill(world, 1, 1);
  const auto lock = world.disk.lock("state/lock");
  const base::Status status = world.run();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), base::ErrorCode::kLocked);
  EXPECT_THAT(status.error().message(), HasSubstr("state/lock"));
}

TEST(EngineTest, StateThatIsGoneIsAnError) {
  World world(1);
  fill(world, 10, 1);
  ASSERT_TRUE(world.run().ok());
  world.disk.files().clear();
  const base::Status status = world.run();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), base::ErrorCode::kCorrupt);
  EXPECT_THAT(status.error().message(), HasSubstr("state/in/0"));
  EXPECT_THAT(status.error().message(), HasSubstr("cortado state reset"));
}

TEST(EngineTest, StateOfAnotherClusterOrModelIsRefused) {
  World world(1);
  fill(world, 10, 1);
  ASSERT_TRUE(world.run().ok());
  world.cluster_id = "other";
  EXPECT_THAT(world.run().error().message(), HasSubstr("Kafka cluster \"cluster\""));
  world.cluster_id = "cluster";
  world.operation = testing::HashOperator("hash-2");
  EXPECT_THAT(world.run().error().message(), HasSubstr("model configuration \"hash-1\""));
}

TEST(EngineTest, ASnapshotAboveTheLogsEndIsAnError) {
  World world(1);
  fill(world, 10, 1);
  ASSERT_TRUE(world.run().ok());
  world.topic.partitions[0].resize(4);
  const base::Status status = world.run();
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message(), HasSubstr("log ends at 4"));
}

TEST(EngineTest, ADeviceKeepsItsFirstPartition) {
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

TEST(EngineTest, ARevokedLaneIsSavedAndItsSuccessorGoesOn) {
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

TEST(EngineTest, ALostLaneWritesNothingAndItsSuccessorRepeats) {
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
  EXPECT_GT(world.logs.lanes()[world.topic.at(0)].outcomes.size(), 200U);
  const auto expected = expected_outcomes(world, 0);
  for (const auto& outcome : world.logs.lanes()[world.topic.at(0)].outcomes) {
    EXPECT_EQ(outcome, expected[static_cast<std::size_t>(outcome.offset)]);
  }
}

TEST(EngineTest, AnAbortedBatchIsRepeatedFromTheLastSnapshot) {
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

TEST(EngineTest, BatchesThatAreNeverCommittedEndTheRun) {
  World world(1);
  fill(world, 10, 1);
  world.logs.on_commit = [](std::int64_t) -> base::Result<CommitResult> {
    return CommitResult::kAborted;
  };
  const base::Status status = world.run();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), base::ErrorCode::kUnavailable);
}

TEST(EngineTest, AFailingLogEndsTheRunAndTheStateStaysBehindIt) {
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

TEST(EngineTest, SnapshotsComeWhenTheirTimeHasCome) {
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

TEST(EngineTest, ExactlyOnceIsNotPromised) {
  World world(1);
  world.config.guarantee = Guarantee::kExactlyOnce;
  EXPECT_EQ(world.run().error().code(), base::ErrorCode::kUnsupported);
}

TEST(EngineTest, DescribesItsKeys) {
  StreamConfig stream;
  StateConfig state;
  std::vector<std::string> paths;
  for (const auto& option : describe(stream)) paths.push_back(option.path);
  for (const auto& option : describe(state)) paths.push_back(option.path);
  EXPECT_THAT(paths, ElementsAre("stream.batch_interval", "stream.threads", "stream.guarantee",
                                 "stream.max_batch_records", "stream.max_batch_bytes", "state.dir",
                                 "state.checkpoint_interval"));
}

}  // namespace
}  // namespace cortado::stream
