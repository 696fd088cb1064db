// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "state/group_move.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "json_line.h"
#include "state/import_plan.h"

namespace cortado::app {
namespace {

void tell(const Move& move, bool done, bool json) {
  const auto& former = move.lane->position->next_offset;
  if (json) {
    JsonLine line;
    line.number("partition", move.lane->lane.partition.get()).boolean("done", done);
    if (former) line.number("from", former->get());
    line.number("to", move.next.get())
        .number("lowWater", move.pointer.low_water.get())
        .number("passedOver", static_cast<std::int64_t>(move.pointer.skipped.size()))
        .text("snapshot", move.pointer.snapshot.name);
    std::printf("%s\n", line.str().c_str());
    return;
  }
  const std::size_t skips = move.pointer.skipped.size();
  std::printf(
      "%s%s: offset %s -> %lld, %s%s\n", done ? "" : "would move ",
      base::to_string(move.lane->lane).c_str(),
      former ? std::to_string(former->get()).c_str() : "-", static_cast<long long>(move.next.get()),
      move.what.c_str(),
      skips == 0 ? "" : (", " + std::to_string(skips) + " offsets stay passed over").c_str());
}

/// What a person decided stays so.
stream::Pointer with_dismissals(const Move& move) {
  stream::Pointer pointer = move.pointer;
  if (!move.lane->pointer) return pointer;
  const auto all = merged(std::move(pointer.dismissed), move.lane->pointer->dismissed);
  pointer.dismissed.clear();
  std::set_intersection(all.begin(), all.end(), pointer.skipped.begin(), pointer.skipped.end(),
                        std::back_inserter(pointer.dismissed));
  return pointer;
}

kafka::NewPosition position_of(const Move& move) {
  const stream::Pointer pointer = with_dismissals(move);
  if (move.moves) return set_position(move.lane->lane, move.next, pointer);
  return {move.lane->lane, move.next, stream::format(pointer)};
}

}  // namespace

base::Status carry_out(StateAccess& access, const StateOptions& options,
                       const std::vector<Move>& moves, bool json) {
  if (options.yes) {
    std::vector<kafka::NewPosition> positions;
    for (const Move& move : moves) positions.push_back(position_of(move));
    CORTADO_TRY(access.commit(positions));
  }
  for (const Move& move : moves) tell(move, options.yes, json);
  if (!options.yes) std::fputs("cortado: nothing was changed; --yes does it\n", stderr);
  return {};
}

}  // namespace cortado::app
