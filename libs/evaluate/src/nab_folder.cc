// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/evaluate/nab_folder.h"

#include <algorithm>
#include <utility>

#include "cortado/base/calendar.h"
#include "cortado/base/option.h"
#include "cortado/record/json_value.h"
#include "series_csv.h"

namespace cortado::evaluate {
namespace {

using record::JsonValue;

constexpr const char* kProfiles[] = {"standard", "reward_low_FP_rate", "reward_low_FN_rate"};

base::Error corrupt(const std::string& path, const std::string& what) {
  return {base::ErrorCode::kCorrupt, path + ": " + what};
}

base::Status read_json(base::FileSystem& files, const std::string& path, JsonValue& out) {
  CORTADO_ASSIGN(const auto text, files.read_file(path));
  auto value = record::parse_json(text);
  if (!value.ok()) return value.error().with_context(path);
  out = std::move(*value);
  return {};
}

base::Result<double> weight(const JsonValue& matrix, const char* name, const std::string& path) {
  const JsonValue* value = matrix.find(name);
  if (value == nullptr || value->kind != JsonValue::Kind::kNumber || !(value->number > 0))
    return corrupt(path, std::string("no weight ") + name + " above 0");
  return value->number;
}

base::Status read_profiles(base::FileSystem& files, const std::string& path,
                           std::vector<NabProfile>& profiles) {
  JsonValue json;
  CORTADO_TRY(read_json(files, path, json));
  for (const char* const name : kProfiles) {
    const JsonValue* const profile = json.find(name);
    const JsonValue* const matrix = profile != nullptr ? profile->find("CostMatrix") : nullptr;
    if (matrix == nullptr) return corrupt(path, std::string("no cost matrix of ") + name);
    NabProfile& result = profiles.emplace_back();
    result.name = name;
    CORTADO_ASSIGN(result.true_positive, weight(*matrix, "tpWeight", path));
    CORTADO_ASSIGN(result.false_positive, weight(*matrix, "fpWeight", path));
    CORTADO_ASSIGN(result.false_negative, weight(*matrix, "fnWeight", path));
  }
  return {};
}

base::Status read_readings(base::FileSystem& files, const std::string& path, Series& series) {
  CORTADO_ASSIGN(const auto columns, read_columns(files, path, {{"timestamp"}, {"value"}}));
  for (std::size_t row = 0; row < columns[0].size(); ++row) {
    Reading reading;
    reading.time = base::parse_iso_8601(columns[0][row]);
    if (const auto value = base::parse_number(columns[1][row]); value.ok()) reading.value = *value;
    if (!reading.time || !reading.value)
      return corrupt(path, "row " + std::to_string(row + 1) + " has no time or no value");
    series.readings.push_back(reading);
  }
  return {};
}

base::Status read_windows(const JsonValue& labels, const std::string& path, Series& series) {
  for (const JsonValue& pair : labels.items) {
    const auto time = [&pair](std::size_t i) -> std::optional<base::EpochMillis> {
      return i < pair.items.size() ? base::parse_iso_8601(pair.items[i].text) : std::nullopt;
    };
    Window window;
    if (!time(0) || !time(1) || !window_of(series.readings, *time(0), *time(1), window))
      return corrupt(path, "a window of " + series.name + " covers no row");
    series.windows.push_back(std::move(window));
  }
  tidy(series.windows);
  return {};
}

/// Every data/GROUP/FILE.csv, by name.
base::Result<std::vector<std::string>> data_files(base::FileSystem& files,
                                                  const std::string& folder) {
  std::vector<std::string> names;
  CORTADO_ASSIGN(const auto groups, files.list(folder));
  for (const auto& group : groups) {
    if (group.starts_with(".") || group.find('.') != std::string::npos) continue;
    CORTADO_ASSIGN(const auto members, files.list(folder + "/" + group));
    for (const auto& name : members) {
      if (name.ends_with(".csv")) names.push_back(group + "/" + name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string time_text(base::EpochMillis time) {
  std::string text = base::format_iso_8601(time);  // YYYY-MM-DDTHH:MM:SS.mmmZ
  text[10] = ' ';
  return text.substr(0, 19);
}

std::string results_path(const std::string& folder, const std::string& name, const Series& series) {
  return folder + "/" + series.group + "/" + name + "_" +
         series.name.substr(series.group.size() + 1);
}

}  // namespace

base::Result<NabFolder> read_nab_folder(base::FileSystem& files, const std::string& folder,
                                        std::size_t expected_files) {
  NabFolder result;
  CORTADO_TRY(read_profiles(files, folder + "/config/profiles.json", result.profiles));
  const std::string labels_path = folder + "/labels/combined_windows.json";
  JsonValue labels;
  CORTADO_TRY(read_json(files, labels_path, labels));
  CORTADO_ASSIGN(const auto names, data_files(files, folder + "/data"));
  for (const auto& [name, windows] : labels.members) {
    if (!std::binary_search(names.begin(), names.end(), name))
      return base::Error(base::ErrorCode::kNotFound, folder + "/data/" + name + " is missing");
  }
  if (expected_files != 0 && names.size() != expected_files) {
    return base::Error(base::ErrorCode::kNotFound,
                       folder + "/data has " + std::to_string(names.size()) + " files, not " +
                           std::to_string(expected_files) +
                           ": scores of another set cannot be compared; --files says how many");
  }
  for (const auto& name : names) {
    const JsonValue* const windows = labels.find(name);
    if (windows == nullptr) return corrupt(labels_path, "no labels of " + name);
    Series series{
        .name = name, .group = name.substr(0, name.find('/')), .readings = {}, .windows = {}};
    CORTADO_TRY(read_readings(files, folder + "/data/" + name, series));
    CORTADO_TRY(read_windows(*windows, labels_path, series));
    result.series.push_back(std::move(series));
  }
  return result;
}

base::Status write_nab_results(base::FileSystem& files, const std::string& folder,
                               const std::string& name, const std::vector<Series>& series,
                               const RunResult& result) {
  for (std::size_t i = 0; i < series.size(); ++i) {
    std::string text = "timestamp,value,anomaly_score,label\n";
    auto window = series[i].windows.begin();
    for (std::size_t row = 0; row < series[i].readings.size(); ++row) {
      while (window != series[i].windows.end() && row > window->last) ++window;
      const bool label = window != series[i].windows.end() && row >= window->first;
      const Reading& reading = series[i].readings[row];
      text += time_text(*reading.time) + "," + base::print_number(*reading.value) + "," +
              base::print_number(result[i].scores[row]) + (label ? ",1\n" : ",0\n");
    }
    CORTADO_TRY(files.create_directories(folder + "/" + series[i].group));
    CORTADO_TRY(files.write_file_atomically(results_path(folder, name, series[i]), text));
  }
  return {};
}

base::Result<RunResult> read_nab_results(base::FileSystem& files, const std::string& folder,
                                         const std::string& name,
                                         const std::vector<Series>& series) {
  RunResult result;
  for (const Series& one : series) {
    const std::string path = results_path(folder, name, one);
    CORTADO_ASSIGN(const auto columns, read_columns(files, path, {{"anomaly_score"}}));
    if (columns[0].size() != one.readings.size()) {
      return corrupt(path, std::to_string(columns[0].size()) + " rows, the series has " +
                               std::to_string(one.readings.size()));
    }
    SeriesResult& scores = result.emplace_back();
    for (const auto& text : columns[0]) {
      const auto score = base::parse_number(text);
      if (!score.ok()) return score.error().with_context(path);
      scores.scores.push_back(*score);
    }
  }
  return result;
}

}  // namespace cortado::evaluate
