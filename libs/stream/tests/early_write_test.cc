// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// Where logs are written beside each other, a lane is written as soon as its own devices have run.
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine_world.h"

namespace cortado::stream {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::World;

/// What several threads do, and who waits for it.
struct Ledger {
  std::mutex mutex;
  std::condition_variable changed;
  std::map<base::TopicPartition, std::vector<std::string>> written;  ///< values, in their order
  std::map<base::TopicPartition, base::Offset> committed;

  bool wait_until_written(const base::TopicPartition& lane, std::size_t count) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(60),
                            [&] { return written[lane].size() >= count; });
  }
};

class LedgerLog final : public LaneLog {
 public:
  LedgerLog(Ledger& ledger, base::TopicPartition lane) : ledger_(ledger), lane_(std::move(lane)) {}

  base::Result<LanePosition> position() override { return LanePosition{}; }
  base::Status begin() override { return {}; }
  base::Status append(const base::RawRecord&, const base::Outcome& outcome) override {
    const std::lock_guard lock(ledger_.mutex);
    ledger_.written[lane_].push_back(outcome.device + outcome.reason);
    ledger_.changed.notify_all();
    return {};
  }
  base::Result<CommitResult> commit(base::Offset next, std::string_view) override {
    const std::lock_guard lock(ledger_.mutex);
    ledger_.committed[lane_] = next;
    return CommitResult::kCommitted;
  }
  base::Status abort() override { return {}; }

 private:
  Ledger& ledger_;
  base::TopicPartition lane_;
};

/// Logs that wait for others, as far as the engine knows.
class LedgerLogs final : public LaneLogFactory {
 public:
  explicit LedgerLogs(Ledger& ledger) : ledger_(ledger) {}
  base::Result<std::unique_ptr<LaneLog>> create(const base::TopicPartition& lane) override {
    return std::unique_ptr<LaneLog>(std::make_unique<LedgerLog>(ledger_, lane));
  }
  bool remote() const override { return true; }

 private:
  Ledger& ledger_;
};

/// Every key is a device; a value that begins with "bad" is a dead letter.
class WaitingOperator final : public Operator {
 public:
  using Wait = std::function<bool(std::string_view)>;

  explicit WaitingOperator(Wait wait) : wait_(std::move(wait)) {}
  bool route(const base::RawRecord& record, std::string& device,
             base::Outcome& immediate) const override {
    device = record.key.value_or("");
    if (!record.value.value_or("").starts_with("bad")) return true;
    immediate.kind = base::OutcomeKind::kDeadLetter;
    immediate.stage = "decode";
    immediate.reason = "bad";
    return false;
  }
  base::Result<std::unique_ptr<DeviceProcessor>> create(std::string_view device) const override {
    if (device == "impossible") return base::Error(base::ErrorCode::kInternal, "no such model");
    return std::unique_ptr<DeviceProcessor>(std::make_unique<Processor>(wait_, device));
  }
  base::Result<std::unique_ptr<DeviceProcessor>> load(std::string_view device,
                                                      std::string_view) const override {
    return create(device);
  }
  std::string model_hash() const override { return "waits"; }
  std::uint32_t algorithm_version() const override { return 1; }

 private:
  class Processor final : public DeviceProcessor {
   public:
    Processor(const Wait& wait, std::string_view device) : wait_(wait), device_(device) {}
    void run(std::span<const base::RawRecord* const>, std::span<base::Outcome* const> outcomes,
             std::size_t) override {
      const bool good = wait_(device_);
      for (base::Outcome* outcome : outcomes) {
        outcome->kind = base::OutcomeKind::kEnriched;
        if (!good) outcome->reason = " waited in vain";
      }
    }
    void save(std::string&) const override {}

   private:
    const Wait& wait_;
    const std::string device_;
  };

  Wait wait_;
};

