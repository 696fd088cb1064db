// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/record/json_serde.h"

#include "enrichment_json.h"
#include "json_members.h"
#include "json_text.h"

namespace cortado::record {
namespace {

/// What stands before each text when a record is written as we write it: `,"poc":"`, the first one
/// with a brace for its comma.
struct Prefixes {
  std::array<std::string, kFieldCount> text;
  Prefixes() {
    for (std::size_t i = 0; i < kFieldCount; ++i)
      text[i] = (i == 0 ? "{\"" : ",\"") + std::string(kJsonNames[i]) + "\":\"";
  }
};

const Prefixes& prefixes() {
  static const Prefixes instance;
  return instance;
}

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
    json.copy(buffer_, size_);
  }

  base::Status read() {
    const std::size_t rest = take_plain_texts();
    if (comma_pending_ && next_ == kFieldCount && take_plain_scores(rest)) return {};
    JsonMembers members(buffer_ + rest, size_ - rest);
    JsonMember member;
    for (auto expected = expected_name(); members.next(member, expected);
         expected = expected_name()) {
      comma_pending_ = false;
      if (!take(member)) return wrong(member.expected ? expected : member.name);
    }
    if (!members.ok()) return members.error();
    if (comma_pending_)
      return base::Error(base::ErrorCode::kCorrupt,
                         "the record is not valid JSON: nothing follows its last comma");
    return {};
  }

 private:
  /// The fast way for records as we write them: take texts as long as they stand in their order,
  /// without blanks and in plain ASCII. What follows, from the returned place on, is made an object
  /// of its own: a brace takes the place of the comma, or of the last text's closing quote.
  std::size_t take_plain_texts() {
    std::size_t at = 0;
    for (; next_ < kFieldCount; ++next_) {
      const std::string& prefix = prefixes().text[next_];
      if (std::string_view(buffer_ + at, size_ - at).substr(0, prefix.size()) != prefix) break;
      const std::size_t begin = at + prefix.size();
      const std::size_t length = plain_length(std::string_view(buffer_, size_).substr(begin));
      if (begin + length >= size_ || buffer_[begin + length] != '"') break;
      record_.set_span(static_cast<Field>(next_), begin, length);
      at = begin + length + 1;
    }
    const char after = at == 0 || at == size_ ? '\0' : buffer_[at];
    if (after != ',' && after != '}') {  // not as we write them: all of it goes the other way
      next_ = 0;
      return 0;
    }
    comma_pending_ = after == ',';
    if (!comma_pending_) --at;
    buffer_[at] = '{';
    if (comma_pending_ && next_ == kFieldCount) record_.set_written_texts(at);
    return at;
  }

  /// The same for the four numbers, if nothing but them stands from `at` on; nothing is taken else.
  bool take_plain_scores(std::size_t at) {
    std::string_view rest(buffer_ + at + 1, size_ - at - 1);
    Scores scores;
    for (const std::string_view name : kScoreNames) {
      auto& score = *score_of(name, scores);
      const std::size_t begin = name.size() + 3;
      if (rest.size() < begin || rest[0] != '"' || rest.substr(1, name.size()) != name ||
          rest.substr(name.size() + 1, 2) != "\":")
        return false;
      const std::size_t length = plain_number_length(rest.substr(begin), score);
      if (length == 0 || begin + length >= rest.size()) return false;
      const bool last = name == kScoreNames.back();
      if (rest[begin + length] != (last ? '}' : ',')) return false;
      rest.remove_prefix(begin + length + 1);
    }
    if (!rest.empty()) return false;
    record_.scores = scores;
    return true;
  }

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
    if (member.text.data() != buffer_ + at) member.text.copy(buffer_ + at, member.text.size());
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

  static base::Error wrong(std::string_view name) {
    return base::Error(base::ErrorCode::kCorrupt, "the JSON member \"" + std::string(name) +
                                                      "\" has a value of the wrong type");
  }

  std::size_t size_;
  bool enriched_;
  MonitoringRecord& record_;
  char* buffer_;
  std::size_t next_ = 0;  // index of the text that comes next if all are in order
  bool comma_pending_ = false;
  Enrichment* enrichment_ = nullptr;
};

void append_texts(const MonitoringRecord& record, std::string& out) {
  if (!record.written_texts().empty()) {
    out += record.written_texts();
    return;
  }
  for (std::size_t i = 0; i < kFieldCount; ++i) {
    out += prefixes().text[i];
    append_json_characters(record.text(static_cast<Field>(i)), out);
    out += '"';
  }
}

}  // namespace

base::Status decode_json(std::string_view json, MonitoringRecord& record) {
  return RecordReader(json, false, record).read();
}

base::Status decode_enriched_json(std::string_view json, MonitoringRecord& record) {
  return RecordReader(json, true, record).read();
}

void encode_json(const MonitoringRecord& record, std::string& out) {
  append_texts(record, out);
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
