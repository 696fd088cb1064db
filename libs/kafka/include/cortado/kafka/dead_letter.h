// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "cortado/base/ids.h"
#include "cortado/base/raw_record.h"
#include "cortado/base/result.h"

namespace cortado::kafka {

/// The headers that a dead letter has behind those of its record, in this order.
inline constexpr std::string_view kReasonHeader = "cortado-reason";
inline constexpr std::string_view kStageHeader = "cortado-stage";
inline constexpr std::string_view kTopicHeader = "cortado-topic";
inline constexpr std::string_view kPartitionHeader = "cortado-partition";
inline constexpr std::string_view kOffsetHeader = "cortado-offset";
/// Behind them, in any order, those that not every letter has: the consumer group of who wrote it
/// (older builds tell none); of a letter whose value was too large for the topic how many
/// bytes it had; and of one whose writer cannot set a record's timestamp, as on Spark, the
/// record's, ms since 1970.
inline constexpr std::string_view kGroupHeader = "cortado-group";
inline constexpr std::string_view kLostBytesHeader = "cortado-lost-bytes";
inline constexpr std::string_view kSourceTimestampHeader = "cortado-source-timestamp";

/// A dead letter taken apart; all bytes are views of the letter's.
struct DeadLetter {
  /// The record as it stood in the input topic; the headers are its own.
  base::RawRecord original;
  std::string_view stage;
  std::string_view reason;
  std::string_view group;                  ///< empty: it is not told
  std::optional<std::int64_t> lost_bytes;  ///< set: the value is not in the letter
};

/// Take a letter apart; pure. **Errors:** kCorrupt if it was not written by a lane's log.
base::Result<DeadLetter> read_dead_letter(const base::RawRecord& letter);

}  // namespace cortado::kafka
