// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Records that end every process: found, passed over by a decision that is committed first, and
// never run again.
#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/checkpoint/lane_archive.h"
#include "engine_world.h"
#include "memory_crash_journal.h"

namespace cortado::stream {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using testing::CrashEvidence;
using ::testing::ElementsAre;
using testing::expected_outcomes;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::MemoryCrashJournal;
using testing::World;

bool is_deadly(const base::RawRecord& record) {
  return testing::is_poison(*record.value) || testing::is_toxic(*record.value);
}

class CrashTest : public ::testing::TestWithParam<int> {
 protected:
  CrashTest() : world_(2), random_(1) {
    world_.config.threads = GetParam();
    world_.config.max_batch_records = 40;
  }

  /// Records of eight devices on two partitions; the values of `special` by place on partition 0.
  void fill(int records, const std::map<int, std::string>& special) {
    for (int i = 0; i < records; ++i) {
      const auto found = special.find(i);
      world_.topic.add(0,
                       {.key = "a" + std::to_string(i % 8),
                        .value = found != special.end() ? found->second : "v" + std::to_string(i)});
      world_.topic.add(1, {.key = "b" + std::to_string(i % 8), .value = "w" + std::to_string(i)});
    }
  }

  /// One process, from its start to its end or death. True if it lived.
  bool live() {
    MemoryCrashJournal journal(evidence_);
    dead_ = false;
    const testing::PoisonOperator operation(world_.operation, [&](const base::RawRecord& record) {
      if (!is_deadly(record) || dead_.exchange(true)) return;
      journal.die();
      deaths_.push_back(record.offset.get());
    });
    const auto check = [this]() -> base::Status {
      if (dead_) world_.files->crash();
      return dead_ ? base::Status(base::Error(base::ErrorCode::kIo, "dead")) : base::Status();
    };
    world_.logs.on_append = [&](std::int64_t number) -> base::Status {
      if (on_append) on_append(number);
      return check();
    };
    world_.logs.on_commit = [&](std::int64_t number) -> base::Result<CommitResult> {
      CORTADO_TRY(check());
      return on_commit ? on_commit(number) : CommitResult::kCommitted;
    };
    world_.crashes = &journal;
    world_.operation_in_use = &operation;
    world_.stop = std::stop_source();
    world_.observer.on_lanes = [&](std::span<const LaneReport>) {
      if (dead_) world_.stop.request_stop();
    };
    const base::Status status = world_.run();
    if (!dead_) {
      EXPECT_TRUE(status.ok()) << status.error().message();
      return true;
    }
    world_.reboot(random_);
    return false;
  }

  void check_outcomes() {
    for (int partition = 0; partition < 2; ++partition) {
      const auto expected = expected_outcomes(world_, partition);
      std::size_t seen = 0;
      for (const auto& outcome : world_.logs.lanes()[world_.topic.at(partition)].outcomes) {
        ASSERT_EQ(outcome, expected[static_cast<std::size_t>(outcome.offset)]);
        seen = std::max(seen, static_cast<std::size_t>(outcome.offset) + 1);
      }
      ASSERT_EQ(seen, expected.size());
    }
  }

  std::string pointer() { return world_.logs.lanes()[world_.topic.at(0)].pointer; }

  World world_;
  base::Random random_;
  CrashEvidence evidence_;
  std::atomic<bool> dead_{false};
  std::vector<std::int64_t> deaths_;
  std::function<void(std::int64_t)> on_append;
  std::function<base::Result<CommitResult>(std::int64_t)> on_commit;
};

TEST_P(CrashTest, ARecordThatEndsThreeProcessesIsADeadLetterForTheFourth) {
  for (const char* const kind : {"poison", "toxic"}) {
    SCOPED_TRACE(kind);
    const auto begin = static_cast<int>(world_.topic.size(0));
    fill(200, {{100, kind}});
    deaths_.clear();
    EXPECT_FALSE(live());
    EXPECT_FALSE(live());
    EXPECT_FALSE(live());
    EXPECT_TRUE(live());
    EXPECT_THAT(deaths_, ElementsAre(begin + 100, begin + 100, begin + 100));
    check_outcomes();
    // Whoever was at an innocent record meanwhile is not blamed, and all is forgotten.
    EXPECT_THAT(evidence_.deaths[crash_lane(world_.topic.at(0))], IsEmpty());
  }
}

TEST_P(CrashTest, TheDecisionIsCommittedBeforeItTakesEffect) {
  fill(200, {{100, "poison"}});
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(live());
  std::vector<std::string> pointers;
  on_append = [&](std::int64_t) { pointers.push_back(pointer()); };
  EXPECT_THAT(pointer(), ::testing::Not(HasSubstr("sk=")));
  EXPECT_TRUE(live());
  ASSERT_FALSE(pointers.empty());
  EXPECT_THAT(pointers.front(), HasSubstr(";sk=100"));
}

TEST_P(CrashTest, ADecisionThatIsNotCommittedIsTakenAgain) {
  fill(200, {{100, "poison"}});
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(live());
  int refused = 0;
  on_commit = [&](std::int64_t) {
    return refused++ < 2 ? CommitResult::kAborted : CommitResult::kCommitted;
  };
  EXPECT_TRUE(live());
  EXPECT_GT(refused, 2);
  EXPECT_EQ(deaths_.size(), 3U);
  check_outcomes();
}

TEST_P(CrashTest, AReplayPassesItOverToo) {
  world_.state.checkpoint_interval = 3600s;
  fill(200, {{100, "poison"}});
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(live());
  const std::int64_t killed = world_.logs.appends + 120;
  on_append = [&](std::int64_t number) {
    if (number == killed) dead_ = true;
  };
  EXPECT_FALSE(live());
  on_append = nullptr;
  // Another machine's worker knows nothing of the deaths; the pointer tells it.
  evidence_.deaths.clear();
  EXPECT_TRUE(live());
  EXPECT_EQ(deaths_.size(), 3U);
  check_outcomes();
}

TEST_P(CrashTest, SkippedRecordsStandInTheManifest) {
  fill(200, {{100, "poison"}});
  while (!live()) {
  }
  const checkpoint::LaneArchive archive(*world_.files, "state/in/0");
  const auto snapshots = archive.snapshots();
  ASSERT_TRUE(snapshots.ok() && !snapshots->empty());
  EXPECT_THAT(snapshots->front().manifest->facts.skipped, ElementsAre(base::Offset(100)));
  EXPECT_THAT(pointer(), HasSubstr(snapshots->front().name.name));
}

TEST_P(CrashTest, EachOfSeveralIsFound) {
  fill(200, {{60, "poison"}, {61, "toxic"}, {150, "poison"}});
  int lives = 1;
  while (!live()) ++lives;
  EXPECT_EQ(lives, 10);
  EXPECT_THAT(pointer(), HasSubstr(";sk=60,61,150"));
  check_outcomes();
}

TEST_P(CrashTest, NoneIsPassedOverWhereThatIsSwitchedOff) {
  world_.config.max_crashes = 0;
  fill(200, {{100, "poison"}});
  for (int i = 0; i < 6; ++i) EXPECT_FALSE(live());
  EXPECT_EQ(deaths_.size(), 6U);
  EXPECT_LE(world_.logs.lanes()[world_.topic.at(0)].committed->get(), 100);
}

INSTANTIATE_TEST_SUITE_P(Threads, CrashTest, ::testing::Values(1, 4));

}  // namespace
}  // namespace cortado::stream
