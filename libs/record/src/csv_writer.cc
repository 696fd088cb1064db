// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/record/csv_writer.h"

#include <algorithm>

#include "cortado/record/json_serde.h"
#include "cortado/record/serde.h"
#include "json_members.h"
#include "mapped_values.h"

namespace cortado::record {
namespace {

constexpr std::size_t kOwnColumns = kScoreNames.size() + kEnrichmentNames.size() - 1;

/// Our columns in their order: the four numbers and the enrichment but for "original".
std::string_view own_column(std::size_t index) {
  return index < kScoreNames.size() ? kScoreNames[index]
                                    : kEnrichmentNames[index - kScoreNames.size()];
}

void append_quoted(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void append_number(const std::optional<double>& number, std::string& out) {
  out += ',';
  if (number) append_json_number(number, out);
}

void append_text(std::string_view text, std::string& out) {
  out += ',';
  append_csv_field(text, out);
}

void append_enrichment_fields(const Enrichment& enrichment, std::string& out) {
  append_text(enrichment.device, out);
  out += ',' + std::to_string(enrichment.sequence);
  append_number(enrichment.score, out);
  append_text(to_string(enrichment.status), out);
  append_text(enrichment.reason, out);
  append_number(enrichment.expected_low, out);
  append_number(enrichment.expected_high, out);
  out += ',' + std::to_string(enrichment.model_age);
  append_text(enrichment.model_hash, out);
  out += ',' + std::to_string(enrichment.schema_version);
}

/// A member's value as a CSV text: texts unquoted, null empty, the rest as JSON writes it.
std::string_view csv_text(const JsonMember& member) {
  if (member.kind == JsonKind::kNull) return {};
  return member.kind == JsonKind::kText ? member.text : member.raw;
}

}  // namespace

void append_csv_field(std::string_view text, std::string& out) {
  if (text.find_first_of("\",\r\n") == std::string_view::npos) {
    out += text;
  } else {
    append_quoted(text, out);
  }
}

void append_epa_header(std::string& out) {
  for (std::size_t i = 0; i < kFieldCount; ++i) {
    if (i > 0) out += ',';
    append_quoted(kCsvTitles[i], out);
  }
  out += '\n';
}

void append_epa_row(const MonitoringRecord& record, std::string& out) {
  for (std::size_t i = 0; i < kFieldCount; ++i) {
    if (i > 0) out += ',';
    append_quoted(record.text(static_cast<Field>(i)), out);
  }
  out += '\n';
}

EnrichedCsvWriter::EnrichedCsvWriter() = default;

EnrichedCsvWriter::EnrichedCsvWriter(std::vector<std::string> columns)
    : aqs_(false), columns_(std::move(columns)), texts_(columns_.size() + kOwnColumns) {}

void EnrichedCsvWriter::append_header(std::string& out) const {
  if (aqs_) {
    for (const std::string_view name : kJsonNames) {
      out += name;
      out += ',';
    }
  }
  for (const std::string& name : columns_) {
    append_csv_field((is_our_name(name) ? "original." : "") + name, out);
    out += ',';
  }
  for (std::size_t i = 0; i < kOwnColumns; ++i) {
    if (i > 0) out += ',';
    out += own_column(i);
  }
  out += '\n';
}

base::Status EnrichedCsvWriter::append(std::string_view enriched, std::string& out) {
  if (!aqs_) return append_object(enriched, out);
  CORTADO_TRY(decode_enriched(enriched, record_));
  append(record_, out);
  return {};
}

void EnrichedCsvWriter::append(const MonitoringRecord& record, std::string& out) const {
  for (std::size_t i = 0; i < kFieldCount; ++i) {
    if (i > 0) out += ',';
    append_csv_field(record.text(static_cast<Field>(i)), out);
  }
  append_number(record.scores.prediction, out);
  append_number(record.scores.error, out);
  append_number(record.scores.anomaly, out);
  append_number(record.scores.prediction_next, out);
  if (record.enrichment() != nullptr) {
    append_enrichment_fields(*record.enrichment(), out);
  } else {
    out.append(kOwnColumns - kScoreNames.size(), ',');
  }
  out += '\n';
}

base::Status EnrichedCsvWriter::append_object(std::string_view json, std::string& out) {
  for (std::string& text : texts_) text.clear();
  JsonMembers walk(padded_copy(json), json.size());
  JsonMember member;
  while (walk.next(member)) {
    if (std::string* const text = text_of(member.name)) *text = csv_text(member);
  }
  if (!walk.ok()) return walk.error();
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (is_our_name(columns_[i]) && walk.find("/original/" + columns_[i], member))
      texts_[i] = csv_text(member);
  }
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    if (i > 0) out += ',';
    append_csv_field(texts_[i], out);
  }
  out += '\n';
  return {};
}

/// The cell of a top-level member, or nullptr if it has no column.
std::string* EnrichedCsvWriter::text_of(std::string_view name) {
  for (std::size_t i = 0; i < kOwnColumns; ++i) {
    if (own_column(i) == name) return &texts_[columns_.size() + i];
  }
  const auto found = std::find(columns_.begin(), columns_.end(), name);
  if (found == columns_.end()) return nullptr;
  return &texts_[static_cast<std::size_t>(found - columns_.begin())];
}

}  // namespace cortado::record
