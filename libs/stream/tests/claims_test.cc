// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// A device whose records are on two partitions of one process: the one that had it first keeps it,
// whatever dies, restarts or goes back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster_worker.h"
#include "engine_world.h"

namespace cortado::stream {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::LoggedOutcome;
using testing::MemorySource;
using testing::World;

class ClaimsTest : public ::testing::Test {
 protected:
  ClaimsTest() : world_(2) {}

  void add(int partition, const std::string& key, int records, std::chrono::nanoseconds after,
           const std::string& value = "v") {
    for (int i = 0; i < records; ++i) {
      world_.topic.add(
          partition,
          {.key = key, .value = value + std::to_string(i), .arrival = started_ + after + i * 1ms});
    }
  }

  /// Records come from now on.
  void restart_time() { started_ = world_.clock.steady(); }

  /// Nothing has been read, written or stored.
  void begin_anew() {
    World fresh(2);
    std::swap(world_.topic, fresh.topic);
    world_.disk.files().clear();
    world_.logs.lanes().clear();
    restart_time();
  }

  /// Partition 0 has the device first, behind many records of another; then it is on 1 as well.
  void add_shared() {
    add(0, "other", 300, 0s);
    add(0, "shared", 20, 1s);
    add(1, "shared", 10, 3s);
    add(1, "own", 1, 3s);
  }

  /// The process dies at its next outcome of this device.
  void die_at(const std::string& device) {
    add(0, device, 1, 20s);
    add(1, device + "1", 1, 20s);
    std::int64_t last = world_.logs.appends - 2;
    for (const int partition : {0, 1}) {
      const auto& lane = world_.logs.lanes()[world_.topic.at(partition)];
      last += world_.topic.size(partition) - lane.committed.value_or(base::Offset(0)).get();
    }
    world_.logs.on_append = [this, last](std::int64_t number) -> base::Status {
      if (number >= last) world_.files->crash();
      if (world_.files->crashed()) return base::Error(base::ErrorCode::kIo, "dead");
      return {};
    };
    EXPECT_FALSE(world_.run().ok()) << world_.logs.appends << " of " << last;
    world_.logs.on_append = nullptr;
    world_.files = std::make_unique<base::testing::FaultyFileSystem>(world_.disk);
    for (auto& [partition, lane] : world_.logs.lanes()) lane.outcomes.resize(lane.durable);
    restart_time();
  }

  const std::vector<LoggedOutcome>& outcomes(int partition) {
    return world_.logs.lanes()[world_.topic.at(partition)].outcomes;
  }
  int count(int partition, const std::string& device, base::OutcomeKind kind) {
    return static_cast<int>(std::count_if(
        outcomes(partition).begin(), outcomes(partition).end(),
        [&](const auto& outcome) { return outcome.device == device && outcome.kind == kind; }));
  }
  int enriched(int partition, const std::string& device = "shared") {
    return count(partition, device, base::OutcomeKind::kEnriched);
  }
  int refused(int partition, const std::string& device = "shared") {
    return count(partition, device, base::OutcomeKind::kDeadLetter);
  }
  void expect_first_keeps(int records, int letters) {
    EXPECT_EQ(outcomes(0), expected_outcomes(world_, 0));
    EXPECT_EQ(enriched(0), records);
    EXPECT_EQ(enriched(1), 0);
    EXPECT_EQ(refused(1), letters);
    EXPECT_EQ(outcomes(1).size(), static_cast<std::size_t>(world_.topic.size(1)));
  }
  std::vector<std::string> manifests(int partition) {
    std::vector<std::string> found;
    const std::string folder = "state/in/" + std::to_string(partition) + "/";
    for (const auto& [path, bytes] : world_.disk.files()) {
      if (path.starts_with(folder) && path.ends_with(".manifest")) found.push_back(path);
    }
    return found;
  }

  World world_;
  std::chrono::nanoseconds started_ = world_.clock.steady();
};

TEST_F(ClaimsTest, AKillBeforeAnySnapshotChangesNothing) {
  world_.config.max_batch_records = 10;
  add_shared();
  die_at("last");
  EXPECT_EQ(enriched(0), 20);
  EXPECT_EQ(refused(1), 10);
  add(1, "shared", 5, 0s);
  add(0, "shared", 5, 5s);
  ASSERT_TRUE(world_.run().ok());
  EXPECT_GT(world_.totals.replayed, 320);
  expect_first_keeps(25, 15);
}

TEST_F(ClaimsTest, KilledAgainAndAgain) {
  world_.config.max_batch_records = 7;
  add_shared();
  for (int i = 0; i < 4; ++i) {
    die_at("last" + std::to_string(i));
    add(1, "shared", 5, 0s);
    add(0, "shared", 5, 5s);
  }
  ASSERT_TRUE(world_.run().ok());
  expect_first_keeps(40, 30);
}

/// Runs the jobs that came last; the oldest one long after the others.
class UnevenBackground final : public Background {
 public:
  void submit(std::function<void()> job) override { jobs_.push_back(std::move(job)); }
  bool wait(const std::function<bool()>& done, const std::function<bool()>&) override {
    while (!done()) run(jobs_.size() - 1);
    return true;
  }
  void poll() {
    if (jobs_.empty() || (jobs_.size() == 1 && ++idle_ % 300 != 0)) return;
    run(jobs_.size() - 1);
  }

 private:
  void run(std::size_t which) {
    const auto job = std::move(jobs_[which]);
    jobs_.erase(jobs_.begin() + static_cast<std::ptrdiff_t>(which));
    job();
  }

