// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <string>

#include "cortado/base/option.h"
#include "json_line.h"
#include "state/group_move.h"
#include "state/import_plan.h"
#include "state/owner_number.h"
#include "state/passed_over.h"
#include "state/state_views.h"

namespace cortado::app {
namespace {

using base::Error;
using base::ErrorCode;
using base::Offset;

/// Where a reset lane begins: where its group is, unless options.to says otherwise.
base::Result<Offset> reset_offset(const LaneView& lane, const stream::Watermarks& marks,
                                  const StateOptions& options) {
  if (options.to == "beginning") return marks.low;
  if (options.to == "end") return marks.high;
  if (options.to.empty()) {
    const Offset committed = lane.position->next_offset.value_or(marks.low);
    // A topic that was made anew or cut ends below it.
    return committed > marks.high ? marks.low : std::max(committed, marks.low);
  }
  const auto number = base::parse_integer(options.to);
  if (number.ok() && *number >= marks.low.get() && *number <= marks.high.get())
    return Offset(*number);
  return Error(ErrorCode::kInvalidConfig, "--to " + options.to + ": " + base::to_string(lane.lane) +
                                              " takes beginning, end "
                                              "or an offset from " +
                                              std::to_string(marks.low.get()) + " to " +
                                              std::to_string(marks.high.get()));
}

/// What a reset lane still passes over. The offsets of a log that was made anew mean nothing.
base::Result<std::vector<Offset>> reset_skips(const LaneView& lane, const stream::Watermarks& marks,
                                              const StateOptions& options) {
  const Offset committed = lane.position->next_offset.value_or(marks.low);
  if (options.forget_skips || committed > marks.high) return std::vector<Offset>();
  CORTADO_ASSIGN(auto skips, passed_over(lane));
  std::erase_if(skips, [&marks](Offset offset) { return offset >= marks.high; });
  return skips;
}

base::Result<ExitCode> reset_lanes(StateAccess& access, const StateOptions& options, bool json) {
  std::vector<Move> moves;
  for (const LaneView& lane : access.lanes()) {
    CORTADO_ASSIGN(const stream::Watermarks marks, access.watermarks(lane.lane));
    CORTADO_ASSIGN(const Offset next, reset_offset(lane, marks, options));
    CORTADO_ASSIGN(auto skips, reset_skips(lane, marks, options));
    moves.push_back({.lane = &lane,
                     .next = next,
                     .pointer = {.snapshot = {}, .low_water = next, .skipped = std::move(skips)},
                     .what = "without any state"});
  }
  // Before the commit: after it a worker may have come, and what it has written by then is its own.
  std::vector<std::vector<std::string>> former;
  for (const LaneView& lane : access.lanes()) {
    CORTADO_ASSIGN(former.emplace_back(), lane.archive().files());
  }
  CORTADO_TRY(carry_out(access, options, moves, json));
  if (!options.yes) return ExitCode::kOk;
  // Only now: until the commit they were the group's.
  for (std::size_t i = 0; i < former.size(); ++i) {
    CORTADO_TRY(access.remove(access.lanes()[i], former[i]));
  }
  return ExitCode::kOk;
}

/// Knows which devices a snapshot holds.
class Names final : public checkpoint::BlobReceiver {
 public:
  void restart() override { names.clear(); }
  base::Status blob(std::string_view, Offset, std::string_view) override { return {}; }
  void name(std::string_view device, Offset, bool) override { names.emplace_back(device); }
  std::vector<std::string> names;
};

/// Put no state over the devices' states; none if the lane has none of them.
base::Result<std::optional<Move>> forget_devices(StateAccess& access, const LaneView& lane,
                                                 const StateOptions& options, std::size_t& found) {
  if (!lane.pointer || lane.pointer->snapshot.empty()) return std::optional<Move>();
  CORTADO_ASSIGN(const auto store,
                 access.stores().open(access.identity(lane.lane), new_owner_number()));
  Names names;
  CORTADO_ASSIGN(const auto loaded, store->load({.wanted = lane.pointer->snapshot,
                                                 .scope = checkpoint::LoadScope::kNames},
                                                names, checkpoint::run_in_order));
  std::vector<std::string> here;
  for (const std::string& device : names.names) {
    if (std::find(options.devices.begin(), options.devices.end(), device) != options.devices.end())
      here.push_back(device);
  }
  if (here.empty()) return std::optional<Move>();
  found += here.size();
  checkpoint::SnapshotFacts facts = loaded->facts;
  const Offset next = *lane.position->next_offset;
  // The commit may know better, unless it was another snapshot that could be read.
  if (loaded->name == lane.pointer->snapshot) facts.low_water = lane.pointer->low_water;
  CORTADO_TRY(check_stamps(lane, *loaded, access.identity(lane.lane), facts.low_water));
  facts.next_offset = next;
  facts.skipped = merged(std::move(facts.skipped), lane.pointer->skipped);
  Move move{.lane = &lane,
            .next = next,
            .pointer = {.snapshot = lane.pointer->snapshot,
                        .low_water = facts.low_water,
                        .skipped = facts.skipped},
            .what = std::to_string(here.size()) + " devices without state"};
  if (!options.yes) return std::optional(std::move(move));
  const auto writer = store->begin(facts, checkpoint::Lineage::kRoot);
  checkpoint::CompressedBlob nothing;
  CORTADO_TRY(checkpoint::compress("", nothing));
  for (const std::string& device : here) CORTADO_TRY(writer->add(device, next, nothing));
  CORTADO_ASSIGN(move.pointer.snapshot, writer->commit());
  return std::optional(std::move(move));
}

base::Result<ExitCode> reset_devices(StateAccess& access, const StateOptions& options, bool json) {
  if (!options.to.empty()) {
    return Error(ErrorCode::kInvalidConfig,
                 "--to is of whole partitions: a device is reset where its partition stands");
  }
  std::vector<Move> moves;
  std::size_t found = 0;
  for (const LaneView& lane : access.lanes()) {
    CORTADO_ASSIGN(auto move, forget_devices(access, lane, options, found));
    if (move) moves.push_back(std::move(*move));
  }
  if (found < options.devices.size())
    return Error(ErrorCode::kNotFound, "some of these devices have no state; nothing was changed");
  CORTADO_TRY(carry_out(access, options, moves, json));
  return ExitCode::kOk;
}

/// Choose the snapshot that a rewind names: a manifest, or the newest one at or below an offset.
base::Result<checkpoint::FoundSnapshot> rewind_target(const LaneView& lane, const std::string& to) {
  const checkpoint::LaneArchive archive = lane.archive();
  const auto offset = base::parse_integer(to);
  if (!offset.ok() && to != "newest") return archive.find({to, ""});
  CORTADO_ASSIGN(auto all, archive.snapshots());
  for (checkpoint::FoundSnapshot& found : all) {
    if (!found.manifest) continue;
    if (offset.ok() && found.manifest->facts.next_offset.get() > *offset) continue;
    return std::move(found);
  }
  return Error(ErrorCode::kNotFound,
               lane.folder + " has no sound snapshot" + (offset.ok() ? " at or below " + to : "") +
                   "; to go on there with empty models: cortado state reset -p " +
                   std::to_string(lane.lane.partition.get()) + (offset.ok() ? " --to " + to : ""));
}

base::Result<Move> plan_rewind(StateAccess& access, const LaneView& lane, const std::string& to) {
  CORTADO_ASSIGN(auto found, rewind_target(lane, to));
  const checkpoint::Manifest& manifest = *found.manifest;
  if (manifest.identity.lane != lane.lane) {
    return Error(ErrorCode::kInvalidConfig,
                 found.name.name + " is of " + base::to_string(manifest.identity.lane));
  }
  CORTADO_ASSIGN(const auto damages, lane.archive().verify(manifest));
  if (!damages.empty()) {
    return Error(ErrorCode::kCorrupt,
                 found.name.name + " is damaged: " + damages[0].where + ": " + damages[0].what);
  }
  CORTADO_ASSIGN(const stream::Watermarks marks, access.watermarks(lane.lane));
  const checkpoint::SnapshotFacts& facts = manifest.facts;
  if (facts.next_offset > marks.high) {
    return Error(ErrorCode::kInvalidConfig,
                 found.name.name + " goes to offset " + std::to_string(facts.next_offset.get()) +
                     ", the log of " + base::to_string(lane.lane) + " ends at " +
                     std::to_string(marks.high.get()) + ": the topic was made anew or cut");
  }
  std::string what = "snapshot " + found.name.name;
  if (facts.low_water < marks.low) {
    what += "; the log has deleted " + std::to_string(marks.low.get() - facts.low_water.get()) +
            " offsets that the models lack";
  }
  CORTADO_ASSIGN(auto skips, passed_over(lane));
  return Move{.lane = &lane,
              .next = facts.next_offset,
              .pointer = {.snapshot = found.name,
                          .low_water = facts.low_water,
                          .skipped = std::move(skips)},
              .what = what};
}

}  // namespace

base::Result<ExitCode> reset_state(StateAccess& access, const StateOptions& options, bool json) {
  CORTADO_TRY(access.require_idle_group());
  return options.devices.empty() ? reset_lanes(access, options, json)
                                 : reset_devices(access, options, json);
}

base::Result<ExitCode> rewind_state(StateAccess& access, const StateOptions& options, bool json) {
  CORTADO_TRY(access.require_idle_group());
  std::vector<Move> moves;
  for (const LaneView& lane : access.lanes()) {
    auto move = plan_rewind(access, lane, options.to);
    if (!move.ok()) return move.error().with_context(base::to_string(lane.lane));
    moves.push_back(std::move(*move));
  }
  CORTADO_TRY(carry_out(access, options, moves, json));
  return ExitCode::kOk;
}

}  // namespace cortado::app
