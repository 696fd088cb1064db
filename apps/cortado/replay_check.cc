// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "replay_check.h"

#include <algorithm>

#include "cortado/base/nearest_name.h"

namespace cortado::app {
namespace {

using base::Error;
using base::ErrorCode;

/// A row is an object of texts, so that a pointer has one step: a column's name, escaped.
std::string pointer_to(std::string_view column) {
  std::string pointer = "/";
  for (const char c : column) {
    if (c == '~' || c == '/') {
      pointer += c == '~' ? "~0" : "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

base::Status check_column(const std::string& key, const std::string& pointer,
                          const std::vector<std::string>& columns) {
  std::vector<std::string> pointers;
  for (const std::string& column : columns) pointers.push_back(pointer_to(column));
  if (std::find(pointers.begin(), pointers.end(), pointer) != pointers.end()) return {};
  return Error(ErrorCode::kInvalidConfig, "input.mapping." + key + ": the file has no column " +
                                              pointer + base::nearest_hint(pointer, pointers));
}

}  // namespace

files::CsvSourceConfig replay_input(const AppConfig& config, const std::string& path) {
  return {
      .path = path,
      .form = config.enrich.mapping.aqs ? files::RowForm::kAqsBinary : files::RowForm::kJsonObject,
      .csv = config.generator.csv};
}

base::Status check_replay(const enrich::EnrichConfig& config, const detector::Detector& detector,
                          const std::vector<std::string>& columns) {
  if (config.mapping.aqs) return {};
  CORTADO_TRY(check_column("device", config.mapping.device, columns));
  CORTADO_TRY(check_column("value", config.mapping.value, columns));
  if (!config.mapping.time.empty()) return check_column("time", config.mapping.time, columns);
  if (!detector.uses_time()) return {};
  return Error(ErrorCode::kInvalidConfig,
               "input.mapping has no time, which the models of detector.preset need: name the "
               "column that holds it (a row of a file has no timestamp of Kafka's)");
}

base::Status check_replay_file(const AppConfig& config, const std::string& path) {
  CORTADO_ASSIGN(const auto detector, detector::Detector::create(config.detector));
  CORTADO_ASSIGN(const auto source,
                 files::CsvSource::open(replay_input(config, path), nullptr, nullptr));
  return check_replay(config.enrich, *detector, source->columns());
}

}  // namespace cortado::app