  std::vector<std::function<void()>> jobs_;
  int idle_ = 0;
};

TEST_F(ClaimsTest, ALaneThatLoadsSlowlyKeepsItsDevices) {
  add_shared();
  ASSERT_TRUE(world_.run().ok());
  expect_first_keeps(20, 10);
  restart_time();
  add(1, "shared", 5, 0s);
  add(1, "new", 5, 0s);
  add(0, "shared", 5, 10s);
  UnevenBackground background;
  world_.background = &background;
  world_.source_options.before_poll = [&background](MemorySource&) { background.poll(); };
  ASSERT_TRUE(world_.run().ok());
  expect_first_keeps(25, 15);
  EXPECT_EQ(enriched(1, "new"), 5);
}

TEST_F(ClaimsTest, ALaneThatGoesBackKeepsItsDevices) {
  world_.config.max_batch_records = 10;
  add_shared();
  add(0, "other", 1, 10s);
  for (int i = 0; i < 50; ++i) add(1, "shared", 1, 10s);
  bool aborted = false;
  const auto late = started_ + 10s;
  world_.logs.on_commit = [&](std::int64_t) -> base::Result<CommitResult> {
    const auto& owner = world_.logs.lanes()[world_.topic.at(0)];
    const bool its = owner.outcomes.size() > owner.durable;
    if (aborted || !its || world_.clock.steady() < late) return CommitResult::kCommitted;
    aborted = true;
    return CommitResult::kAborted;
  };
  world_.source_options.most_per_poll = 10;
  ASSERT_TRUE(world_.run().ok());
  ASSERT_TRUE(aborted);
  EXPECT_GT(world_.totals.replayed, 300);
  EXPECT_EQ(enriched(0), 20);
  EXPECT_EQ(enriched(1), 0);
}

TEST_F(ClaimsTest, WhatWasRefusedOutlivesDamagedSnapshots) {
  for (const std::size_t damaged : {1U, 2U}) {
    begin_anew();
    add_shared();
    ASSERT_TRUE(world_.run().ok());
    const auto names = manifests(1);
    ASSERT_GE(names.size(), 3U);
    for (std::size_t i = names.size() - damaged; i < names.size(); ++i) {
      world_.disk.files()[names[i]][40] ^= 1;
    }
    restart_time();
    add(1, "shared", 5, 0s);
    add(0, "shared", 5, 5s);
    ASSERT_TRUE(world_.run().ok());
    EXPECT_GT(world_.totals.replayed, 0);
    expect_first_keeps(25, 15);
  }
}

TEST_F(ClaimsTest, ARecordIsNotRefusedBeforeThatIsStored) {
  add_shared();
  bool full = false;
  int waiting = 0;
  world_.source_options.before_poll = [&](MemorySource&) {
    if (!full && world_.clock.steady() > started_ + 2s) {
      world_.files->fill(5);
      full = true;
    }
    if (full && world_.files->full()) {
      ++waiting;
      EXPECT_EQ(refused(1), 0);
    }
  };
  ASSERT_TRUE(world_.run().ok());
  EXPECT_GT(waiting, 0);
  expect_first_keeps(20, 10);
}

TEST_F(ClaimsTest, ATombstoneOfAnUnknownDeviceClaimsNothing) {
  add(1, "shared", 1, 0s, "forget");
  add(0, "shared", 5, 2s);
  ASSERT_TRUE(world_.run().ok());
  EXPECT_EQ(enriched(0), 5);
  EXPECT_EQ(refused(0), 0);
  EXPECT_EQ(world_.totals.devices, 1);
}

TEST_F(ClaimsTest, AForgottenDeviceMayBeginElsewhere) {
  add(0, "shared", 5, 0s);
  add(1, "shared", 2, 2s);
  add(0, "shared", 1, 4s, "forget");
  add(1, "shared", 3, 6s, "w");
  add(0, "shared", 1, 8s);
  ASSERT_TRUE(world_.run().ok());
  EXPECT_EQ(refused(1), 2);
  EXPECT_EQ(enriched(1), 3);
  EXPECT_EQ(enriched(0), 5);
  EXPECT_EQ(refused(0), 1);
  EXPECT_THAT(outcomes(1).back().value, HasSubstr("3:"));
}

TEST_F(ClaimsTest, ADeviceThatWasForgottenBeforeARestartClaimsNothing) {
  for (const int most : {0, 1}) {  // Also where a start reads names alone.
    begin_anew();
    world_.state.max_resident_devices = most;
    add(0, "shared", 5, 0s);
    add(0, "shared", 1, 1s, "forget");
    ASSERT_TRUE(world_.run().ok());
    restart_time();
    add(1, "shared", 3, 0s);
    ASSERT_TRUE(world_.run().ok());
    EXPECT_EQ(enriched(1), 3);
    EXPECT_EQ(refused(1), 0);
  }
}

TEST_F(ClaimsTest, WhatChangedHandsIsReplayedAsItWas) {
  world_.config.max_batch_records = 10;
  add(0, "other", 300, 0s);
  add(1, "own", 1, 0s);  // The replay begins before what was refused.
  add(0, "shared", 5, 1s);
  add(1, "shared", 2, 2s);
  add(0, "shared", 1, 4s, "forget");
  add(1, "shared", 3, 6s, "w");
  add(0, "shared", 2, 8s, "u");
  die_at("last");
  const auto before = outcomes(1);
  ASSERT_EQ(before.size(), 6U);
  add(1, "shared", 2, 0s);
  add(0, "shared", 2, 0s);
  ASSERT_TRUE(world_.run().ok());
  EXPECT_EQ(enriched(0), 5);
  EXPECT_EQ(refused(0), 4);
  EXPECT_EQ(enriched(1), 5);
  EXPECT_EQ(refused(1), 2);
  EXPECT_THAT(outcomes(1).back().value, HasSubstr("5:"));
}

}  // namespace
}  // namespace cortado::stream
