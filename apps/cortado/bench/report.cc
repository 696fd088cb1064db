// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/report.h"

#include <cmath>
#include <cstdio>
#include <utility>
#include <vector>

#include "cortado/base/file_system.h"

namespace cortado::app {
namespace {

/// A figure, or a group of them, in the order of the output.
struct Entry {
  std::string name;
  std::string text;  ///< JSON; empty for a group
  std::vector<Entry> group;
};

Entry word(const std::string& name, const std::string& text) {
  std::string plain;
  for (const char c : text) {
    if (c >= ' ' && c != '"' && c != '\\') plain += c;
  }
  return {name, "\"" + plain + "\"", {}};
}

Entry number(const std::string& name, double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.*f", digits, value);
  return {name, text, {}};
}

template <typename Integer>
Entry count(const std::string& name, Integer value) {
  return {name, std::to_string(value), {}};
}

double rate(double records, double seconds) { return seconds > 0 ? records / seconds : 0; }

std::vector<Entry> what_was_run(const BenchReport& report) {
  return {word("preset", report.preset),
          word("input", report.options.input.empty() ? "simulated" : report.options.input),
          count("records", report.options.records),
          count("trained", report.options.trained),
          count("devices", report.options.devices),
          count("turn", report.options.turn),
          word("cpu", report.cpu),
          word("kernels", report.kernels)};
}

std::vector<Entry> speed(const FleetRun& run) {
  const auto records = static_cast<double>(run.records);
  Entry stages{"stages_us", "", {}};
  const char* const names[kStages] = {"encode", "pooler", "memory", "classifier"};
  for (std::size_t i = 0; i < kStages; ++i) {
    stages.group.push_back(number(names[i], run.stages_us[i], 3));
  }
  return {number("records_per_s", rate(records, run.seconds), 1),
          number("records_per_cpu_s", rate(records, run.cpu_seconds), 1), stages};
}

std::vector<Entry> size(const BenchReport& report) {
  const detector::ModelCost& cost = report.cost;
  return {{"bytes_per_device",
           "",
           {count("total", cost.total_bytes()), count("pooler", cost.pooler_bytes),
            count("memory", cost.memory_bytes), count("classifier", cost.classifier_bytes),
            count("model", cost.model_bytes)}},
          number("rss_bytes_per_device", report.rss_bytes_per_device, 0),
          number("raw_bytes", report.storage.raw_bytes, 0),
          number("stored_bytes", report.storage.stored_bytes, 0),
          number("save_ms", report.storage.save_ms, 4),
          number("compress_ms", report.storage.compress_ms, 4),
          number("restore_ms", report.storage.restore_ms, 4),
          number("new_device_ms", report.storage.new_device_ms, 4),
          number("base_ms", report.base_ms, 3)};
}

std::vector<Entry> statistics(const BenchReport& report) {
  const FleetRun& run = report.run;
  return {number("mean_raw_anomaly", run.mean_anomaly, 6),
          number("zero_share", run.zero_share, 6),
          count("segments", report.cost.segments),
          count("synapses", report.cost.synapses),
          count("changed_columns", report.cost.changed_columns),
          number("forecast_error", run.forecast_error, 6),
          number("last_value_error", run.last_value_error, 6)};
}

std::vector<Entry> all(const BenchReport& report) {
  std::vector<Entry> entries = what_was_run(report);
  for (auto part : {speed(report.run), size(report), statistics(report)}) {
    for (auto& entry : part) entries.push_back(std::move(entry));
  }
  return entries;
}

std::string object_of(const std::vector<Entry>& entries) {
  std::string out = "{";
  for (const Entry& entry : entries) {
    if (out.size() > 1) out += ',';
    out += "\"" + entry.name + "\":" + (entry.group.empty() ? entry.text : object_of(entry.group));
  }
  return out + "}";
}

}  // namespace

std::string to_json(const BenchReport& report) { return object_of(all(report)); }

std::string to_text(const BenchReport& report) {
  std::string out;
  for (const Entry& entry : all(report)) {
    if (entry.group.empty()) out += entry.name + ": " + entry.text + "\n";
    for (const Entry& part : entry.group) {
      out += entry.name + "." + part.name + ": " + part.text + "\n";
    }
  }
  return out;
}

std::string cpu_model() {
  const auto text = base::posix_file_system().read_file("/proc/cpuinfo");
  const std::string name = "model name";
  const std::size_t at = text.ok() ? text->find(name) : std::string::npos;
  const std::size_t begin = at == std::string::npos ? at : text->find(':', at);
  if (begin == std::string::npos) return "unknown";
  const std::size_t first = text->find_first_not_of(": \t", begin);
  return text->substr(first, text->find('\n', first) - first);
}

}  // namespace cortado::app
