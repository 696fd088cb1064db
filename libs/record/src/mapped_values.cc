// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "mapped_values.h"

#include "enrichment_json.h"
#include "number.h"

namespace cortado::record {

std::optional<base::EpochMillis> mapped_time(JsonMembers& walk, std::string_view pointer,
                                             const TimeFormat& format) {
  JsonMember member;
  if (pointer.empty() || !walk.find(pointer, member)) return std::nullopt;
  if (member.kind == JsonKind::kNumber && format.pattern().empty())
    return TimeFormat::from_number(member.number);
  if (member.kind == JsonKind::kNumber || member.kind == JsonKind::kText)
    return format.parse(member.text);
  return std::nullopt;
}

std::optional<double> mapped_value(JsonMembers& walk, std::string_view pointer, bool& there) {
  JsonMember member;
  there = walk.find(pointer, member);
  if (!there) return std::nullopt;
  if (member.kind == JsonKind::kNumber) return member.number;
  return member.kind == JsonKind::kText ? number_of(member.text) : std::nullopt;
}

bool is_our_name(std::string_view name) {
  Scores scores;
  return is_enrichment_name(name) || score_of(name, scores) != nullptr;
}

std::string pointer_in_enriched(std::string_view pointer) {
  const std::string_view first = pointer.substr(1, pointer.find('/', 1) - 1);
  return (is_our_name(first) ? "/original" : "") + std::string(pointer);
}

}  // namespace cortado::record
