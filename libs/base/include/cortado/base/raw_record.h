// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "cortado/base/clock.h"
#include "cortado/base/ids.h"

namespace cortado::base {

struct RawHeader {
  std::string_view key;
  std::optional<std::string_view> value;  ///< none = null, which is not the same as empty
};

/// One record as a log holds it, all bytes being views of its owner's memory; whoever hands it out
/// says for how long.
struct RawRecord {
  std::string_view topic;
  Partition partition;
  Offset offset;
  std::optional<EpochMillis> timestamp_ms;  ///< the log's own timestamp, not the reading's
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;  ///< none = tombstone
  std::span<const RawHeader> headers;
};

}  // namespace cortado::base
