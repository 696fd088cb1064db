// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "json_line.h"
#include "state/state_views.h"
#include "text_columns.h"

namespace cortado::app {
namespace {

using checkpoint::Damage;
using checkpoint::FoundSnapshot;

bool is_committed(const LaneView& lane, const std::string& snapshot) {
  return lane.pointer && !snapshot.empty() && lane.pointer->snapshot.name == snapshot;
}

bool names_one_of(const LaneView& lane, const std::vector<FoundSnapshot>& all) {
  return std::any_of(all.begin(), all.end(), [&](const FoundSnapshot& found) {
    return is_committed(lane, found.name.name);
  });
}

/// Checks snapshots and prints each with what is wrong with it.
class Verification {
 public:
  Verification(StateAccess& access, bool json) : access_(access), json_(json) {}

  base::Status check(const LaneView& lane);
  base::Result<ExitCode> verdict() const;

 private:
  base::Result<std::vector<FoundSnapshot>> snapshots(const LaneView& lane);
  base::Result<bool> is_gone(const LaneView& lane, const FoundSnapshot& found);
  void tell(const LaneView& lane, const FoundSnapshot& found, const std::vector<Damage>& damages);

  StateAccess& access_;
  bool json_;
  std::int64_t damaged_ = 0;
  std::int64_t missing_ = 0;
};

/// What is there, and the snapshot that the commit names even where it is not. A worker that goes
/// on meanwhile has committed another before it removes one.
base::Result<std::vector<FoundSnapshot>> Verification::snapshots(const LaneView& lane) {
  while (true) {
    CORTADO_ASSIGN(auto all, lane.archive().snapshots());
    if (!lane.pointer || lane.pointer->snapshot.empty() || names_one_of(lane, all)) return all;
    CORTADO_ASSIGN(const bool moved, access_.ask_again(lane));
    if (moved) continue;
    FoundSnapshot absent{.name = lane.pointer->snapshot};
    absent.problem = "it is not there, and the group's committed offset names it";
    all.insert(all.begin(), std::move(absent));
    ++missing_;
    return all;
  }
}

/// True if a worker has superseded the snapshot while it was read: that is no damage.
base::Result<bool> Verification::is_gone(const LaneView& lane, const FoundSnapshot& found) {
  if (!found.manifest) return false;
  const auto again = lane.archive().find({found.name.name, ""});
  if (again.ok() || again.error().code() != base::ErrorCode::kNotFound) return false;
  if (!is_committed(lane, found.name.name)) return true;
  return access_.ask_again(lane);
}

base::Status Verification::check(const LaneView& lane) {
  const checkpoint::LaneArchive archive = lane.archive();
  CORTADO_ASSIGN(const auto all, snapshots(lane));
  for (const FoundSnapshot& found : all) {
    std::vector<Damage> damages;
    if (found.manifest) {
      CORTADO_ASSIGN(damages, archive.verify(*found.manifest));
    } else {
      damages.push_back({"manifest", found.problem});
    }
    if (found.manifest && is_committed(lane, found.name.name) &&
        found.name.hash != lane.pointer->snapshot.hash)
      damages.push_back({"manifest", "its bytes are not those that the commit names"});
    if (!damages.empty()) {
      CORTADO_ASSIGN(const bool gone, is_gone(lane, found));
      if (gone) continue;
      ++damaged_;
    }
    tell(lane, found, damages);
  }
  CORTADO_ASSIGN(const auto unnamed, archive.unnamed(all));
  if (!json_ && !unnamed.empty()) {
    std::printf("%s: %zu files that no sound snapshot names\n", lane.folder.c_str(),
                unnamed.size());
  }
  return {};
}

void Verification::tell(const LaneView& lane, const FoundSnapshot& found,
                        const std::vector<Damage>& damages) {
  const bool committed = is_committed(lane, found.name.name);
  if (json_) {
    JsonLine line;
    line.number("partition", lane.lane.partition.get()).text("snapshot", found.name.name);
    if (access_.online()) line.boolean("committedSnapshot", committed);
    line.number("damages", static_cast<std::int64_t>(damages.size()));
    if (!damages.empty()) line.text("first", damages[0].where + ": " + damages[0].what);
    std::printf("%s\n", line.str().c_str());
    return;
  }
  const std::string place = lane.folder + "/" + found.name.name;
  for (const Damage& damage : damages) {
    std::printf("%s: %s: %s\n", place.c_str(), without_controls(damage.where).c_str(),
                without_controls(damage.what).c_str());
  }
  if (!damages.empty()) return;
  std::printf("%s: ok, %zu devices%s\n", place.c_str(), found.manifest->entries.size(),
              committed ? ", committed" : "");
}

base::Result<ExitCode> Verification::verdict() const {
  if (damaged_ == 0) return ExitCode::kOk;
  if (missing_ > 0) {
    return base::Error(base::ErrorCode::kCorrupt,
                       std::to_string(missing_) +
                           " snapshots that the group's committed offsets name are missing, " +
                           std::to_string(damaged_ - missing_) +
                           " are damaged: bring the missing ones back from a backup, or let their "
                           "partitions go on from an older one (cortado state rewind --to newest "
                           "-p N) or without any (cortado state reset -p N)");
  }
  return base::Error(base::ErrorCode::kCorrupt,
                     std::to_string(damaged_) +
                         " snapshots are damaged: a lane whose committed one "
                         "is among them goes back to the newest sound one "
                         "before it");
}

/// What nobody was asked, or what has no answer.
void tell_what_is_not_compared(const StateAccess& access) {
  if (!access.online()) {
    std::fputs(
        "cortado: the group was not asked: whether the snapshots that its committed offsets name "
        "are there was not checked\n",
        stderr);
    return;
  }
  for (const LaneView& lane : access.lanes()) {
    if (lane.pointer || !lane.position->next_offset) continue;
    std::fprintf(stderr,
                 "cortado: the group's offset of %s was set by hand or by another program and "
                 "names no snapshot\n",
                 base::to_string(lane.lane).c_str());
  }
}

}  // namespace

base::Result<ExitCode> verify_state(StateAccess& access, bool json) {
  tell_what_is_not_compared(access);
  Verification verification(access, json);
  for (const LaneView& lane : access.lanes()) CORTADO_TRY(verification.check(lane));
  return verification.verdict();
}

}  // namespace cortado::app
