// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "dlq/letter_table.h"

#include <algorithm>
#include <array>

#include "cortado/base/calendar.h"
#include "json_line.h"
#include "text_columns.h"

namespace cortado::app {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"stage", "reason", "partition", "topic",
                                                    "group"};
/// A reason that names a time or an offset makes a line of its own each time; beyond this many
/// lines letters are counted together.
constexpr std::size_t kMostRows = 10'000;
constexpr std::string_view kOthers = "(others)";

std::string value_of(LetterField field, const kafka::DeadLetter& letter) {
  switch (field) {
    case LetterField::kStage:
      return std::string(letter.stage);
    case LetterField::kReason:
      return std::string(letter.reason);
    case LetterField::kPartition:
      return std::to_string(letter.original.partition.get());
    case LetterField::kTopic:
      return std::string(letter.original.topic);
    case LetterField::kGroup:
      return std::string(letter.group);
  }
  return {};
}

std::string time_text(std::int64_t time) { return time == 0 ? "-" : base::format_iso_8601(time); }

}  // namespace

base::Result<std::vector<LetterField>> parse_fields(std::string_view text) {
  std::vector<LetterField> fields;
  while (true) {
    const std::string_view name = text.substr(0, text.find(','));
    const auto* const found = std::find(kNames.begin(), kNames.end(), name);
    const auto field = static_cast<LetterField>(found - kNames.begin());
    if (found == kNames.end() || std::find(fields.begin(), fields.end(), field) != fields.end()) {
      return base::Error(
          base::ErrorCode::kInvalidConfig,
          "--by " + std::string(name) +
              ": expected some of stage, reason, partition, topic and group, each once");
    }
    fields.push_back(field);
    if (name.size() == text.size()) return fields;
    text.remove_prefix(name.size() + 1);
  }
}

void LetterTable::add(const FoundLetter& found) {
  Key key;
  for (const LetterField field : fields_) key.push_back(value_of(field, found.letter));
  if (rows_.size() >= kMostRows && !rows_.contains(key)) {
    key.assign(fields_.size(), std::string(kOthers));
  }
  Row& row = rows_[std::move(key)];
  if (row.count++ == 0) {
    row.first = std::to_string(found.record.partition.get()) + ":" +
                std::to_string(found.record.offset.get());
  }
  row.newest = std::max(row.newest, found.record.timestamp_ms.value_or(0));
}

std::vector<std::pair<LetterTable::Key, LetterTable::Row>> LetterTable::sorted() const {
  std::vector<std::pair<Key, Row>> rows(rows_.begin(), rows_.end());
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.second.count > b.second.count; });
  return rows;
}

std::string LetterTable::to_text() const {
  TextColumns columns;
  std::vector<std::string> head = {"COUNT"};
  for (const LetterField field : fields_) {
    if (field != LetterField::kReason)
      head.push_back(upper(kNames[static_cast<std::size_t>(field)]));
  }
  head.insert(head.end(), {"FIRST", "NEWEST"});
  // Of any length, so it stands last.
  const auto reason = std::find(fields_.begin(), fields_.end(), LetterField::kReason);
  if (reason != fields_.end()) head.emplace_back("REASON");
  columns.add(head);
  for (const auto& [key, row] : sorted()) {
    std::vector<std::string> cells = {std::to_string(row.count)};
    for (std::size_t i = 0; i < key.size(); ++i) {
      if (fields_[i] != LetterField::kReason) cells.push_back(key[i].empty() ? "-" : key[i]);
    }
    cells.insert(cells.end(), {row.first, time_text(row.newest)});
    if (reason != fields_.end())
      cells.push_back(key[static_cast<std::size_t>(reason - fields_.begin())]);
    columns.add(cells);
  }
  return columns.str();
}

std::string LetterTable::to_json_lines() const {
  std::string out;
  for (const auto& [key, row] : sorted()) {
    JsonLine line;
    line.number("count", row.count);
    for (std::size_t i = 0; i < key.size(); ++i) {
      const std::string_view name = kNames[static_cast<std::size_t>(fields_[i])];
      if (fields_[i] == LetterField::kPartition && key[i] != kOthers) {
        line.raw(name, key[i]);
      } else {
        line.text(name, key[i]);
      }
    }
    line.text("first", row.first);
    if (row.newest != 0) line.number("newest", row.newest);
    out += line.str() + "\n";
  }
  return out;
}

}  // namespace cortado::app
