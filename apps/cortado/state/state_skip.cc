// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "state/group_move.h"
#include "state/import_plan.h"
#include "state/passed_over.h"
#include "state/state_views.h"

namespace cortado::app {
namespace {

using base::Error;
using base::ErrorCode;
using base::Offset;

/// Only what is neither committed nor still to come can be passed over.
base::Status check_offset(const LaneView& lane, Offset offset, const stream::Watermarks& marks) {
  const std::string partition = std::to_string(lane.lane.partition.get());
  if (!lane.position->next_offset) {
    return Error(ErrorCode::kInvalidConfig,
                 "the group has committed nothing of " + base::to_string(lane.lane) +
                     " yet: run cortado state reset --to beginning -p " + partition + " first");
  }
  if (!lane.pointer) {
    return Error(
        ErrorCode::kInvalidConfig,
        "the group's offset of " + base::to_string(lane.lane) +
            " was set by hand or by another program: run cortado state rewind or reset -p " +
            partition + " first");
  }
  const Offset committed = *lane.position->next_offset;
  if (offset >= committed && offset < marks.high) return {};
  return Error(ErrorCode::kInvalidConfig,
               "offset " + std::to_string(offset.get()) + " of " + base::to_string(lane.lane) +
                   (offset < committed ? " has its outcome already: " : " is not there yet: ") +
                   "offsets from " + std::to_string(committed.get()) + " to below " +
                   std::to_string(marks.high.get()) + " can be skipped");
}

}  // namespace

base::Result<ExitCode> skip_records(StateAccess& access, const StateOptions& options, bool json) {
  CORTADO_TRY(access.require_idle_group());
  const LaneView& lane = access.lanes().front();
  CORTADO_ASSIGN(const stream::Watermarks marks, access.watermarks(lane.lane));
  std::vector<Offset> offsets;
  for (const std::int64_t number : options.offsets) {
    CORTADO_TRY(check_offset(lane, Offset(number), marks));
    offsets = merged(std::move(offsets), {Offset(number)});
  }
  stream::Pointer pointer = *lane.pointer;
  pointer.skipped = merged(std::move(pointer.skipped), offsets);
  pointer.dismissed = offsets;
  stream::forget_oldest(pointer.skipped, pointer.low_water);
  if (pointer.skipped.size() > stream::kMostSkipped) {
    return Error(ErrorCode::kInvalidConfig,
                 "a partition passes over at most " + std::to_string(stream::kMostSkipped) +
                     " records: to leave out more, run cortado state reset --to an offset");
  }
  const Move move{.lane = &lane,
                  .next = *lane.position->next_offset,
                  .pointer = pointer,
                  .what = std::to_string(offsets.size()) + " records to the dead-letter topic",
                  .moves = false};
  CORTADO_TRY(carry_out(access, options, {move}, json));
  return ExitCode::kOk;
}

}  // namespace cortado::app
