// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "lane_start.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>

#include "cortado/checkpoint/selection.h"

namespace cortado::stream {
namespace {

using Kind = LaneStart::Kind;

std::string text(base::Offset offset) { return std::to_string(offset.get()); }

base::Error stop(const std::string& what, const std::string& advice) {
  return base::Error(base::ErrorCode::kCorrupt,
                     what + ": " + advice + std::string(checkpoint::kBeginAnew));
}

std::string best_effort(const std::string& what) {
  return "to " + what + ", set stream.recovery to best_effort";
}

/// The commands that set the group's offset together with the state that belongs to it.
std::string rewind(const LaneFacts& facts, base::Offset offset) {
  const std::string lane = " -p " + std::to_string(facts.lane.partition.get());
  return "to go on from the newest snapshot at or below it (what lies between is scored and "
         "written "
         "again), run cortado state rewind --to " +
         text(offset) + lane +
         "; to go on exactly there with empty models, run cortado state reset --to " +
         text(offset) + lane;
}

/// The committed offset lies above the log's end.
base::Result<LaneStart> start_of_new_log(const LaneFacts& facts, base::Offset committed) {
  const auto pointer = parse_pointer(facts.position.pointer);
  const std::string what = "offset " + text(committed) + " was committed but the log ends at " +
                           text(facts.watermarks.high) + ", so the topic was made anew or cut" +
                           (pointer.ok() ? "" : ", or the offset was set by hand");
  if (facts.recovery == Recovery::kStrict) {
    const std::string keep = best_effort("keep the models and read the new log from its beginning");
    return stop(what, pointer.ok() || !facts.keeps_state
                          ? keep
                          : rewind(facts, facts.watermarks.high) + "; " + keep);
  }
  return LaneStart{
      .kind = pointer.ok() ? Kind::kRestore : Kind::kNewest,
      .committed = facts.watermarks.low,
      .pointer = pointer.ok() ? *pointer : Pointer{},
      .log_is_new = true,
      .warning = what + "; the models are kept, the new log is read from its beginning"};
}

/// Split "input=12;alerts=34" into its parts, sorted.
std::vector<std::string_view> parts_of(std::string_view settings) {
  std::vector<std::string_view> parts;
  while (!settings.empty()) {
    const std::size_t end = std::min(settings.find(';'), settings.size());
    parts.push_back(settings.substr(0, end));
    settings.remove_prefix(std::min(end + 1, settings.size()));
  }
  std::sort(parts.begin(), parts.end());
  return parts;
}

/// Name the kinds of settings that differ: "alerts.*, input.*".
std::string differing_kinds(const SettingsChange& change) {
  const auto found = parts_of(change.found);
  const auto ours = parts_of(change.ours);
  std::vector<std::string_view> differing;
  std::set_symmetric_difference(found.begin(), found.end(), ours.begin(), ours.end(),
                                std::back_inserter(differing));
  std::set<std::string_view> kinds;
  for (const std::string_view part : differing) kinds.insert(part.substr(0, part.find('=')));
  std::string text;
  for (const std::string_view kind : kinds) {
    text += (text.empty() ? "" : ", ") + std::string(kind) + ".*";
  }
  return text;
}

/// The committed offset names no state: whoever set it knew of none.
base::Result<LaneStart> start_of_foreign_offset(const LaneFacts& facts, base::Offset committed,
                                                const base::Error& foreign) {
  const std::string what = foreign.message() + ", so offset " + text(committed) +
                           " was set by hand (kafka-consumer-groups --reset-offsets leaves none) "
                           "or by another program";
  if (facts.recovery == Recovery::kBestEffort) {
    return LaneStart{.kind = Kind::kNewest,
                     .committed = committed,
                     .warning = what +
                                "; going on there with the newest snapshot at or below it: "
                                "the models learn what lies between, nothing of it is "
                                "written"};
  }
  if (!facts.keeps_state) return stop(what, best_effort("go on there with empty models"));
  return stop(what, rewind(facts, committed) + "; " +
                        best_effort("go on exactly there with the newest snapshot at or below it, "
                                    "whose models then learn what lies between"));
}

}  // namespace

base::Result<LaneStart> decide_start(const LaneFacts& facts) {
  if (!facts.position.next_offset) return LaneStart{.kind = Kind::kBegin, .committed = facts.first};
  const base::Offset committed = *facts.position.next_offset;
  if (committed > facts.watermarks.high) return start_of_new_log(facts, committed);
  const auto pointer = parse_pointer(facts.position.pointer);
  if (!pointer.ok()) return start_of_foreign_offset(facts, committed, pointer.error());
  if (!facts.keeps_state && !pointer->snapshot.empty()) {
    return stop("the committed offset names a snapshot but state.dir is empty",
                "to go on, set state.dir to the folder used before");
  }
  return LaneStart{.kind = Kind::kRestore, .committed = committed, .pointer = *pointer};
}

base::Result<LaneReplay> decide_replay(const LaneFacts& facts, base::Offset low_water) {
  const base::Offset low = facts.watermarks.low;
  if (low <= low_water) return LaneReplay{.start = low_water};
  const std::int64_t lost = low.get() - low_water.get();
  if (facts.recovery == Recovery::kBestEffort)
    return LaneReplay{.start = low, .lost_records = lost};
  return stop("the state lacks the records from offset " + text(low_water) +
                  " on, but the log begins at " + text(low) + ": " + std::to_string(lost) +
                  " offsets were deleted before they could be read",
              "to prevent it, raise the input topic's retention; " +
                  best_effort("go on without them (scores will differ)"));
}

base::Result<std::int64_t> decide_version(const LaneFacts& facts, const VersionChange& change,
                                          base::Offset start, base::Offset committed) {
  const std::int64_t left_out = std::max<std::int64_t>(0, committed.get() - start.get());
  if (left_out == 0 || facts.recovery == Recovery::kBestEffort) return left_out;
  return base::Error(
      base::ErrorCode::kUnsupported,
      to_string(facts.lane) + ": the state was left off by algorithm version " +
          std::to_string(change.found) + ", this build has " + std::to_string(change.ours) +
          ", and the records from offset " + text(start) + " to " + text(committed) +
          " would have to be scored again by another one than scored them first: run the former "
          "build once more and end it by SIGTERM, which takes a snapshot at the committed offset, "
          "then start this one; " +
          best_effort("go on without them in the models") + std::string(checkpoint::kBeginAnew));
}

base::Result<std::string> decide_settings(const LaneFacts& facts, const SettingsChange& change,
                                          base::Offset start, base::Offset committed) {
  if (start >= committed) return std::string();
  const std::string what = "the records from offset " + text(start) + " to " + text(committed) +
                           " were scored under other settings of " + differing_kinds(change);
  if (facts.recovery == Recovery::kBestEffort) {
    return what +
           "; the models learn them again under the present ones, so that they become "
           "others than those whose outcomes are written";
  }
  return base::Error(
      base::ErrorCode::kInvalidConfig,
      to_string(facts.lane) + ": " + what +
          ", and the models would have to learn them again under the present ones: start once "
          "with the former settings (and the former build, if that was changed too) and end it by "
          "SIGTERM, which takes a snapshot at the committed offset, then change them; or run "
          "cortado state rewind --to a snapshot that needs no replay (cortado state ls), whose "
          "records are then scored and written again; " +
          best_effort("let the models learn them under the present settings") +
          std::string(checkpoint::kBeginAnew));
}

base::Result<std::vector<std::string>> decide_shared(const LaneFacts& facts,
                                                     const base::TopicPartition& other,
                                                     const std::vector<std::string>& own,
                                                     const std::vector<std::string>& theirs) {
  std::vector<std::string> shared;
  std::set_intersection(own.begin(), own.end(), theirs.begin(), theirs.end(),
                        std::back_inserter(shared));
  if (shared.empty() || facts.recovery == Recovery::kBestEffort) return shared;
  const std::string partition = std::to_string(facts.lane.partition.get());
  return stop(
      std::to_string(shared.size()) + " devices have a state here and on " + to_string(other) +
          ", the first of them being " + shared.front() + ", so two workers had records of them",
      "give all records of a device the same key, stop the workers and choose which state "
      "goes: cortado state reset " +
          shared.front() + " -p " + partition + " (or -p " + std::to_string(other.partition.get()) +
          "); " + best_effort("let the lower partition keep such devices"));
}

base::Error missing_snapshot(const LaneFacts& facts, const base::Error& error) {
  if (facts.in_topic) {
    return stop(error.message() +
                    ", which the committed offset names, so the state topic was deleted or emptied "
                    "after it was written, or state.dir kept the snapshots before",
                "to go on from a snapshot that is there, run cortado state ls and cortado state "
                "rewind --to its name; if they are in a folder, set state.store: directory");
  }
  return stop(error.message() +
                  ", which the committed offset names, so state.dir is not shared by all workers "
                  "or is not the folder used before",
              "share it or set state.store: kafka");
}

base::Error state_ahead(const LaneFacts& facts, base::Offset state, base::Offset committed) {
  return stop("the state goes up to offset " + text(state) + " but offset " + text(committed) +
                  " is committed, so the offset was set back by hand and kept its metadata",
              rewind(facts, committed));
}

base::Error new_log_without_commit(const LaneFacts& facts, base::Offset snapshot) {
  return stop(facts.place + " holds snapshots up to offset " + text(snapshot) +
                  ", but the log ends at " + text(facts.watermarks.high) +
                  " and the group has committed nothing, so the topic was made anew",
              "to read it with empty models, run cortado state reset -p " +
                  std::to_string(facts.lane.partition.get()) + " --to beginning");
}

base::Error missing_commit(const LaneFacts& facts, base::Offset snapshot) {
  return stop(facts.place + " holds snapshots up to offset " + text(snapshot) +
                  " but the group has committed nothing, so its offsets expired or were deleted",
              "to go on there, run cortado state rewind --to " + text(snapshot) + " -p " +
                  std::to_string(facts.lane.partition.get()) + "; " +
                  best_effort("do that without asking"));
}

}  // namespace cortado::stream
