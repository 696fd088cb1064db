// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "admin/lane_listing.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <vector>

#include "cortado/dashboard/api_client.h"
#include "json_line.h"
#include "text_columns.h"

namespace cortado::app {
namespace {

using dashboard::ApiTable;
using dashboard::JsonValue;

/// A column: its name over HTTP and its heading.
struct Column {
  std::string_view name;
  std::string_view heading;
  std::string_view unit = {};
};

constexpr std::array<Column, 12> kLanes = {{{"partition", "PARTITION"},
                                            {"state", "STATE"},
                                            {"nextOffset", "NEXT"},
                                            {"endOffset", "END"},
                                            {"lag", "LAG"},
                                            {"lagSeconds", "BEHIND", "s"},
                                            {"devices", "DEVICES"},
                                            {"records", "RECORDS"},
                                            {"deadLetters", "DEAD-LETTERS"},
                                            {"snapshotAge", "SNAPSHOT", "ms"},
                                            {"snapshotBytes", "BYTES"},
                                            {"reason", "REASON"}}};
constexpr std::array<Column, 6> kLag = {{{"partition", "PARTITION"},
                                         {"state", "STATE"},
                                         {"nextOffset", "NEXT"},
                                         {"endOffset", "END"},
                                         {"lag", "LAG"},
                                         {"lagSeconds", "BEHIND", "s"}}};
constexpr std::array<Column, 7> kAsked = {{{"partition", "PARTITION"},
                                           {"state", "STATE"},
                                           {"nextOffset", "NEXT"},
                                           {"durable", "DURABLE"},
                                           {"devices", "DEVICES"},
                                           {"bytes", "BYTES"},
                                           {"reason", "REASON"}}};

/// Whole numbers as such, others with three digits.
std::string number_text(double number) {
  const auto whole = static_cast<std::int64_t>(number);
  if (static_cast<double>(whole) == number) return std::to_string(whole);
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.3f", number);
  return text.data();
}

std::string cell(const JsonValue& value, std::string_view unit) {
  switch (value.kind()) {
    case JsonValue::Kind::kNumber:
      return number_text(value.number()) + std::string(unit);
    case JsonValue::Kind::kBoolean:
      return value.boolean() ? "yes" : "no";
    case JsonValue::Kind::kText:
      return value.text();
    default:
      return "-";
  }
}

void add_json(JsonLine& line, std::string_view name, const JsonValue& value) {
  switch (value.kind()) {
    case JsonValue::Kind::kNumber:
      line.raw(name, number_text(value.number()));
      break;
    case JsonValue::Kind::kBoolean:
      line.boolean(name, value.boolean());
      break;
    case JsonValue::Kind::kText:
      line.text(name, value.text());
      break;
    default:
      line.raw(name, "null");
  }
}

/// The rows of one partition or of all.
std::vector<std::size_t> chosen(const ApiTable& table, std::optional<std::int32_t> only) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (!only || table.at(i, "partition").number(-1) == *only) rows.push_back(i);
  }
  return rows;
}

/// Columns that the answer lacks are left out.
template <std::size_t N>
std::string list(const ApiTable& table, const std::vector<std::size_t>& rows,
                 const std::array<Column, N>& all, bool json,
                 const std::vector<std::string>& last = {}) {
  std::vector<Column> columns;
  for (const Column& column : all) {
    if (table.has(column.name)) columns.push_back(column);
  }
  std::string lines;
  TextColumns text;
  std::vector<std::string> headings;
  for (const Column& column : columns) headings.emplace_back(column.heading);
  text.add(headings);
  for (const std::size_t row : rows) {
    JsonLine line;
    std::vector<std::string> cells;
    for (const Column& column : columns) {
      add_json(line, column.name, table.at(row, column.name));
      cells.push_back(cell(table.at(row, column.name), column.unit));
    }
    lines += line.str() + "\n";
    text.add(std::move(cells));
  }
  if (!last.empty()) text.add(last);
  return json ? lines : text.str();
}

}  // namespace

std::string list_lanes(const JsonValue& partitions, std::optional<std::int32_t> only, bool json) {
  const ApiTable table(partitions);
  return list(table, chosen(table, only), kLanes, json);
}

std::string list_lag(const JsonValue& partitions, std::optional<std::int32_t> only, bool json) {
  const ApiTable table(partitions);
  const auto rows = chosen(table, only);
  double records = 0;
  double seconds = 0;
  for (const std::size_t row : rows) {
    records += table.at(row, "lag").number();
    seconds = std::max(seconds, table.at(row, "lagSeconds").number());
  }
  return list(table, rows, kLag, json,
              {"all", "-", "-", "-", number_text(records), number_text(seconds) + "s"});
}

std::string list_asked(const JsonValue& answer, bool json) {
  const ApiTable table(answer);
  return list(table, chosen(table, {}), kAsked, json);
}

}  // namespace cortado::app
