// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// How fast a lane takes records: by its bound, and by what the operator is found to manage.
#include "../src/pace.h"

#include <gtest/gtest.h>

#include "engine_world.h"

namespace cortado::stream {
namespace {

using namespace std::chrono_literals;
using testing::expected_outcomes;
using testing::fill;
using testing::World;

TEST(PaceTest, AllowsABatchIntervalsShare) {
  Pace pace(1000, 500ms);
  ASSERT_TRUE(pace.bounded());
  EXPECT_EQ(pace.allowance(1s), 500);
  pace.spend(500);
  EXPECT_EQ(pace.allowance(1s), 0);
  EXPECT_EQ(pace.allowance(1100ms), 100);
  pace.spend(40);
  EXPECT_EQ(pace.allowance(1200ms), 160);
  // A long pause saves up no more than an interval's share.
  EXPECT_EQ(pace.allowance(100s), 500);
}

TEST(PaceTest, ALowRateLetsSingleRecordsThrough) {
  Pace pace(1, 100ms);
  EXPECT_EQ(pace.allowance(1s), 1);
  pace.spend(1);
  EXPECT_EQ(pace.allowance(1900ms), 0);
  EXPECT_EQ(pace.allowance(2001ms), 1);
}

TEST(PaceTest, NoRateIsNoBound) { EXPECT_FALSE(Pace(0, 100ms).bounded()); }

TEST(MaxRateTest, ABacklogIsTakenAtTheRateWithinBoundedMemory) {
  World world(2);
  fill(world, 4000, 4);
  world.config.batch_interval = 500ms;
  world.config.max_rate_per_partition = 100;
  world.config.max_batch_records = 200;
  const auto begin = world.clock.steady();
  ASSERT_TRUE(world.run().ok());
  for (int partition = 0; partition < 2; ++partition) {
    EXPECT_EQ(world.logs.lanes()[world.topic.at(partition)].outcomes,
              expected_outcomes(world, partition));
  }
  // 2,000 records a partition, 50 a batch, the first one at once.
  const auto taken = world.clock.steady() - begin;
  EXPECT_GE(taken, 19s);
  EXPECT_LE(taken, 22s);
  for (const BatchReport& report : world.observer.reports) EXPECT_LE(report.input_rows, 100);
  // The partitions are paused few times and for long: each time half of the buffer is used up.
  EXPECT_GE(world.pauses, 10);
  EXPECT_LE(world.pauses, 50);
}

TEST(MaxRateTest, OneSlowLaneHoldsUpNoOther) {
  World world(2);
  for (int i = 0; i < 1000; ++i) world.topic.add(0, {.key = "a", .value = "v" + std::to_string(i)});
  for (int i = 0; i < 50; ++i) {
    world.topic.add(1, {.key = "b",
                        .value = "w" + std::to_string(i),
                        .arrival = world.clock.steady() + i * 100ms});
  }
  world.config.batch_interval = 100ms;
  world.config.max_rate_per_partition = 100;
  world.config.max_batch_records = 60;
  std::map<std::int64_t, std::chrono::nanoseconds> done;
  world.observer.on_committed = [&](const base::TopicPartition& lane,
                                    std::span<const base::RawRecord> records, const auto&) {
    if (lane.partition.get() != 1) return;
    for (const auto& record : records) done[record.offset.get()] = world.clock.steady();
  };
  const auto begin = world.clock.steady();
  ASSERT_TRUE(world.run().ok());
  ASSERT_EQ(done.size(), 50U);
  for (const auto& [offset, time] : done) {
    EXPECT_LE(time - begin - offset * 100ms, 300ms) << offset;
  }
}

TEST(MaxRateTest, RecordsThatOnlyRestoreModelsAreNotHeldBack) {
  World world(1);
  fill(world, 500, 2);
  world.state.checkpoint_interval = 3600s;
  world.logs.on_append = [&world](std::int64_t number) -> base::Status {
    if (number == 450) world.files->crash();
    if (world.files->crashed()) return base::Error(base::ErrorCode::kIo, "dead");
    return {};
  };
  world.config.max_batch_records = 50;
  EXPECT_FALSE(world.run().ok());
  world.files = std::make_unique<base::testing::FaultyFileSystem>(world.disk);
  world.logs.on_append = nullptr;
  auto& lane = world.logs.lanes()[world.topic.at(0)];
  lane.outcomes.resize(lane.durable);
  const auto written = static_cast<std::int64_t>(lane.durable);
  ASSERT_GT(written, 350);
  world.config.max_rate_per_partition = 50;
  world.config.batch_interval = 100ms;
  const auto begin = world.clock.steady();
  ASSERT_TRUE(world.run().ok());
  EXPECT_EQ(lane.outcomes, expected_outcomes(world, 0));
  EXPECT_EQ(world.totals.replayed, written);
  // The others at 50 a second; those took no time.
  EXPECT_LE(world.clock.steady() - begin, 1s + (500 - written) * 20ms);
}

/// Takes time for each record.
class SlowOperator final : public Operator {
 public:
  SlowOperator(const Operator& inner, base::testing::ManualClock& clock)
      : inner_(inner), clock_(clock) {}

