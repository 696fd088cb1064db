// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/checkpoint/selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cortado::checkpoint {
namespace {

using ::testing::HasSubstr;
using Kind = Decision::Kind;

LaneIdentity ours() {
  return {.lane = {"in", base::Partition(1)},
          .partition_count = 4,
          .hash_name = "murmur2",
          .cluster_id = "cluster",
          .model_hash = "model"};
}

Candidate candidate(BlobState blobs, LaneIdentity identity = ours()) {
  Candidate result{.file = "m", .manifest = Manifest{}, .blobs = blobs};
  result.manifest->identity = std::move(identity);
  if (blobs == BlobState::kBroken) result.problem = "blob: wrong checksum";
  return result;
}

Candidate unread() { return candidate(BlobState::kUnread); }
Candidate sound() { return candidate(BlobState::kSound); }
Candidate broken() { return candidate(BlobState::kBroken); }
Candidate rotten() { return {.file = "r", .problem = "manifest: wrong checksum"}; }
Candidate newer_format() {
  return {.file = "f", .problem = "manifest: format version 9", .other_format = true};
}
Candidate with(void (*change)(LaneIdentity&)) {
  LaneIdentity identity = ours();
  change(identity);
  return candidate(BlobState::kUnread, identity);
}
Candidate at(std::int64_t next) {
  Candidate result = sound();
  result.manifest->facts.next_offset = base::Offset(next);
  return result;
}
Candidate other_lane() {
  return with([](LaneIdentity& identity) { identity.lane.partition = base::Partition(2); });
}
Candidate other_cluster() {
  return with([](LaneIdentity& identity) { identity.cluster_id = "elsewhere"; });
}
Candidate other_model() {
  return with([](LaneIdentity& identity) { identity.model_hash = "other"; });
}
Candidate other_count() {
  return with([](LaneIdentity& identity) { identity.partition_count = 8; });
}
Candidate other_hash() {
  return with([](LaneIdentity& identity) { identity.hash_name = "crc"; });
}

/// Made by a command.
Candidate root(Candidate candidate) {
  candidate.file = "0000000000000007-00000000000000aa.root.manifest";
  return candidate;
}
Candidate made_from(const char* file, const char* parent) {
  Candidate result = unread();
  result.file = file;
  result.manifest->parent = parent;
  return result;
}

TEST(ChooseSnapshotTest, Table) {
  struct Row {
    const char* what;
    std::vector<Candidate> candidates;
    Kind kind;
    std::size_t index;
    std::size_t refusals;
    const char* message;
  };
  const Row rows[] = {
      {"nothing yet", {}, Kind::kNone, 0, 0, ""},
      {"the newest is read first", {unread(), unread()}, Kind::kRead, 0, 0, ""},
      {"and used when sound", {sound(), unread()}, Kind::kUse, 0, 0, ""},
      {"a broken one is passed over", {broken(), unread()}, Kind::kRead, 1, 1, ""},
      {"until a sound one comes", {broken(), sound()}, Kind::kUse, 1, 1, ""},
      {"a rotten manifest too", {rotten(), broken(), sound()}, Kind::kUse, 2, 2, ""},
      {"one of another lane too", {other_lane(), sound()}, Kind::kUse, 1, 1, ""},
      {"none usable", {rotten(), broken()}, Kind::kStop, 0, 2, "none of the snapshots"},
      {"only another lane's", {other_lane()}, Kind::kStop, 0, 1, "it is of in[2]"},
      {"another cluster", {other_cluster(), sound()}, Kind::kStop, 0, 0, "\"elsewhere\""},
      {"another model", {other_model(), sound()}, Kind::kStop, 0, 0, "model configuration"},
      {"another partition count", {other_count()}, Kind::kStop, 0, 0, "\"8\", not \"4\""},
      {"another partitioner", {other_hash()}, Kind::kStop, 0, 0, "\"crc\""},
      {"behind a rotten one", {rotten(), other_cluster()}, Kind::kStop, 0, 1, "\"elsewhere\""},
      {"an older one of another cluster", {sound(), other_cluster()}, Kind::kUse, 0, 0, ""},
      {"a root stands in for a later one", {broken(), root(sound())}, Kind::kUse, 1, 1, ""},
      {"none for a broken root", {root(broken()), sound()}, Kind::kStop, 0, 1, "would undo"},
      {"nor for a rotten one",
       {rotten(), root(rotten()), sound()},
       Kind::kStop,
       0,
       2,
       "would undo"},
      {"one of another lane is nobody's", {root(other_lane()), sound()}, Kind::kUse, 1, 1, ""},
      {"another format", {newer_format(), sound()}, Kind::kStop, 0, 0, "format version 9"},
  };
  for (const Row& row : rows) {
    const Decision decision = choose_snapshot(row.candidates, ours(), "state/in/1");
    EXPECT_EQ(decision.kind, row.kind) << row.what;
    EXPECT_EQ(decision.refusals.size(), row.refusals) << row.what;
    if (row.kind == Kind::kUse || row.kind == Kind::kRead) {
      EXPECT_EQ(decision.index, row.index) << row.what;
    }
    ASSERT_EQ(decision.error.has_value(), row.kind == Kind::kStop) << row.what;
    if (!decision.error) continue;
    EXPECT_THAT(decision.error->message(), HasSubstr(row.message)) << row.what;
    EXPECT_THAT(decision.error->message(), HasSubstr("state/in/1")) << row.what;
    EXPECT_THAT(decision.error->message(), HasSubstr(kBeginAnew)) << row.what;
  }
}

TEST(ChooseSnapshotTest, WhatGoesAboveTheBoundIsPassedOver) {
  const std::vector<Candidate> candidates = {at(30), at(20), at(10)};
  const auto chosen = [&](std::int64_t bound) {
    return choose_snapshot(candidates, ours(), "f", base::Offset(bound));
  };
  EXPECT_EQ(chosen(30).index, 0U);
  EXPECT_EQ(chosen(29).index, 1U);
  EXPECT_EQ(chosen(10).index, 2U);
  EXPECT_EQ(chosen(29).refusals[0].reason, "it goes to offset 30, above 29");
  EXPECT_EQ(chosen(9).kind, Kind::kStop);
}

TEST(ChooseSnapshotTest, ARootAboveTheBoundKeepsNothingFromBefore) {
  const std::vector<Candidate> candidates = {root(at(30)), at(20)};
  EXPECT_EQ(choose_snapshot(candidates, ours(), "f", base::Offset(29)).index, 1U);
}

TEST(LineTest, IsWhatTheFirstWasMadeFrom) {
  const auto line = [](std::vector<Candidate> candidates) {
    std::string files;
    for (const Candidate& candidate : line_of(std::move(candidates))) files += candidate.file;
    return files;
  };
  EXPECT_EQ(line({}), "");
  EXPECT_EQ(line({made_from("c", "b"), made_from("b", "a"), made_from("a", "")}), "cba");
  EXPECT_EQ(line({made_from("d", "b"), made_from("c", "b"), made_from("b", "a"), rotten()}), "dbr")
      << "its parent is gone: whatever is there";
  EXPECT_EQ(line({rotten(), made_from("c", "a"), made_from("b", "a"), made_from("a", "")}), "rca")
      << "from one that tells nothing the next by number";
}

TEST(ChooseSnapshotTest, TheCodesTellWhatIsWrong) {
  const auto code = [](const std::vector<Candidate>& candidates) {
    return choose_snapshot(candidates, ours(), "f").error->code();
  };
  EXPECT_EQ(code({rotten()}), base::ErrorCode::kCorrupt);
  EXPECT_EQ(code({other_model()}), base::ErrorCode::kInvalidConfig);
  EXPECT_EQ(code({newer_format()}), base::ErrorCode::kUnsupported);
}

TEST(ChooseSnapshotTest, RefusalsSayWhy) {
  const std::vector<Candidate> candidates = {rotten(), other_lane(), broken(), sound()};
  const Decision decision = choose_snapshot(candidates, ours(), "f");
  ASSERT_EQ(decision.refusals.size(), 3U);
  EXPECT_EQ(decision.refusals[0].file, "r");
  EXPECT_EQ(decision.refusals[0].reason, "manifest: wrong checksum");
  EXPECT_EQ(decision.refusals[1].reason, "it is of in[2]");
  EXPECT_EQ(decision.refusals[2].reason, "blob: wrong checksum");
}

}  // namespace
}  // namespace cortado::checkpoint
