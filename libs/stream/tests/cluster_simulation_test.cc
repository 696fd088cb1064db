// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Several workers of one group over a broker in memory. A seed decides who goes on when, at every
// point where a process may be interrupted; workers join, leave, die, are paused past the end of
// their session, and lose answers. What the topic holds at the end must be what one undisturbed
// worker would have written.
#include <algorithm>
#include <iostream>
#include <set>

#include <gtest/gtest.h>

#include "cluster_worker.h"
#include "engine_world.h"
#include "memory_crash_journal.h"

namespace cortado::stream {
namespace {

using testing::ClusterLogs;
using testing::ClusterSource;
using testing::expected_outcomes;
using testing::LoggedOutcome;
using testing::MemoryCluster;
using testing::SteppedBackground;
using testing::World;

constexpr std::uint64_t kSeeds = 60;

struct Chaos {
  bool transactional = true;
  int threads = 1;
  bool evicting = false;
  bool poisonous = false;  ///< some records end the process, and others die at innocent ones
  bool shared = false;     ///< devices are on several partitions, and some are forgotten
  std::size_t workers = 3;
};

class Simulation;

/// One process.
struct Worker {
  Worker(Simulation& simulation, int number);

  base::Random random;
  base::testing::FaultyFileSystem files;
  SteppedBackground background;
  testing::MemoryCrashJournal journal;
  testing::PoisonOperator operation;
  ClusterSource source;
  ClusterLogs logs;
  std::unique_ptr<Engine> engine;
  bool busy = false;
  bool ended = false;
};

class Simulation {
 public:
  Simulation(std::uint64_t seed, const Chaos& kind) : random(seed), chaos(kind) { make_world(); }

  void run() {
    for (int i = 0; i < 600 && !all_done(); ++i) {
      step(0);
      bury();
    }
    calm = true;
    stop_all();
    finish();
  }

  /// A point where a process may be interrupted.
  void interrupt(int number) {
    const int nested = depth;
    ++points;
    Worker& worker = *workers.at(number);
    if (calm || worker.source.dead()) return;
    if (random.below(400) == 0) {
      kill(worker);
      return;
    }
    if (nested >= 3 || random.below(6) != 0) return;
    for (std::uint64_t i = 1 + random.below(6); i > 0; --i) step(nested + 1);
  }

  std::unique_ptr<World> world;
  std::unique_ptr<MemoryCluster> cluster;
  base::Random random;
  const Chaos chaos;
  std::map<int, std::unique_ptr<Worker>> workers;
  testing::CrashEvidence evidence;
  int depth = 0;
  int next_number = 0;
  bool calm = false;
  int deaths = 0;
  int expiries = 0;
  int poisoned = 0;  ///< of the deaths
  std::int64_t points = 0;
  std::int64_t replayed = 0;
  std::int64_t snapshots = 0;

  /// Records that became dead letters since another partition had their device.
  std::int64_t refusals();

  /// A process meets a record that ends it, or dies while it is at one that is innocent.
  void meet(int number, const base::RawRecord& record) {
    if (chaos.threads > 1) return;  // Several threads would decide at once.
    Worker& worker = *workers.at(number);
    if (worker.source.dead()) return;
    const bool innocent = !testing::is_poison(*record.value) && !testing::is_toxic(*record.value);
    if (innocent && (calm || random.below(300) != 0)) return;
    worker.journal.die();
    kill(worker);
    ++poisoned;
  }

 private:
  void make_world() {
    const int partitions = 1 + static_cast<int>(random.below(4));
    world = std::make_unique<World>(partitions);
    add_records(60 + random.below(250), 1 + random.below(12));
    world->config.threads = chaos.threads;
    world->config.batch_interval = std::chrono::milliseconds(1 + random.below(300));
    world->config.max_batch_records = 1 + static_cast<std::int64_t>(random.below(60));
    world->state.checkpoint_interval = std::chrono::milliseconds(random.below(800));
    // A few devices a second at most, so that snapshots roll.
    world->state.snapshot_rate = 16 + static_cast<std::int64_t>(random.below(400));
    if (chaos.evicting) {
      world->state.max_resident_devices = 1 + static_cast<int>(random.below(6));
      if (random.below(2) == 0) world->state.idle_after = std::chrono::milliseconds(300);
    }
    // A worker does not hear in time what others have begun.
    if (chaos.shared && chaos.workers > 1) world->config.recovery = Recovery::kBestEffort;
    cluster = std::make_unique<MemoryCluster>(world->topic, world->clock);
  }

  void add_records(std::uint64_t count, std::uint64_t devices) {
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t device = random.below(devices);
      const char* kinds[] = {"bad", "skip", "v", "v", "v", "v", "v", "v"};
      std::string kind = kinds[random.below(8)];
      if (chaos.poisonous && random.below(120) == 0)
        kind = random.below(2) == 0 ? "poison" : "toxic";
      const std::size_t partitions = world->topic.partitions.size();
      const bool strays = chaos.shared && random.below(3) == 0;
      if (chaos.shared && chaos.workers > 1 && random.below(20) == 0) kind = "forget";
      world->topic.add(
          static_cast<int>(strays ? random.below(partitions) : device % partitions),
          {.key = "d" + std::to_string(device), .value = kind + std::to_string(random.next())});
    }
  }

