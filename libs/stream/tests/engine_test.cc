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
using testing::fill;
using ::testing::HasSubstr;
using testing::World;

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

TEST(EngineTest, ExactlyOnceIsRefusedWhereTheLogHasNoTransactions) {
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
  EXPECT_THAT(paths,
              ElementsAre("stream.batch_interval", "stream.drain_timeout", "stream.threads",
                          "stream.guarantee", "stream.recovery", "stream.max_batch_records",
                          "stream.max_batch_bytes", "stream.max_rate_per_partition",
                          "stream.max_crashes", "stream.max_bad_share", "stream.bad_share_window",
                          "state.store", "state.dir", "state.checkpoint_interval",
                          "state.snapshot_rate", "state.idle_after", "state.max_resident_devices"));
}

}  // namespace
}  // namespace cortado::stream
