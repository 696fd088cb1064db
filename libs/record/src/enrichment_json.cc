// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "enrichment_json.h"

#include <algorithm>
#include <cmath>

#include "cortado/record/json_serde.h"
#include "number.h"

namespace cortado::record {
namespace {

bool read_number(const JsonMember& member, std::optional<double>& number) {
  number.reset();
  if (member.kind == JsonKind::kNull) return true;
  if (member.kind != JsonKind::kNumber) return false;
  number = member.number;
  return true;
}

bool read_count(const JsonMember& member, std::int64_t& count) {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (member.kind != JsonKind::kNumber || !(member.number >= 0 && member.number <= kExact))
    return false;
  count = static_cast<std::int64_t>(member.number);
  return static_cast<double>(count) == member.number;
}

bool read_string(const JsonMember& member, std::string& text) {
  if (member.kind != JsonKind::kText) return false;
  text = member.text;
  return true;
}

bool read_status(const JsonMember& member, base::ScoreStatus& status) {
  const auto known = status_of(member.text);
  if (member.kind != JsonKind::kText || !known) return false;
  status = *known;
  return true;
}

}  // namespace

std::optional<double>* score_of(std::string_view name, Scores& scores) {
  if (name == kScoreNames[0]) return &scores.prediction;
  if (name == kScoreNames[1]) return &scores.error;
  if (name == kScoreNames[2]) return &scores.anomaly;
  if (name == kScoreNames[3]) return &scores.prediction_next;
  return nullptr;
}

bool is_enrichment_name(std::string_view name) {
  return std::find(kEnrichmentNames.begin(), kEnrichmentNames.end(), name) !=
         kEnrichmentNames.end();
}

bool read_score(const JsonMember& member, std::optional<double>& number) {
  if (member.kind != JsonKind::kText) return read_number(member, number);
  number = number_of(member.text);
  return true;
}

bool read_enriched_member(const JsonMember& member, Scores& scores, Enrichment& enrichment,
                          bool& ours) {
  ours = true;
  const std::string_view name = member.name;
  if (auto* score = score_of(name, scores)) return read_score(member, *score);
  if (name == "device") return read_string(member, enrichment.device);
  if (name == "sequence") return read_count(member, enrichment.sequence);
  if (name == "score") return read_number(member, enrichment.score);
  if (name == "status") return read_status(member, enrichment.status);
  if (name == "reason") return read_string(member, enrichment.reason);
  if (name == "expectedLow") return read_number(member, enrichment.expected_low);
  if (name == "expectedHigh") return read_number(member, enrichment.expected_high);
  if (name == "modelAge") return read_count(member, enrichment.model_age);
  if (name == "modelHash") return read_string(member, enrichment.model_hash);
  if (name == "schemaVersion") return read_count(member, enrichment.schema_version);
  ours = false;
  return true;
}

void append_scores(const Scores& scores, std::string& out) {
  out += "\"prediction\":";
  append_json_number(scores.prediction, out);
  out += ",\"error\":";
  append_json_number(scores.error, out);
  out += ",\"anomaly\":";
  append_json_number(scores.anomaly, out);
  out += ",\"predictionNext\":";
  append_json_number(scores.prediction_next, out);
}

void append_enrichment(const Enrichment& enrichment, std::string& out) {
  const auto number = [&out](std::string_view name, const std::optional<double>& value) {
    if (!value || !std::isfinite(*value)) return;
    out += name;
    append_json_number(value, out);
  };
  out += ",\"device\":";
  append_json_string(enrichment.device, out);
  out += ",\"sequence\":";
  out += std::to_string(enrichment.sequence);
  number(",\"score\":", enrichment.score);
  out += ",\"status\":\"";
  out += to_string(enrichment.status);
  out += '"';
  if (!enrichment.reason.empty()) {
    out += ",\"reason\":";
    append_json_string(enrichment.reason, out);
  }
  number(",\"expectedLow\":", enrichment.expected_low);
  number(",\"expectedHigh\":", enrichment.expected_high);
  out += ",\"modelAge\":";
  out += std::to_string(enrichment.model_age);
  out += ",\"modelHash\":";
  append_json_string(enrichment.model_hash, out);
  out += ",\"schemaVersion\":";
  out += std::to_string(enrichment.schema_version);
}

void append_original(std::string_view members, std::string& out) {
  if (members.empty()) return;
  out += ",\"original\":{";
  out += members;
  out += '}';
}

}  // namespace cortado::record