  bool route(const base::RawRecord& record, std::string& device,
             base::Outcome& immediate) const override {
    clock_.sleep_until(clock_.steady() + per_record);
    return inner_.route(record, device, immediate);
  }
  base::Result<std::unique_ptr<DeviceProcessor>> create(std::string_view device) const override {
    return inner_.create(device);
  }
  base::Result<std::unique_ptr<DeviceProcessor>> load(std::string_view device,
                                                      std::string_view bytes) const override {
    return inner_.load(device, bytes);
  }
  std::string model_hash() const override { return inner_.model_hash(); }
  std::uint32_t algorithm_version() const override { return inner_.algorithm_version(); }

  std::chrono::nanoseconds per_record{0};

 private:
  const Operator& inner_;
  base::testing::ManualClock& clock_;
};

TEST(BackPressureTest, IntakeFollowsTheRateThatTheOperatorManages) {
  World world(2);
  fill(world, 200'000, 10);
  world.config.batch_interval = 500ms;
  SlowOperator slow(world.operation, world.clock);
  slow.per_record = 20us;
  world.operation_in_use = &slow;
  std::size_t turned = 0;
  world.observer.on_batch = [&](const BatchReport&) {
    // After a while each record takes ten times as long.
    if (world.observer.rows > 60'000 && turned == 0) {
      slow.per_record = 200us;
      turned = world.observer.reports.size();
    }
  };
  ASSERT_TRUE(world.run().ok());
  ASSERT_GT(turned, 0U);
  const auto& reports = world.observer.reports;
  std::int64_t overruns = 0;
  for (const BatchReport& report : reports) overruns += report.overrun ? 1 : 0;
  // The batch of the change itself cannot know; all others end within their interval.
  EXPECT_LE(overruns, 2);
  EXPECT_LE(reports.back().input_rows, 2000);
  EXPECT_GE(reports[turned - 1].input_rows, 8000);
}

TEST(BackPressureTest, AnAbsentBrokerGrowsNoMemoryAndLosesNothing) {
  World world(2);
  fill(world, 5000, 10);
  world.config.max_batch_records = 100;
  std::int64_t most = 0;
  world.logs.on_commit = [&](std::int64_t number) -> base::Result<CommitResult> {
    // Answers take 20 s, and every third of the first thirty never comes.
    world.clock.sleep_until(world.clock.steady() + 20s);
    return number < 30 && number % 3 == 1 ? CommitResult::kUnknown : CommitResult::kCommitted;
  };
  world.observer.on_lanes = nullptr;
  ASSERT_TRUE(world.run().ok());
  for (const auto& [batch, rows] : world.observer.began) most = std::max(most, rows);
  EXPECT_LE(most, 200);
  for (int partition = 0; partition < 2; ++partition) {
    const auto expected = expected_outcomes(world, partition);
    std::int64_t seen = 0;
    // At least once: an answer that never came leaves repeats, the same ones.
    for (const auto& outcome : world.logs.lanes()[world.topic.at(partition)].outcomes) {
      ASSERT_EQ(outcome, expected[static_cast<std::size_t>(outcome.offset)]);
      ASSERT_LE(outcome.offset, seen);
      seen = std::max(seen, outcome.offset + 1);
    }
    EXPECT_EQ(seen, static_cast<std::int64_t>(expected.size()));
  }
}

}  // namespace
}  // namespace cortado::stream
