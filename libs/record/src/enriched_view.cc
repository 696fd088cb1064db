// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/record/enriched_view.h"

#include "cortado/record/serde.h"
#include "enrichment_json.h"
#include "mapped_values.h"

namespace cortado::record {
namespace {

base::Status view_aqs(std::string_view enriched, EnrichedView& view) {
  thread_local MonitoringRecord record;
  CORTADO_TRY(decode_enriched(enriched, record));
  if (record.enrichment() == nullptr)
    return base::Error(base::ErrorCode::kCorrupt, "the record has no enrichment");
  view.event_time = event_time(record);
  view.value = measurement(record);
  view.scores = record.scores;
  view.enrichment = *record.enrichment();
  return {};
}

base::Status view_generic(std::string_view json, const Mapping& mapping, EnrichedView& view) {
  view.scores = {};
  clear(view.enrichment);
  JsonMembers walk(padded_copy(json), json.size());
  JsonMember member;
  bool any = false;
  while (walk.next(member)) {
    bool ours = false;
    if (!read_enriched_member(member, view.scores, view.enrichment, ours)) {
      return base::Error(base::ErrorCode::kCorrupt, "the member \"" + std::string(member.name) +
                                                        "\" has a value of the wrong type");
    }
    any = any || ours;
  }
  if (!walk.ok()) return walk.error();
  if (!any) return base::Error(base::ErrorCode::kCorrupt, "the record has no enrichment");
  const std::string time = mapping.time.empty() ? "" : pointer_in_enriched(mapping.time);
  view.event_time = mapped_time(walk, time, mapping.time_format);
  bool there = false;
  view.value = mapped_value(walk, pointer_in_enriched(mapping.value), there);
  return {};
}

}  // namespace

base::Status decode_view(std::string_view enriched, const Mapping& mapping, EnrichedView& view) {
  return mapping.aqs ? view_aqs(enriched, view) : view_generic(enriched, mapping, view);
}

}  // namespace cortado::record
