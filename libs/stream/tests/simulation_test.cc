// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Random worlds with random deaths and disturbances; the guarantee must hold in all of them.
#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine_world.h"

namespace cortado::stream {
namespace {

using base::testing::Fault;
using testing::expected_outcomes;
using testing::LoggedOutcome;
using testing::MemorySource;
using testing::World;

constexpr int kMostDeaths = 12;

std::string random_value(base::Random& random) {
  const std::uint64_t kind = random.below(20);
  const std::string number = std::to_string(random.next());
  if (kind == 0) return "bad" + number;
  if (kind == 1) return "skip" + number;
  if (kind == 2) return "alarm" + number;
  return "v" + number;
}

/// A world of random size whose records arrive over some simulated seconds.
std::unique_ptr<World> make_world(base::Random& random, int threads, bool evicting) {
  const int partitions = 1 + static_cast<int>(random.below(4));
  auto world = std::make_unique<World>(partitions);
  const std::uint64_t devices = 1 + random.below(20);
  const std::uint64_t records = 50 + random.below(600);
  auto arrival = world->clock.steady();
  for (std::uint64_t i = 0; i < records; ++i) {
    const std::uint64_t device = random.below(devices);
    arrival += std::chrono::milliseconds(random.below(30));
    world->topic.add(static_cast<int>(device % static_cast<std::uint64_t>(partitions)),
                     {.key = "d" + std::to_string(device),
                      .value = random_value(random),
                      .arrival = arrival,
                      .header = random.below(4) == 0 ? "h" + std::to_string(i) : ""});
  }
  world->config.threads = threads;
  world->config.batch_interval = std::chrono::milliseconds(1 + random.below(400));
  world->config.max_batch_records = 1 + static_cast<std::int64_t>(random.below(100));
  world->state.checkpoint_interval = std::chrono::milliseconds(random.below(2000));
  world->source_options.seed = random.next();
  world->source_options.most_per_poll = 1 + random.below(50);
  if (evicting) {
    const std::uint64_t kind = random.below(3);  // A bound, a time, or both.
    if (kind != 0) world->state.max_resident_devices = 1 + static_cast<int>(random.below(12));
    if (kind != 1) world->state.idle_after = std::chrono::milliseconds(1 + random.below(3000));
  }
  return world;
}

/// Let the next run die at a random append or file operation, or not at all.
void arm(World& world, base::Random& random) {
  const std::int64_t appends = world.logs.appends + static_cast<std::int64_t>(random.below(400));
  const std::uint64_t kind = random.below(8);
  if (kind < 5) {
    world.files->arm(static_cast<std::int64_t>(random.below(60)), static_cast<Fault>(kind));
  }
  world.logs.on_append = [&world, appends, kind](std::int64_t number) -> base::Status {
    if (kind == 5 && number >= appends) world.files->crash();
    if (world.files->crashed()) return base::Error(base::ErrorCode::kIo, "dead");
    return {};
  };
  const std::uint64_t uncommitted = random.below(6);
  world.logs.on_commit = [&world, &random,
                          uncommitted](std::int64_t) -> base::Result<CommitResult> {
    if (world.files->crashed()) return base::Error(base::ErrorCode::kIo, "dead");
    if (uncommitted != 0 || random.below(5) != 0) return CommitResult::kCommitted;
    return random.below(2) == 0 ? CommitResult::kAborted : CommitResult::kUnknown;
  };
  world.source_options.before_poll = [&random](MemorySource& source) {
    if (source.polls() < 3 || random.below(100) != 0) return;
    if (random.below(2) == 0) {
      source.revoke({0});
    } else {
      source.lose({0});
    }
    source.assign({0});
  };
}

void disarm(World& world) {
  world.logs.on_append = nullptr;
  world.logs.on_commit = nullptr;
  world.source_options.before_poll = nullptr;
}

/// A process with a dead disk ends, and so does one with a stopped lane: somebody restarts it.
void end_when_stopped(World& world) {
  world.stop = std::stop_source();
  world.observer.on_lanes = [&world](std::span<const LaneReport> lanes) {
    const bool stopped = std::any_of(lanes.begin(), lanes.end(), [](const LaneReport& lane) {
      return lane.state == LaneState::kStopped;
    });
    if (stopped || world.files->crashed()) world.stop.request_stop();
  };
}

/// Run and die until all is read. Returns how often it died.
int live(World& world, base::Random& random) {
  int deaths = 0;
  while (true) {
    end_when_stopped(world);
    if (deaths < kMostDeaths) {
      arm(world, random);
    } else {
      disarm(world);
    }
    const base::Status status = world.run();
    if (status.ok() && !world.files->crashed()) return deaths;
    EXPECT_LE(deaths, kMostDeaths) << status.error().message();
    if (deaths > kMostDeaths) return deaths;
    ++deaths;
    world.reboot(random);
  }
}

void check(World& world, const std::string& trace) {
  for (int partition = 0; partition < static_cast<int>(world.topic.partitions.size());
       ++partition) {
    const std::vector<LoggedOutcome> expected = expected_outcomes(world, partition);
    std::int64_t seen = 0;
    for (const LoggedOutcome& outcome : world.logs.lanes()[world.topic.at(partition)].outcomes) {
      // Never a gap: an offset appears first when all before it have.
      ASSERT_LE(outcome.offset, seen) << trace;
      seen = std::max(seen, outcome.offset + 1);
      ASSERT_EQ(outcome, expected[static_cast<std::size_t>(outcome.offset)]) << trace;
    }
    ASSERT_EQ(seen, static_cast<std::int64_t>(expected.size())) << trace;
  }
}

struct Life {
  int threads;
  bool evicting;
};

class SimulationTest : public ::testing::TestWithParam<Life> {};

TEST_P(SimulationTest, EveryOffsetHasItsOutcomeAndRepeatsAreTheSame) {
  int deaths = 0;
  int repeats = 0;
  std::int64_t loads = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    base::Random random(seed);
    const auto world = make_world(random, GetParam().threads, GetParam().evicting);
    deaths += live(*world, random);
    check(*world, "seed " + std::to_string(seed));
    for (int partition = 0; partition < static_cast<int>(world->topic.partitions.size());
         ++partition) {
      for (const auto& [offset, versions] : world->outcomes(partition)) {
        repeats += versions.size() > 1 ? 1 : 0;
      }
    }
    loads += world->totals.loads;
    if (HasFatalFailure()) return;
  }
  // The simulation is worth nothing if nothing goes wrong in it.
  EXPECT_GT(deaths, 100);
  EXPECT_GT(repeats, 1000);
  EXPECT_TRUE(GetParam().evicting ? loads > 1000 : loads == 0) << loads;
}

INSTANTIATE_TEST_SUITE_P(Threads, SimulationTest,
                         ::testing::Values(Life{1, false}, Life{4, false}, Life{1, true},
                                           Life{4, true}),
                         [](const auto& life) {
                           return std::to_string(life.param.threads) +
                                  (life.param.evicting ? "Evicting" : "");
                         });

class DeathAtEveryOperationTest : public ::testing::TestWithParam<bool> {
 protected:
  /// Two devices a partition; evicting, one of all four is in memory.
  static void fill(World& world) {
    for (int i = 0; i < 60; ++i) {
      world.topic.add(i % 2,
                      {.key = "d" + std::to_string(i % 4),
                       .value = "v" + std::to_string(i),
                       .arrival = world.clock.steady() + std::chrono::milliseconds(100 * i)});
    }
    world.state.checkpoint_interval = std::chrono::milliseconds(1000);
    if (GetParam()) world.state.max_resident_devices = 1;
    world.logs.on_append = [&world](std::int64_t) -> base::Status {
      if (world.files->crashed()) return base::Error(base::ErrorCode::kIo, "dead");
      return {};
    };
  }
};

TEST_P(DeathAtEveryOperationTest, AnyFileOperationMayFailOrBeTheLast) {
  World counted(2);
  fill(counted);
  ASSERT_TRUE(counted.run().ok());
  const std::int64_t operations = counted.files->operations();
  ASSERT_GT(operations, 30);
  EXPECT_EQ(counted.totals.loads > 20, GetParam());
  for (const Fault fault : {Fault::kFail, Fault::kFailAfter, Fault::kCrashBefore,
                            Fault::kCrashWithin, Fault::kCrashAfter}) {
    for (std::int64_t n = 0; n < operations; ++n) {
      World world(2);
      fill(world);
      world.files->arm(n, fault);
      base::Random random(static_cast<std::uint64_t>(n));
      end_when_stopped(world);
      static_cast<void>(world.run());  // It dies, dies while leaving, or survives.
      EXPECT_TRUE(world.files->struck());
      world.reboot(random);
      end_when_stopped(world);
      const base::Status status = world.run();
      ASSERT_TRUE(status.ok()) << n << ": " << status.error().message();
      check(world, "operation " + std::to_string(n));
      if (HasFatalFailure()) return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Eviction, DeathAtEveryOperationTest, ::testing::Bool());

TEST_P(DeathAtEveryOperationTest, AnyAppendMayBeTheLast) {
  for (std::int64_t n = 0; n < 60; ++n) {
    World world(2);
    for (int i = 0; i < 60; ++i) {
      world.topic.add(i % 2,
                      {.key = "d" + std::to_string(i % 4), .value = "v" + std::to_string(i)});
    }
    world.config.max_batch_records = 7;
    if (GetParam()) world.state.max_resident_devices = 1;
    world.state.checkpoint_interval = std::chrono::milliseconds(0);
    world.logs.on_append = [&world, n](std::int64_t number) -> base::Status {
      if (number == n) world.files->crash();
      if (world.files->crashed()) return base::Error(base::ErrorCode::kIo, "dead");
      return {};
    };
    base::Random random(static_cast<std::uint64_t>(n));
    end_when_stopped(world);
    EXPECT_FALSE(world.run().ok());
    world.reboot(random);
    world.logs.on_append = nullptr;
    end_when_stopped(world);
    ASSERT_TRUE(world.run().ok());
    check(world, "append " + std::to_string(n));
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace cortado::stream
