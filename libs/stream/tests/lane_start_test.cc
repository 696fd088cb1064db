// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "../src/lane_start.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cortado::stream {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Kind = LaneStart::Kind;

constexpr auto kStrict = Recovery::kStrict;
constexpr auto kBest = Recovery::kBestEffort;
constexpr const char* kPointer = "v1;m=m1;h=h1;lw=30";
constexpr const char* kNoSnapshot = "v1;m=;h=;lw=5";

LaneFacts facts(Recovery recovery, std::int64_t committed, const std::string& pointer) {
  LaneFacts result{.lane = {"in", base::Partition(1)},
                   .recovery = recovery,
                   .position = {},
                   .watermarks = {base::Offset(10), base::Offset(100)},
                   .first = base::Offset(20),
                   .place = "state/in/1"};
  if (committed >= 0) result.position = {base::Offset(committed), pointer};
  return result;
}

TEST(DecideStartTest, Table) {
  struct Row {
    const char* what;
    LaneFacts facts;
    Kind kind;
    std::int64_t committed;
    const char* manifest;
    bool log_is_new;
    const char* warning;
  };
  const Row rows[] = {
      {"nothing was committed", facts(kStrict, -1, ""), Kind::kBegin, 20, "", false, ""},
      {"a pointer", facts(kStrict, 40, kPointer), Kind::kRestore, 40, "m1", false, ""},
      {"a pointer without snapshot", facts(kStrict, 40, kNoSnapshot), Kind::kRestore, 40, "", false,
       ""},
      {"at the log's end", facts(kStrict, 100, kPointer), Kind::kRestore, 100, "m1", false, ""},
      {"no metadata", facts(kBest, 40, ""), Kind::kNewest, 40, "", false, "no metadata"},
      {"foreign metadata", facts(kBest, 40, "x"), Kind::kNewest, 40, "", false, "another program"},
      {"above the end", facts(kBest, 101, kPointer), Kind::kRestore, 10, "m1", true, "made anew"},
      {"above it, foreign", facts(kBest, 101, "x"), Kind::kNewest, 10, "", true, "made anew"},
  };
  for (const Row& row : rows) {
    const auto start = decide_start(row.facts);
    ASSERT_TRUE(start.ok()) << row.what;
    EXPECT_EQ(start->kind, row.kind) << row.what;
    EXPECT_EQ(start->committed.get(), row.committed) << row.what;
    EXPECT_EQ(start->pointer.snapshot.name, row.manifest) << row.what;
    EXPECT_EQ(start->log_is_new, row.log_is_new) << row.what;
    EXPECT_THAT(start->warning, HasSubstr(row.warning)) << row.what;
    EXPECT_EQ(start->warning.empty(), std::string(row.warning).empty()) << row.what;
  }
}

TEST(DecideStartTest, StrictStopsAndSaysWhatToDo) {
  LaneFacts without_state = facts(kStrict, 40, kPointer);
  without_state.keeps_state = false;
  LaneFacts foreign_without_state = facts(kStrict, 40, "");
  foreign_without_state.keeps_state = false;
  const std::pair<LaneFacts, const char*> rows[] = {
      {facts(kStrict, 40, ""),
       "no metadata, so offset 40 was set by hand (kafka-consumer-groups --reset-offsets leaves "
       "none) "
       "or by another program: to go on from the newest snapshot at or below it (what lies between "
       "is scored and written again), run cortado state rewind --to 40 -p 1; to go on exactly "
       "there "
       "with empty models, run cortado state reset --to 40 -p 1"},
      {facts(kStrict, 40, "another"), "cortado state rewind --to 40 -p 1"},
      {facts(kStrict, 101, kPointer), "the log ends at 100, so the topic was made anew or cut: "},
      {facts(kStrict, 101, ""), "made anew or cut, or the offset was set by hand: "},
      {facts(kStrict, 101, "another"), "cortado state rewind --to 100 -p 1"},
      {foreign_without_state, "set stream.recovery to best_effort"},
      {without_state, "state.dir is empty"},
  };
  for (const auto& [row, message] : rows) {
    const auto start = decide_start(row);
    ASSERT_FALSE(start.ok()) << message;
    EXPECT_EQ(start.error().code(), base::ErrorCode::kCorrupt);
    EXPECT_THAT(start.error().message(), HasSubstr(message));
    EXPECT_THAT(start.error().message(),
                HasSubstr("set both state.dir and kafka.group_id to new names"));
  }
  // What keeps no state has none to go back to.
  EXPECT_THAT(decide_start(foreign_without_state).error().message(), Not(HasSubstr("rewind")));
}

TEST(DecideStartTest, AnOffsetBelowTheStateNamesTheWayBack) {
  const base::Error error =
      state_ahead(facts(kStrict, 20, kPointer), base::Offset(30), base::Offset(20));
  EXPECT_THAT(error.message(), HasSubstr("set back by hand and kept its metadata"));
  EXPECT_THAT(error.message(), HasSubstr("cortado state rewind --to 20 -p 1"));
}

TEST(DecideReplayTest, RecordsThatAreThereAreReadFromTheLowWaterOn) {
  for (const std::int64_t low_water : {10, 11, 40, 100}) {
    const auto replay = decide_replay(facts(kStrict, 100, kPointer), base::Offset(low_water));
    ASSERT_TRUE(replay.ok());
    EXPECT_EQ(replay->start.get(), low_water);
    EXPECT_EQ(replay->lost_records, 0);
  }
}

