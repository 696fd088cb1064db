// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/dead_letter.h"

#include <array>
#include <limits>

#include "cortado/base/option.h"

namespace cortado::kafka {
namespace {

constexpr std::array kOurs = {kReasonHeader, kStageHeader, kTopicHeader, kPartitionHeader,
                              kOffsetHeader};

base::Error foreign(const std::string& why) {
  return {base::ErrorCode::kCorrupt, "not a dead letter of Cortado's: " + why};
}

base::Result<std::int64_t> read_number(const base::RawHeader& header, std::int64_t highest) {
  const auto number = base::parse_integer(header.value.value_or(""));
  if (number.ok() && *number >= 0 && *number <= highest) return *number;
  return foreign("header " + std::string(header.key) + " is no number in range");
}

/// Take a header from the end that not every letter has; false if it is none of them.
base::Result<bool> read_extra(const base::RawHeader& header, DeadLetter& out,
                              std::optional<std::int64_t>& timestamp) {
  constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();
  if (header.key == kGroupHeader) {
    out.group = header.value.value_or(std::string_view());
  } else if (header.key == kLostBytesHeader) {
    CORTADO_ASSIGN(out.lost_bytes, read_number(header, kHighest));
  } else if (header.key == kSourceTimestampHeader) {
    CORTADO_ASSIGN(timestamp, read_number(header, kHighest));
  } else {
    return false;
  }
  return true;
}

}  // namespace

base::Result<DeadLetter> read_dead_letter(const base::RawRecord& letter) {
  DeadLetter out;
  auto headers = letter.headers;
  std::optional<std::int64_t> timestamp;
  while (!headers.empty()) {
    CORTADO_ASSIGN(const bool extra, read_extra(headers.back(), out, timestamp));
    if (!extra) break;
    headers = headers.first(headers.size() - 1);
  }
  if (headers.size() < kOurs.size()) return foreign("it lacks our headers");
  const auto ours = headers.last(kOurs.size());
  for (std::size_t i = 0; i < kOurs.size(); ++i) {
    if (ours[i].key != kOurs[i] || !ours[i].value)
      return foreign("header " + std::string(kOurs[i]) + " is not where it should be");
  }
  out.reason = *ours[0].value;
  out.stage = *ours[1].value;
  out.original = letter;
  if (timestamp) out.original.timestamp_ms = timestamp;
  out.original.topic = *ours[2].value;
  CORTADO_ASSIGN(const auto partition,
                 read_number(ours[3], std::numeric_limits<std::int32_t>::max()));
  CORTADO_ASSIGN(const auto offset, read_number(ours[4], std::numeric_limits<std::int64_t>::max()));
  out.original.partition = base::Partition(static_cast<std::int32_t>(partition));
  out.original.offset = base::Offset(offset);
  out.original.headers = headers.first(headers.size() - kOurs.size());
  return out;
}

}  // namespace cortado::kafka
