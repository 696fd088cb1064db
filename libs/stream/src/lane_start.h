// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "cortado/base/ids.h"
#include "cortado/base/result.h"
#include "cortado/stream/engine.h"
#include "cortado/stream/lane_log.h"
#include "cortado/stream/pointer.h"
#include "cortado/stream/source.h"

namespace cortado::stream {

/// What is known when a lane has fenced its former owners and read its position.
struct LaneFacts {
  base::TopicPartition lane;
  Recovery recovery = Recovery::kStrict;
  bool keeps_state = true;  ///< false: there is no snapshot store
  LanePosition position;
  Watermarks watermarks;
  base::Offset first;      ///< where to begin if nothing was ever committed
  std::string place = {};  ///< of the lane's snapshots, for messages
};

/// Where a lane's state comes from.
struct LaneStart {
  enum class Kind {
    kBegin,    ///< nothing was committed: no state, from `committed` on; there must be no snapshot
    kRestore,  ///< load what `pointer` names and read on from its low water
    kNewest,   ///< no pointer to go by: the newest snapshot that holds nothing at or above
               ///< `committed`
  };
  Kind kind = Kind::kBegin;
  base::Offset committed;    ///< outcomes of all records below are written
  Pointer pointer = {};      ///< of kRestore
  bool log_is_new = false;   ///< the offsets in the state mean nothing any more
  std::string warning = {};  ///< what best_effort has put up with
};

/// Decide it; pure. **Errors:** kCorrupt where strict stops: foreign metadata, a committed offset
/// above the log's end, a snapshot named but no store.
base::Result<LaneStart> decide_start(const LaneFacts& facts);

/// Where reading begins once the state is there.
struct LaneReplay {
  base::Offset start;
  std::int64_t lost_records = 0;  ///< that the state lacks and the log has deleted
};

/// Decide it; pure. **Errors:** kCorrupt where strict stops since records were deleted that the
/// state lacks.
base::Result<LaneReplay> decide_replay(const LaneFacts& facts, base::Offset low_water);

/// What to say where the log points at a snapshot that the store does not know.
base::Error missing_snapshot(const LaneFacts& facts, const base::Error& error);

/// What to say where there are snapshots up to an offset but nothing was committed.
base::Error missing_commit(const LaneFacts& facts, base::Offset snapshot);

}  // namespace cortado::stream