/// Run until all records are committed or their lanes stopped. A first one on partition 0 comes
/// when both lanes are open and is a batch of its own; the others are one batch after it.
base::Status run(World& world, Ledger& ledger, const WaitingOperator& operation,
                 const std::vector<std::pair<int, testing::InputRecord>>& records) {
  bool added = false;
  world.source_options.before_poll = [&](testing::MemorySource& source) {
    if (added || source.seeks().size() < world.topic.partitions.size()) return;
    world.topic.add(0, {.key = "first", .value = "v"});
    for (auto [partition, record] : records) {
      record.arrival = world.clock.steady() + std::chrono::milliseconds(100);
      world.topic.add(partition, record);
    }
    added = true;
  };
  world.state.dir.clear();
  LedgerLogs logs(ledger);
  testing::MemorySource source(world.topic, world.clock, world.source_options);
  auto engine = Engine::create(world.config, world.state,
                               {.source = source,
                                .logs = logs,
                                .operation = operation,
                                .observer = world.observer,
                                .clock = world.clock,
                                .files = *world.files,
                                .cluster_id = ""});
  return engine.ok() ? (*engine)->run({}) : base::Status(engine.error());
}

class EarlyWriteTest : public ::testing::TestWithParam<int> {
 protected:
  EarlyWriteTest() : world_(2) { world_.config.threads = GetParam(); }

  base::TopicPartition first() const { return world_.topic.at(0); }
  base::TopicPartition second() const { return world_.topic.at(1); }

  World world_;
  Ledger ledger_;
};

TEST_P(EarlyWriteTest, ALaneIsWrittenWhileAnotherIsScored) {
  const WaitingOperator operation([this](std::string_view device) {
    return device != "late" || ledger_.wait_until_written(first(), 4);
  });
  // The device with more records runs first.
  const auto status = run(world_, ledger_, operation,
                          {{0, {.key = "early", .value = "1"}},
                           {0, {.key = "early", .value = "bad"}},
                           {0, {.key = "early", .value = "2"}},
                           {1, {.key = "late", .value = "1"}}});
  ASSERT_TRUE(status.ok()) << status.error().message();
  EXPECT_THAT(ledger_.written[first()], ElementsAre("first", "early", "bad", "early"));
  EXPECT_THAT(ledger_.written[second()], ElementsAre("late"));
  EXPECT_EQ(ledger_.committed[first()], base::Offset(4));
  EXPECT_EQ(ledger_.committed[second()], base::Offset(1));
  EXPECT_EQ(world_.observer.rows, 5);
  EXPECT_EQ(world_.observer.reports.size(), 2U);
}

TEST_P(EarlyWriteTest, NothingOfALaneIsWrittenThatHasNoModelForADevice) {
  const WaitingOperator operation([](std::string_view) { return true; });
  const auto status = run(world_, ledger_, operation,
                          {{0, {.key = "good", .value = "1"}},
                           {0, {.key = "impossible", .value = "1"}},
                           {0, {.key = "good", .value = "2"}},
                           {1, {.key = "other", .value = "1"}}});
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message(), HasSubstr("no such model"));
  EXPECT_THAT(ledger_.written[first()], ElementsAre("first"));
  EXPECT_THAT(ledger_.written[second()], ElementsAre("other"));
  EXPECT_EQ(ledger_.committed[first()], base::Offset(1));
}

TEST_P(EarlyWriteTest, NothingOfALaneOfMostlyBadRecordsIsWritten) {
  world_.config.max_bad_share = 0.5;
  world_.config.bad_share_window = 4;
  const WaitingOperator operation([](std::string_view) { return true; });
  const auto status = run(world_, ledger_, operation,
                          {{0, {.key = "a", .value = "1"}},
                           {0, {.key = "a", .value = "bad"}},
                           {0, {.key = "a", .value = "bad"}},
                           {0, {.key = "a", .value = "bad"}},
                           {1, {.key = "b", .value = "1"}}});
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(ledger_.written[first()], ElementsAre("first"));
  EXPECT_THAT(ledger_.written[second()], ElementsAre("b"));
  EXPECT_EQ(world_.observer.rows, 2);
}

INSTANTIATE_TEST_SUITE_P(Threads, EarlyWriteTest, ::testing::Values(1, 2, 4));

}  // namespace
}  // namespace cortado::stream
