// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/record/json_serde.h"

#include <cstring>

#include "enrichment_json.h"
#include "json_members.h"

namespace cortado::record {
namespace {

/// The field names in their order, each with what stands before its text.
struct Prefixes {
  std::array<std::string, kFieldCount> text;
  Prefixes() {
    for (std::size_t i = 0; i < kFieldCount; ++i)
      text[i] = (i == 0 ? "{\"" : ",\"") + std::string(kJsonNames[i]) + "\":";
  }
};

std::optional<std::size_t> field_index(const JsonMember& member, std::size_t expected) {
  if (member.expected) return expected;
  for (std::size_t i = 0; i < kFieldCount; ++i) {
    if (member.name == kJsonNames[i]) return i;
  }
  return std::nullopt;
}

/// Reads one JSON record whose bytes are the record's own buffer, so that texts need no copy.
class RecordReader {
 public:
  RecordReader(std::string_view json, bool enriched, MonitoringRecord& record)
      : size_(json.size()), enriched_(enriched), record_(record), buffer_(record.start(size_)) {
    std::memcpy(buffer_, json.data(), size_);
  }

  base::Status read() {
    JsonMembers members(buffer_, size_);
    JsonMember member;
    while (members.next(member, expected_name())) {
      if (!take(member)) return wrong(member);
    }
    if (!members.ok()) return members.error();
    return {};
  }

 private:
  std::string_view expected_name() const {
    return next_ < kFieldCount ? kJsonNames[next_] : std::string_view();
  }

  bool take(const JsonMember& member) {
    if (const auto index = field_index(member, next_)) {
      next_ = *index + 1;
      return take_text(static_cast<Field>(*index), member);
    }
    if (auto* score = score_of(member.name, record_.scores)) return read_score(member, *score);
    if (enriched_) return take_enriched(member);
    if (is_enrichment_name(member.name)) {
      record_.add_original(member.raw_name, member.raw);
    } else {
      record_.add_extra(member.raw_name, member.raw);
    }
    return true;
  }

  bool take_text(Field field, const JsonMember& member) {
    if (member.kind == JsonKind::kNull) {
      record_.set_span(field, 0, 0);
      return true;
    }
    if (member.kind != JsonKind::kText && member.kind != JsonKind::kNumber) return false;
    // An unescaped text is never longer than it was written, so it fits where it stood.
    const bool quoted = member.kind == JsonKind::kText;
    const std::size_t at = static_cast<std::size_t>(member.raw.data() - buffer_) + (quoted ? 1 : 0);
    if (member.text.data() != buffer_ + at)
      std::memcpy(buffer_ + at, member.text.data(), member.text.size());
    record_.set_span(field, at, member.text.size());
    return true;
  }

  bool take_enriched(const JsonMember& member) {
    if (!is_enrichment_name(member.name)) {
      record_.add_extra(member.raw_name, member.raw);
      return true;
    }
    if (member.name == "original") {
      if (member.kind != JsonKind::kObject) return false;
      record_.set_original_members(trim_blanks(member.raw.substr(1, member.raw.size() - 2)));
      return true;
    }
    if (enrichment_ == nullptr) enrichment_ = &record_.add_enrichment();
    bool ours = false;
    return read_enriched_member(member, record_.scores, *enrichment_, ours);
  }

  base::Error wrong(const JsonMember& member) const {
    const std::string_view name = member.expected ? expected_name() : member.name;
    return base::Error(base::ErrorCode::kCorrupt, "the JSON member \"" + std::string(name) +
                                                      "\" has a value of the wrong type");
  }

  std::size_t size_;
  bool enriched_;
  MonitoringRecord& record_;
  char* buffer_;
  std::size_t next_ = 0;
  Enrichment* enrichment_ = nullptr;
};

}  // namespace

base::Status decode_json(std::string_view json, MonitoringRecord& record) {
  return RecordReader(json, false, record).read();
}

base::Status decode_enriched_json(std::string_view json, MonitoringRecord& record) {
  return RecordReader(json, true, record).read();
}

void encode_json(const MonitoringRecord& record, std::string& out) {
  static const Prefixes prefixes;
  for (std::size_t i = 0; i < kFieldCount; ++i) {
    out += prefixes.text[i];
    append_json_string(record.text(static_cast<Field>(i)), out);
  }
  out += ',';
  if (!record.extra_members().empty()) {
    out += record.extra_members();
    out += ',';
  }
  append_scores(record.scores, out);
  if (record.enrichment() != nullptr) append_enrichment(*record.enrichment(), out);
  append_original(record.original_members(), out);
  out += '}';
}

}  // namespace cortado::record
