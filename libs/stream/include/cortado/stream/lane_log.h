// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
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

enum class CommitResult { kCommitted, kAborted, kUnknown, kFenced };

/// Where one lane's outcomes go, together with the input offset that they cover: an offset is
/// committed with its outputs, so source and sink are one thing here. One thread at a time.
class LaneLog {
 public:
  virtual ~LaneLog() = default;

  /// Fence former owners and read the committed position.
  virtual base::Result<LanePosition> open() = 0;
  virtual base::Status begin() = 0;
  /// Write one outcome: enriched records and dead letters go out, ignored ones only count. The key,
  /// headers and timestamp come from `input`; both are copied or written before the call returns.
  virtual base::Status append(const base::RawRecord& input, const base::Outcome& outcome) = 0;
  /// Make everything since begin() durable, and `next` (the first offset not covered) with it.
  virtual base::Result<CommitResult> commit(base::Offset next, std::string_view pointer) = 0;
  /// Forget everything since begin(), as far as the log can.
  virtual base::Status abort() = 0;
};

/// Makes the log of a lane when its partition is assigned.
class LaneLogFactory {
 public:
  virtual ~LaneLogFactory() = default;
  virtual base::Result<std::unique_ptr<LaneLog>> create(const base::TopicPartition& partition) = 0;
};

}  // namespace cortado::stream
