// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cortado/base/clock.h"
#include "cortado/base/ids.h"
#include "cortado/base/result.h"

namespace cortado::kafka {

/// A record of one partition of the state topic.
struct LogEntry {
  base::Offset offset;
  std::string_view key;
  std::optional<std::string_view> value;  ///< none = the key is deleted
  std::optional<base::EpochMillis> timestamp_ms = std::nullopt;
};

/// A record to append.
struct NewEntry {
  std::string key;
  std::optional<std::string> value;
};

/// One partition of the state topic, so that what stands on it can be tested without a broker.
/// Thread-safe.
class ChunkLog {
 public:
  virtual ~ChunkLog() = default;
  struct Bounds {
    base::Offset begin;
    base::Offset end;
  };
  /// The first offset kept, and the end, what is not committed yet included.
  virtual base::Result<Bounds> bounds() = 0;
  /// Hand over the records from `begin` on below `end`, in order, but for those of transactions
  /// that were aborted, until `receive` returns false. Waits for open transactions below `end`.
  virtual base::Status read(base::Offset begin, base::Offset end,
                            const std::function<bool(const LogEntry&)>& receive) = 0;
  /// Append; durable when it returns.
  virtual base::Status append(std::span<const NewEntry> entries) = 0;
};

}  // namespace cortado::kafka
