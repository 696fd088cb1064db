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

}  // namespace

base::Result<DeadLetter> read_dead_letter(const base::RawRecord& letter) {
  DeadLetter out;
  auto headers = letter.headers;
  if (!headers.empty() && headers.back().key == kLostBytesHeader) {
    CORTADO_ASSIGN(out.lost_bytes,
                   read_number(headers.back(), std::numeric_limits<std::int64_t>::max()));
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
