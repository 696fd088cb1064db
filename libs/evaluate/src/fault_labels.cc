// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/evaluate/fault_labels.h"

#include <algorithm>
#include <map>
#include <optional>

#include "cortado/base/calendar.h"
#include "cortado/record/json_value.h"
#include "series_csv.h"

namespace cortado::evaluate {
namespace {

bool read_label(const record::JsonValue& json, FaultLabel& label) {
  const auto text = [&json](const char* name) {
    const record::JsonValue* const value = json.find(name);
    return value != nullptr ? value->text : std::string();
  };
  const auto start = base::parse_iso_8601(text("start"));
  const auto end = base::parse_iso_8601(text("end"));
  label = {text("device"), text("class"), start.value_or(0), end.value_or(0)};
  return start && end && *start <= *end && !label.device.empty();
}

/// The rows of a label, or the first reading after it; false if there is neither.
bool rows_of(const std::vector<Reading>& readings, const FaultLabel& label, Window& window) {
  std::optional<std::size_t> first;
  for (std::size_t row = 0; row < readings.size(); ++row) {
    const auto& time = readings[row].time;
    if (!time || *time < label.start) continue;
    if (first && *time >= label.end) break;
    if (!first) first = row;
    window.last = row;
  }
  window.first = first.value_or(0);
  window.fault = label.fault;
  return first.has_value();
}

}  // namespace

base::Result<std::vector<FaultLabel>> read_fault_labels(std::string_view lines) {
  std::vector<FaultLabel> labels;
  for (std::size_t number = 1; !lines.empty(); ++number) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const auto json = record::parse_json(line);
    FaultLabel label;
    if (!json.ok() || !read_label(*json, label)) {
      return base::Error(base::ErrorCode::kCorrupt,
                         "line " + std::to_string(number) +
                             " is no fault label: it needs device, class, start and end");
    }
    labels.push_back(std::move(label));
  }
  return labels;
}

void add_fault_labels(const std::vector<FaultLabel>& labels, std::vector<Series>& series) {
  std::map<std::string_view, Series*> devices;
  for (Series& one : series) devices.emplace(one.name, &one);
  for (const FaultLabel& label : labels) {
    const auto device = devices.find(label.device);
    Window window;
    if (device != devices.end() && rows_of(device->second->readings, label, window))
      device->second->windows.push_back(std::move(window));
  }
  for (Series& one : series) tidy(one.windows);
}

}  // namespace cortado::evaluate
