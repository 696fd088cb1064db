// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/evaluate/labelled_folder.h"

#include <algorithm>
#include <optional>

#include "cortado/base/bytes.h"
#include "cortado/base/hash.h"
#include "cortado/base/option.h"
#include "cortado/record/json_value.h"
#include "cortado/record/time_format.h"
#include "series_csv.h"

namespace cortado::evaluate {
namespace {

using record::JsonValue;

constexpr int kDepth = 3;
constexpr const char* kLabels = "labels.json";

base::Error corrupt(const std::string& place, const std::string& what) {
  return {base::ErrorCode::kCorrupt, place + ": " + what};
}

void find_series(base::FileSystem& files, const std::string& folder, const std::string& prefix,
                 int depth, std::vector<std::string>& names) {
  const auto members = files.list(folder);
  if (!members.ok()) return;  // no folder
  for (const auto& name : *members) {
    if (name.starts_with(".")) continue;
    if (name.ends_with(".csv")) {
      names.push_back(prefix + name);
    } else if (depth > 1 && !name.ends_with(".json")) {
      find_series(files, folder + "/" + name, prefix + name + "/", depth - 1, names);
    }
  }
}

/// Runs of rows whose own label says so.
std::vector<Window> windows_of(const std::vector<std::string>& labels) {
  std::vector<Window> windows;
  bool open = false;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    const auto number = base::parse_number(labels[row]);
    const bool anomalous =
        number.ok() ? *number != 0 : labels[row] == "true" || labels[row] == "True";
    if (anomalous && !open) windows.push_back({.first = row, .last = row});
    if (anomalous) windows.back().last = row;
    open = anomalous;
  }
  return windows;
}

base::Result<Series> read_series(base::FileSystem& files, const std::string& path,
                                 const std::string& name) {
  CORTADO_ASSIGN(const auto columns, read_columns(files, path,
                                                  {{"time", "timestamp", "date", "datetime", ""},
                                                   {"value"},
                                                   {"label", "anomaly", "is_anomaly", ""}}));
  Series series;
  series.name = name;
  const std::size_t slash = name.rfind('/');
  if (slash != std::string::npos) series.group = name.substr(0, slash);
  const record::TimeFormat times;
  for (std::size_t row = 0; row < columns[1].size(); ++row) {
    Reading reading;
    if (!columns[0].empty()) reading.time = times.parse(columns[0][row]);
    if (const auto value = base::parse_number(columns[1][row]); value.ok()) reading.value = *value;
    series.readings.push_back(reading);
  }
  series.windows = windows_of(columns[2]);
  return series;
}

/// One end of a window: a time as text, or a row number.
struct End {
  std::optional<base::EpochMillis> time;
  std::optional<std::size_t> row;
};

End end_of(const JsonValue* value) {
  End end;
  if (value == nullptr) return end;
  if (value->kind == JsonValue::Kind::kText) end.time = record::TimeFormat().parse(value->text);
  const bool row =
      value->kind == JsonValue::Kind::kNumber && value->number >= 0 && value->number < 1e9;
  if (row) end.row = static_cast<std::size_t>(value->number);
  return end;
}

/// [from, to] or {"start": from, "end": to, "class": word}; both ends belong to the window.
bool read_window(const JsonValue& label, const Series& series, Window& window) {
  const bool pair = label.kind == JsonValue::Kind::kArray && label.items.size() == 2;
  const End from = end_of(pair ? &label.items[0] : label.find("start"));
  const End to = end_of(pair ? &label.items[1] : label.find("end"));
  if (const JsonValue* fault = label.find("class"); fault != nullptr) window.fault = fault->text;
  if (from.time && to.time) return window_of(series.readings, *from.time, *to.time, window);
  if (!from.row || !to.row || *from.row > *to.row || *to.row >= series.readings.size())
    return false;
  window.first = *from.row;
  window.last = *to.row;
  return true;
}

base::Status add_labels(const JsonValue& labels, const std::string& path,
                        std::vector<Series>& all) {
  for (const auto& [name, windows] : labels.members) {
    const auto series = std::find_if(all.begin(), all.end(),
                                     [&name](const Series& one) { return one.name == name; });
    if (series == all.end())
      return base::Error(base::ErrorCode::kNotFound,
                         path + " labels " + name + ", which is missing");
    for (std::size_t i = 0; i < windows.items.size(); ++i) {
      Window window;
      if (!read_window(windows.items[i], *series, window)) {
        return corrupt(path, "window " + std::to_string(i + 1) + " of " + name +
                                 " is not two times or two rows that cover a reading");
      }
      series->windows.push_back(std::move(window));
    }
    tidy(series->windows);
  }
  return {};
}

}  // namespace

base::Result<std::vector<Series>> read_labelled_folder(base::FileSystem& files,
                                                       const std::string& folder) {
  std::vector<std::string> names;
  find_series(files, folder, "", kDepth, names);
  std::sort(names.begin(), names.end());
  if (names.empty())
    return base::Error(base::ErrorCode::kNotFound, folder + " holds no CSV with a value column");
  std::vector<Series> all;
  for (const auto& name : names) {
    CORTADO_ASSIGN(auto series, read_series(files, folder + "/" + name, name));
    all.push_back(std::move(series));
  }
  const std::string path = folder + "/" + kLabels;
  if (!files.exists(path)) return all;
  CORTADO_ASSIGN(const auto text, files.read_file(path));
  const auto labels = record::parse_json(text);
  if (!labels.ok()) return labels.error().with_context(path);
  CORTADO_TRY(add_labels(*labels, path, all));
  return all;
}

std::uint64_t digest(const std::vector<Series>& series) {
  std::string bytes;
  base::ByteWriter out(bytes);
  for (const Series& one : series) {
    out.text(one.name);
    for (const Reading& reading : one.readings) {
      out.i64(reading.time.value_or(INT64_MIN));
      out.u8(reading.value ? 1 : 0);
      out.f64(reading.value.value_or(0));
    }
    for (const Window& window : one.windows) {
      out.u64(window.first);
      out.u64(window.last);
      out.text(window.fault);
    }
  }
  return base::hash64(bytes);
}

}  // namespace cortado::evaluate