  /// Something happens.
  void step(int nested) {
    const std::uint64_t what = random.below(100);
    const std::size_t living = workers.size();
    if (living == 0 || (what < 3 && living < chaos.workers)) return start();
    const auto chosen =
        std::next(workers.begin(), static_cast<std::ptrdiff_t>(random.below(living)));
    Worker& worker = *chosen->second;
    if (what < 30) return worker.background.run_one(random.next());
    if (what < 33) return expire(chosen->first);
    if (worker.busy || worker.ended) return;
    if (what == 36 && nested == 0) return kill(worker);
    if (what == 37) return leave(worker);
    turn(worker, nested);
  }

  void start() {
    const int number = next_number++;
    workers[number] = std::make_unique<Worker>(*this, number);
    Worker& worker = *workers[number];
    EXPECT_TRUE(worker.engine->start().ok());
  }

  void turn(Worker& worker, int nested) {
    const int before = std::exchange(depth, nested);
    worker.busy = true;
    const auto more = worker.engine->turn({});
    worker.busy = false;
    depth = before;
    if (!more.ok() && !worker.source.dead()) ADD_FAILURE() << more.error().message();
    if (!more.ok()) kill(worker);
  }

  void leave(Worker& worker) {
    worker.busy = true;
    static_cast<void>(worker.engine->leave({}));
    worker.busy = false;
    worker.ended = true;
  }

  void kill(Worker& worker) {
    if (worker.source.dead()) return;
    worker.source.die();
    worker.files.crash();
    const auto* me = cluster->member(worker.source.member());
    if (me != nullptr) cluster->leave(worker.source.member());
    worker.ended = true;
    ++deaths;
  }

  void expire(int number) {
    const auto* me = cluster->member(number);
    if (me == nullptr || me->expired || me->generation == 0) return;
    cluster->expire(number);
    ++expiries;
  }

  void bury() {
    for (auto at = workers.begin(); at != workers.end();) {
      Worker& worker = *at->second;
      if (!worker.ended || worker.busy) {
        ++at;
        continue;
      }
      count(worker);
      at = workers.erase(at);
    }
  }

  void count(const Worker& worker) {
    replayed += worker.engine->totals().replayed;
    snapshots += worker.engine->totals().snapshots;
  }

  bool all_done() {
    for (int p = 0; p < static_cast<int>(world->topic.partitions.size()); ++p) {
      if (cluster->lane(p).next != base::Offset(world->topic.size(p))) return false;
    }
    return true;
  }

  void stop_all() {
    for (auto& [number, worker] : workers) {
      if (!worker->ended) leave(*worker);
    }
    bury();
  }

