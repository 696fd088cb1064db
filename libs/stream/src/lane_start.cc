// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "lane_start.h"

#include <algorithm>

#include "cortado/checkpoint/selection.h"

namespace cortado::stream {

base::Result<LaneStart> decide_start(const LaneFacts& facts) {
  const base::Offset low = facts.watermarks.low;
  const base::Offset high = facts.watermarks.high;
  if (!facts.keeps_state) return LaneStart{.offset = low};
  if (facts.snapshot && *facts.snapshot > high) {
    return base::Error(base::ErrorCode::kCorrupt,
                       "the snapshot of " + to_string(facts.lane) + " in " + facts.folder +
                           " goes to offset " + std::to_string(facts.snapshot->get()) +
                           " but the log ends at " + std::to_string(high.get()) +
                           ": the topic was made anew or cut" +
                           std::string(checkpoint::kBeginAnew));
  }
  if (facts.snapshot) {
    const base::Offset start = std::max(*facts.snapshot, low);
    return LaneStart{.offset = start, .lost_records = start.get() - facts.snapshot->get()};
  }
  if (facts.committed && facts.committed->get() > 0) {
    return base::Error(base::ErrorCode::kCorrupt,
                       "the group has read " + to_string(facts.lane) + " up to offset " +
                           std::to_string(facts.committed->get()) + " but " + facts.folder +
                           " holds no snapshot: to go on, set state.dir to the folder used before" +
                           std::string(checkpoint::kBeginAnew));
  }
  return LaneStart{.offset = low};
}

}  // namespace cortado::stream
