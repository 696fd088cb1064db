// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "cortado/base/ids.h"
#include "cortado/base/result.h"
#include "cortado/stream/source.h"

namespace cortado::stream {

/// What is known when a lane has read its log's position and its snapshots.
struct LaneFacts {
  base::TopicPartition lane;
  bool keeps_state = true;                ///< false: no snapshots are taken, so none can be missing
  std::optional<base::Offset> snapshot;   ///< the offset after the snapshot's last record
  std::optional<base::Offset> committed;  ///< what the log says
  Watermarks watermarks;
  std::string folder;  ///< of the lane's snapshots, for messages
};

/// Where a lane begins to read.
struct LaneStart {
  base::Offset offset;
  /// Records that the snapshot does not hold and the log has deleted already; 0 in a sound world.
  std::int64_t lost_records = 0;
};

/// Decide it; pure. The snapshot is the truth; the committed offset only shows that there was one.
/// **Errors:** kCorrupt if a snapshot must have existed and is gone, or lies above the log's end.
base::Result<LaneStart> decide_start(const LaneFacts& facts);

}  // namespace cortado::stream
