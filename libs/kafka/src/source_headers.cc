// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/source_headers.h"

#include <algorithm>
#include <ranges>
#include <string>

#include "cortado/base/option.h"
#include "cortado/kafka/dead_letter.h"

namespace cortado::kafka {
namespace {

/// The last one of that name: an input record may be another detector's output.
std::string_view last(const base::RawRecord& record, std::string_view name) {
  const auto backwards = record.headers | std::views::reverse;
  const auto found = std::ranges::find(backwards, name, &base::RawHeader::key);
  return found == backwards.end() ? std::string_view() : found->value.value_or(std::string_view());
}

struct Names {
  std::string_view topic;
  std::string_view partition;
  std::string_view offset;
};

constexpr Names kEnriched{kSourceTopicHeader, kSourcePartitionHeader, kSourceOffsetHeader};
constexpr Names kLetter{kTopicHeader, kPartitionHeader, kOffsetHeader};

std::optional<base::Offset> read_place(const base::RawRecord& output, const Names& names,
                                       const base::TopicPartition& lane) {
  if (last(output, names.topic) != lane.topic) return std::nullopt;
  if (last(output, names.partition) != std::to_string(lane.partition.get())) return std::nullopt;
  const auto offset = base::parse_integer(last(output, names.offset));
  return offset.ok() ? std::optional(base::Offset(*offset)) : std::nullopt;
}

bool is_enriched(const base::RawRecord& output) {
  return !output.headers.empty() && output.headers.back().key == kSourceOffsetHeader;
}

}  // namespace

std::optional<base::Offset> enriched_source(const base::RawRecord& output,
                                            const base::TopicPartition& lane) {
  return is_enriched(output) ? read_place(output, kEnriched, lane) : std::nullopt;
}

std::optional<base::Offset> source_offset(const base::RawRecord& output,
                                          const base::TopicPartition& lane) {
  return read_place(output, is_enriched(output) ? kEnriched : kLetter, lane);
}

}  // namespace cortado::kafka