TEST(DecideReplayTest, DeletedRecordsStopStrictAndAreCountedOtherwise) {
  const auto strict = decide_replay(facts(kStrict, 100, kPointer), base::Offset(3));
  ASSERT_FALSE(strict.ok());
  EXPECT_THAT(strict.error().message(), HasSubstr("7 offsets were deleted"));
  EXPECT_THAT(strict.error().message(), HasSubstr("stream.recovery to best_effort"));
  const auto best = decide_replay(facts(kBest, 100, kPointer), base::Offset(3));
  ASSERT_TRUE(best.ok());
  EXPECT_EQ(best->start.get(), 10);
  EXPECT_EQ(best->lost_records, 7);
}

TEST(DecideVersionTest, NoRecordIsScoredAgainByAnotherVersion) {
  const VersionChange change{.found = 1, .ours = 2};
  const auto drained =
      decide_version(facts(kStrict, 40, kPointer), change, base::Offset(40), base::Offset(40));
  ASSERT_TRUE(drained.ok());
  EXPECT_EQ(*drained, 0);
  const auto strict =
      decide_version(facts(kStrict, 40, kPointer), change, base::Offset(30), base::Offset(40));
  ASSERT_FALSE(strict.ok());
  EXPECT_EQ(strict.error().code(), base::ErrorCode::kUnsupported);
  EXPECT_THAT(strict.error().message(), HasSubstr("algorithm version 1, this build has 2"));
  EXPECT_THAT(strict.error().message(), HasSubstr("offset 30 to 40"));
  EXPECT_THAT(strict.error().message(), HasSubstr("SIGTERM"));
  const auto best =
      decide_version(facts(kBest, 40, kPointer), change, base::Offset(30), base::Offset(40));
  ASSERT_TRUE(best.ok());
  EXPECT_EQ(*best, 10);
}

TEST(DecideSettingsTest, NoRecordIsScoredAgainUnderOtherSettingsUnlessSomebodySaysSo) {
  const SettingsChange change{.found = "alerts=1;detector=2;input=3",
                              .ours = "alerts=9;detector=2;more=4"};
  const auto drained =
      decide_settings(facts(kStrict, 40, kPointer), change, base::Offset(40), base::Offset(40));
  ASSERT_TRUE(drained.ok());
  EXPECT_EQ(*drained, "");
  const auto strict =
      decide_settings(facts(kStrict, 40, kPointer), change, base::Offset(30), base::Offset(40));
  ASSERT_FALSE(strict.ok());
  EXPECT_EQ(strict.error().code(), base::ErrorCode::kInvalidConfig);
  for (const char* const part :
       {"offset 30 to 40", "other settings of alerts.*, input.*, more.*,", "SIGTERM",
        "cortado state rewind", "stream.recovery to best_effort"}) {
    EXPECT_THAT(strict.error().message(), HasSubstr(part));
  }
  const auto best =
      decide_settings(facts(kBest, 40, kPointer), change, base::Offset(30), base::Offset(40));
  ASSERT_TRUE(best.ok());
  EXPECT_THAT(*best, HasSubstr("other settings of alerts.*, input.*, more.*"));
}

TEST(DecideSharedTest, StrictStopsAndNamesWhatToChooseFrom) {
  const std::vector<std::string> own = {"a", "c", "d"};
  const base::TopicPartition other{"in", base::Partition(4)};
  EXPECT_TRUE(decide_shared(facts(kStrict, 40, kPointer), other, own, {"b", "e"})->empty());
  const auto strict = decide_shared(facts(kStrict, 40, kPointer), other, own, {"c", "d", "e"});
  ASSERT_FALSE(strict.ok());
  EXPECT_EQ(strict.error().code(), base::ErrorCode::kCorrupt);
  EXPECT_THAT(strict.error().message(), HasSubstr("2 devices have a state here and on in[4]"));
  EXPECT_THAT(strict.error().message(), HasSubstr("cortado state reset c -p 1 (or -p 4)"));
  const auto best = decide_shared(facts(kBest, 40, kPointer), other, own, {"c", "d", "e"});
  ASSERT_TRUE(best.ok());
  EXPECT_EQ(*best, (std::vector<std::string>{"c", "d"}));
}

TEST(DecideReplayTest, TheOtherRefusalsNameTheirWayOut) {
  const LaneFacts known = facts(kStrict, 40, kPointer);
  const base::Error missing = missing_snapshot(
      known, base::Error(base::ErrorCode::kNotFound, "state/in/1 has no manifest m1"));
  EXPECT_THAT(missing.message(), HasSubstr("state.dir is not shared by all workers"));
  EXPECT_THAT(missing.message(), HasSubstr("share it or set state.store: kafka"));
  EXPECT_THAT(missing.message(), HasSubstr("state/in/1"));
  LaneFacts in_topic = known;
  in_topic.in_topic = true;
  const base::Error deleted = missing_snapshot(
      in_topic, base::Error(base::ErrorCode::kNotFound, "state[1] has no manifest m1"));
  EXPECT_THAT(deleted.message(), HasSubstr("the state topic was deleted or emptied"));
  EXPECT_THAT(deleted.message(), HasSubstr("cortado state rewind"));
  EXPECT_THAT(deleted.message(), Not(HasSubstr("set state.store: kafka")));
  EXPECT_THAT(missing_commit(known, base::Offset(77)).message(),
              HasSubstr("cortado state rewind --to 77"));
}

}  // namespace
}  // namespace cortado::stream
