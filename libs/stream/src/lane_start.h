// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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
  bool in_topic = false;   ///< that is the state topic
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

/// The state was left off by another algorithm version.
struct VersionChange {
  std::uint32_t found = 0;
  std::uint32_t ours = 0;
};

/// Decide how many offsets stay out of the models for that; pure. Replay never crosses versions: it
/// would make models that neither would have made. **Errors:** kUnsupported where strict stops
/// since there are such records.
base::Result<std::int64_t> decide_version(const LaneFacts& facts, const VersionChange& change,
                                          base::Offset start, base::Offset committed);

/// The state was left off under other settings.
struct SettingsChange {
  std::string found;  ///< see Operator::settings_hash
  std::string ours;
};

/// Decide whether records are scored again by other settings than scored them first; pure. Returns
/// what best_effort puts up with, empty if there are no such records. **Errors:** kInvalidConfig
/// where strict stops: the models would be others than those whose outcomes are written.
base::Result<std::string> decide_settings(const LaneFacts& facts, const SettingsChange& change,
                                          base::Offset start, base::Offset committed);

/// Decide about devices that have a state on two lanes, `other` being another process's; pure. Both
/// lists are sorted. Returns them; the lower partition keeps them. **Errors:** kCorrupt where
/// strict stops.
base::Result<std::vector<std::string>> decide_shared(const LaneFacts& facts,
                                                     const base::TopicPartition& other,
                                                     const std::vector<std::string>& own,
                                                     const std::vector<std::string>& theirs);

/// What to say where the log points at a snapshot that the store does not know.
base::Error missing_snapshot(const LaneFacts& facts, const base::Error& error);

/// What to say where the state knows records that have no outcome.
base::Error state_ahead(const LaneFacts& facts, base::Offset state, base::Offset committed);

/// What to say where nothing is committed, and the snapshots go beyond the log's end.
base::Error new_log_without_commit(const LaneFacts& facts, base::Offset snapshot);

/// What to say where there are snapshots up to an offset but nothing was committed.
base::Error missing_commit(const LaneFacts& facts, base::Offset snapshot);

}  // namespace cortado::stream
