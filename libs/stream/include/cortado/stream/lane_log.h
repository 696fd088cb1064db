// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cortado/base/ids.h"
#include "cortado/base/outcome.h"
#include "cortado/base/raw_record.h"
#include "cortado/base/result.h"

namespace cortado::stream {

/// Where a lane's log says that the input was read to, and the snapshot that it points at.
struct LanePosition {
  std::optional<base::Offset> next_offset;  ///< none = nothing was ever committed
  std::string pointer;                      ///< text of at most 4096 bytes; empty = none
};

enum class CommitResult {
  kCommitted,
  kAborted,  ///< nothing of it counts, and the log can begin again
  kUnknown,  ///< it may count or not: only a new log, after fencing, can tell
  kFenced,   ///< nothing of it counts, and another log of the lane has fenced this one
};

/// Where one lane's outcomes go, together with the input offset that they cover: an offset is
/// committed with its outputs, so source and sink are one thing here. One thread at a time.
class LaneLog {
 public:
  virtual ~LaneLog() = default;

  /// Make sure that no commit of a former log of this lane succeeds any more, and end what it left
  /// open. Called first; may take seconds. **Errors:** kLocked (fenced meanwhile), kUnavailable;
  /// what no repeat mends.
  virtual base::Status fence() { return {}; }
  /// Read the committed position. Only what is read after fence() is sure to stay.
  virtual base::Result<LanePosition> position() = 0;
  virtual base::Status begin() = 0;
  /// Write one outcome: enriched records and dead letters go out, ignored ones only count. The key,
  /// headers and timestamp come from `input`; both are copied or written before the call returns.
  /// **Errors:** what no repeat mends; all else is told by commit().
  virtual base::Status append(const base::RawRecord& input, const base::Outcome& outcome) = 0;
  /// Delete keys of the snapshot store (SnapshotStore::superseded) within what is begun.
  virtual base::Status discard(std::span<const std::string> /*keys*/) { return {}; }
  /// Make everything since begin() durable, and `next` (the first offset not covered) with it.
  /// **Errors:** what no repeat mends; then nothing of it counts.
  virtual base::Result<CommitResult> commit(base::Offset next, std::string_view pointer) = 0;
  /// Forget everything since begin(), as far as the log can.
  virtual base::Status abort() = 0;
};

/// Makes the log of a lane when its partition is assigned.
class LaneLogFactory {
 public:
  virtual ~LaneLogFactory() = default;
  /// Thread-safe if remote().
  virtual base::Result<std::unique_ptr<LaneLog>> create(const base::TopicPartition& partition) = 0;
  /// True if its logs wait for others, so that several lanes' calls are worth doing beside each
  /// other.
  virtual bool remote() const { return false; }
  /// True if outcomes and offset count together or not at all.
  virtual bool exactly_once() const { return false; }
};

}  // namespace cortado::stream
