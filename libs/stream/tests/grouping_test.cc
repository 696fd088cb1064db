// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// How a batch reaches the devices: grouped, in order, one thread a device, devices beside each
// other.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine_world.h"
#include "memory_crash_journal.h"

namespace cortado::stream {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using testing::World;

/// What was handed to the devices.
struct Calls {
  std::mutex mutex;
  std::map<std::string, std::vector<std::vector<std::int64_t>>> offsets;  ///< by device and call
  std::map<std::string, std::vector<std::size_t>> following;              ///< the same
  std::condition_variable met;
  int running = 0;
  int most_running = 0;
  int wanted = 1;                   ///< a device waits until so many run at once
  std::atomic<bool> shared{false};  ///< two threads were in one device
};

class CallProcessor final : public DeviceProcessor {
 public:
  CallProcessor(Calls& calls, std::string_view device) : calls_(calls), device_(device) {}

  void run(std::span<const base::RawRecord* const> records,
           std::span<base::Outcome* const> outcomes, std::size_t following) override {
    if (inside_.exchange(true)) calls_.shared = true;
    meet();
    std::vector<std::int64_t> offsets;
    for (const base::RawRecord* record : records) offsets.push_back(record->offset.get());
    for (base::Outcome* outcome : outcomes) outcome->kind = base::OutcomeKind::kEnriched;
    const std::lock_guard lock(calls_.mutex);
    calls_.offsets[device_].push_back(offsets);
    calls_.following[device_].push_back(following);
    --calls_.running;
    inside_ = false;
  }
  void save(std::string& out) const override { out += device_; }

 private:
  void meet() {
    std::unique_lock lock(calls_.mutex);
    calls_.most_running = std::max(calls_.most_running, ++calls_.running);
    calls_.met.notify_all();
    calls_.met.wait_for(lock, std::chrono::seconds(60),
                        [this] { return calls_.most_running >= calls_.wanted; });
  }

  Calls& calls_;
  std::string device_;
  std::atomic<bool> inside_{false};
};

/// Every key is a device.
class CallOperator final : public Operator {
 public:
  explicit CallOperator(Calls& calls) : calls_(calls) {}
  bool route(const base::RawRecord& record, std::string& device, base::Outcome&) const override {
    device = record.key.value_or("");
    return true;
  }
  base::Result<std::unique_ptr<DeviceProcessor>> create(std::string_view device) const override {
    return std::unique_ptr<DeviceProcessor>(std::make_unique<CallProcessor>(calls_, device));
  }
  base::Result<std::unique_ptr<DeviceProcessor>> load(std::string_view device,
                                                      std::string_view) const override {
    return create(device);
  }
  std::string model_hash() const override { return "calls"; }
  std::uint32_t algorithm_version() const override { return 1; }

 private:
  Calls& calls_;
};

void run(World& world, Calls& calls) {
  testing::MemorySource source(world.topic, world.clock, world.source_options);
  const CallOperator operation(calls);
  auto engine = Engine::create(world.config, world.state,
                               {.source = source,
                                .logs = world.logs,
                                .operation = operation,
                                .observer = world.observer,
                                .clock = world.clock,
                                .files = *world.files,
                                .cluster_id = "",
                                .crashes = world.crashes});
  ASSERT_TRUE(engine.ok());
  ASSERT_TRUE((*engine)->run({}).ok());
}

TEST(GroupingTest, ADeviceIsCalledOnceABatchWithAllItsRecordsInOrder) {
  World world(1);
  const auto begin = world.clock.steady();
  // The first record makes a batch of its own, then ticks come every 500 ms.
  world.topic.add(0, {.key = "first", .value = "v"});
  for (const char* device : {"a", "b", "a", "c", "b", "a"}) {
    world.topic.add(0, {.key = device, .value = "v", .arrival = begin + 100ms});
  }
  for (const char* device : {"a", "b", "b"}) {
    world.topic.add(0, {.key = device, .value = "v", .arrival = begin + 600ms});
  }
  Calls calls;
  run(world, calls);
  using Offsets = std::vector<std::int64_t>;
  ASSERT_EQ(world.observer.reports.size(), 3U);
  EXPECT_THAT(calls.offsets["a"], ElementsAre(Offsets{1, 3, 6}, Offsets{7}));
  EXPECT_THAT(calls.offsets["b"], ElementsAre(Offsets{2, 5}, Offsets{8, 9}));
  EXPECT_THAT(calls.offsets["c"], ElementsAre(Offsets{4}));
}

TEST(GroupingTest, ACrashJournalSeesOneRecordAtATimeAndTheDeviceHowManyFollow) {
  World world(1);
  const auto begin = world.clock.steady();
  world.topic.add(0, {.key = "first", .value = "v"});
  for (const char* device : {"a", "b", "a", "a"}) {
    world.topic.add(0, {.key = device, .value = "v", .arrival = begin + 100ms});
  }
  world.topic.add(0, {.key = "a", .value = "v", .arrival = begin + 600ms});
  testing::CrashEvidence evidence;
  testing::MemoryCrashJournal journal(evidence);
  world.crashes = &journal;
  Calls calls;
  run(world, calls);
  using Offsets = std::vector<std::int64_t>;
  EXPECT_THAT(calls.offsets["a"], ElementsAre(Offsets{1}, Offsets{3}, Offsets{4}, Offsets{5}));
  EXPECT_THAT(calls.following["a"], ElementsAre(2, 1, 0, 0));
  EXPECT_THAT(calls.following["b"], ElementsAre(0));
}

TEST(GroupingTest, DevicesRunBesideEachOtherAndEachOnOneThread) {
  World world(2);
  testing::fill(world, 2000, 20);
  world.config.threads = 4;
  world.config.max_batch_records = 100;
  Calls calls;
  calls.wanted = 4;
  run(world, calls);
  EXPECT_EQ(calls.most_running, 4);
  EXPECT_FALSE(calls.shared);
  EXPECT_EQ(calls.offsets.size(), 20U);
}

TEST(GroupingTest, OneThreadRunsOneDeviceAtATime) {
  World world(1);
  testing::fill(world, 200, 20);
  Calls calls;
  run(world, calls);
  EXPECT_EQ(calls.most_running, 1);
}

TEST(GroupingTest, IntervalsBeyondTheirBoundsAreRefused) {
  for (const int interval : {-1, 0, 10'001}) {
    World world(1);
    world.config.batch_interval = std::chrono::milliseconds(interval);
    EXPECT_EQ(world.run().error().code(), base::ErrorCode::kInvalidConfig) << interval;
  }
  World world(1);
  EXPECT_EQ(world.config.batch_interval, std::chrono::milliseconds(500));
  world.config.batch_interval = std::chrono::seconds(10);
  EXPECT_TRUE(world.run().ok());
}

}  // namespace
}  // namespace cortado::stream
