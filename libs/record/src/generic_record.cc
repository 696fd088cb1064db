// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/record/generic_record.h"

#include "enrichment_json.h"
#include "json_members.h"
#include "mapped_values.h"

namespace cortado::record {
namespace {

void append_member(const JsonMember& member, std::string& out) {
  if (!out.empty()) out += ',';
  out += '"';
  out += member.raw_name;
  out += "\":";
  out += member.raw;
}

/// Sort the object's members: those with one of our names, and the rest; if there are none of the
/// former the rest is everything between the braces, as it stands.
void split_members(JsonMembers& walk, std::string_view json, GenericRecord& record) {
  record.original.clear();
  record.members.clear();
  JsonMember member;
  while (walk.next(member))
    append_member(member, is_our_name(member.name) ? record.original : record.members);
  if (!walk.ok() || !record.original.empty()) return;
  const std::string_view object = trim_blanks(json);
  record.members = object.substr(1, object.size() - 2);
}

void read_device(JsonMembers& walk, const Mapping& mapping, std::string& device) {
  JsonMember member;
  device.clear();
  if (!walk.find(mapping.device, member)) return;
  if (member.kind == JsonKind::kText || member.kind == JsonKind::kNumber) device = member.text;
}

}  // namespace

base::Status decode_generic(std::string_view json, const Mapping& mapping, GenericRecord& record) {
  JsonMembers walk(padded_copy(json), json.size());
  split_members(walk, json, record);
  if (!walk.ok()) return walk.error();
  read_device(walk, mapping, record.device);
  record.event_time = mapped_time(walk, mapping.time, mapping.time_format);
  record.value = mapped_value(walk, mapping.value, record.measured);
  return {};
}

void encode_generic(const GenericRecord& record, const Scores& scores, const Enrichment& enrichment,
                    std::string& out) {
  out += '{';
  out += record.members;
  if (!trim_blanks(record.members).empty()) out += ',';
  append_scores(scores, out);
  append_enrichment(enrichment, out);
  append_original(record.original, out);
  out += '}';
}

}  // namespace cortado::record