  /// A last worker, undisturbed, with one record more for each device: its outcome tells whether
  /// the device's state is right.
  void finish() {
    add_records(40, 12);
    for (int i = 0; i < 20'000 && !all_done() && !::testing::Test::HasFailure(); ++i) {
      bury();  // It may still die of a poison.
      if (workers.empty()) start();
      Worker& last = *workers.rbegin()->second;
      last.background.run_one(0);
      turn(last, 99);
    }
    EXPECT_TRUE(all_done());
    stop_all();
  }
};

Worker::Worker(Simulation& simulation, int number)
    : random(simulation.random.next()),
      files(simulation.world->disk),
      journal(simulation.evidence),
      operation(simulation.world->operation,
                [&simulation, number](const base::RawRecord& record) {
                  simulation.meet(number, record);
                }),
      source(*simulation.cluster, number, random,
             [&simulation, number](const char*) { simulation.interrupt(number); }),
      logs(
          *simulation.cluster, source, random,
          [&simulation, number](const char*) { simulation.interrupt(number); },
          simulation.chaos.transactional) {
  World& world = *simulation.world;
  logs.trouble = simulation.calm ? 0 : random.below(30);
  engine = Engine::create(world.config, world.state,
                          {.source = source,
                           .logs = logs,
                           .operation = operation,
                           .observer = world.observer,
                           .clock = world.clock,
                           .files = files,
                           .cluster_id = "cluster",
                           .background = &background,
                           .crashes = &journal,
                           .run_id = random.next()})
               .value();
}

bool is_refused(const LoggedOutcome& outcome) {
  return outcome.kind == base::OutcomeKind::kDeadLetter &&
         outcome.reason.find("but its model is on") != std::string::npos;
}

std::int64_t Simulation::refusals() {
  std::int64_t count = 0;
  for (int p = 0; p < static_cast<int>(world->topic.partitions.size()); ++p) {
    const auto& outcomes = cluster->lane(p).outcomes;
    count += std::count_if(outcomes.begin(), outcomes.end(), is_refused);
  }
  return count;
}

/// A lane's models saw what its outcomes say that they saw, whatever it refused.
void check_shared(Simulation& simulation, int partition, const std::string& trace) {
  const auto& outcomes = simulation.cluster->lane(partition).outcomes;
  std::map<std::int64_t, LoggedOutcome> refused;
  for (const LoggedOutcome& outcome : outcomes) {
    if (is_refused(outcome)) refused[outcome.offset] = outcome;
  }
  ASSERT_EQ(outcomes, expected_outcomes(*simulation.world, partition, refused)) << trace;
}

/// Without anybody else each device has one partition for good.
void check_one_partition(Simulation& simulation, const std::string& trace) {
  std::map<std::string, int> owners;
  for (int p = 0; p < static_cast<int>(simulation.world->topic.partitions.size()); ++p) {
    for (const LoggedOutcome& outcome : simulation.cluster->lane(p).outcomes) {
      if (outcome.kind != base::OutcomeKind::kEnriched) continue;
      ASSERT_EQ(owners.emplace(outcome.device, p).first->second, p)
          << trace << " " << outcome.device << " at " << p << ":" << outcome.offset;
    }
  }
}

/// The outcomes of a partition are those of one undisturbed worker: exactly, or with repeats.
void check(Simulation& simulation, int partition, bool exactly, const std::string& trace) {
  const auto expected = expected_outcomes(*simulation.world, partition);
  const auto& outcomes = simulation.cluster->lane(partition).outcomes;
  if (exactly) {
    ASSERT_EQ(outcomes, expected) << trace;
    return;
  }
  std::set<std::int64_t> seen;
  for (const LoggedOutcome& outcome : outcomes) {
    ASSERT_EQ(outcome, expected[static_cast<std::size_t>(outcome.offset)]) << trace;
    seen.insert(outcome.offset);
  }
  ASSERT_EQ(seen.size(), expected.size()) << trace;
}

class ClusterSimulationTest : public ::testing::TestWithParam<Chaos> {};

TEST_P(ClusterSimulationTest, TheTopicHoldsWhatOneUndisturbedWorkerWouldHaveWritten) {
  std::int64_t deaths = 0;
  std::int64_t expiries = 0;
  std::int64_t points = 0;
  std::int64_t replayed = 0;
  std::int64_t snapshots = 0;
  int poisoned = 0;
  std::int64_t refusals = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const std::string trace = "seed " + std::to_string(seed);
    Simulation simulation(seed, GetParam());
    simulation.run();
    ASSERT_FALSE(HasFailure()) << trace;
    for (int p = 0; p < static_cast<int>(simulation.world->topic.partitions.size()); ++p) {
      if (GetParam().shared) {
        check_shared(simulation, p, trace);
      } else {
        check(simulation, p, GetParam().transactional, trace);
      }
      if (HasFatalFailure()) return;
    }
    if (GetParam().shared && GetParam().workers == 1) check_one_partition(simulation, trace);
    if (HasFatalFailure()) return;
    refusals += simulation.refusals();
    deaths += simulation.deaths;
    expiries += simulation.expiries;
    points += simulation.points;
    replayed += simulation.replayed;
    snapshots += simulation.snapshots;
    poisoned += simulation.poisoned;
  }
  std::cout << points << " interruptions possible, " << deaths << " deaths, " << expiries
            << " expired sessions, " << replayed << " records replayed, " << snapshots
            << " snapshots, " << poisoned << " deaths at records, " << refusals
            << " records of devices that another partition had\n";
  // The simulation is worth nothing if nothing goes wrong in it.
  EXPECT_GT(deaths, 100);
  EXPECT_GT(expiries, 100);
  EXPECT_GT(replayed, 1000);
  EXPECT_GT(snapshots, 100);
  EXPECT_EQ(poisoned > 100, GetParam().poisonous);
  EXPECT_EQ(refusals > 500, GetParam().shared);
}

INSTANTIATE_TEST_SUITE_P(
    Chaos, ClusterSimulationTest,
    ::testing::Values(Chaos{.transactional = true}, Chaos{.transactional = false},
                      Chaos{.transactional = true, .evicting = true},
                      Chaos{.transactional = true, .threads = 3},
                      Chaos{.transactional = true, .poisonous = true},
                      Chaos{.transactional = false, .poisonous = true},
                      Chaos{.transactional = true, .shared = true},
                      Chaos{.transactional = true, .evicting = true, .shared = true, .workers = 1}),
    [](const auto& chaos) {
      return std::string(chaos.param.transactional ? "ExactlyOnce" : "AtLeastOnce") +
             (chaos.param.evicting ? "Evicting" : "") + (chaos.param.poisonous ? "Poisonous" : "") +
             (chaos.param.shared ? "Shared" : "") + (chaos.param.workers == 1 ? "Alone" : "") +
             (chaos.param.threads > 1 ? "Threads" : "");
    });

}  // namespace
}  // namespace cortado::stream
