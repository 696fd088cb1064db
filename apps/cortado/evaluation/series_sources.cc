// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "evaluation/series_sources.h"

#include <algorithm>
#include <map>

#include "cortado/generator/csv_replay.h"
#include "cortado/record/monitoring_record.h"

namespace cortado::app {
namespace {

using evaluate::Series;

/// All readings of a source by device, in the order in which devices appear.
base::Result<std::vector<Series>> collect(generator::ReadingSource& source) {
  std::map<std::string, std::size_t, std::less<>> places;
  std::vector<Series> all;
  while (true) {
    CORTADO_ASSIGN(const auto reading, source.next());
    if (!reading) return all;
    const auto [at, added] = places.try_emplace(std::string(reading->key), all.size());
    if (added) all.emplace_back().name = reading->key;
    all[at->second].readings.push_back(
        {reading->event_time, record::measurement(*reading->record)});
  }
}

/// The rows of a label; the first reading after it where it took all away. False if there is none.
bool rows_of(const Series& series, const generator::FaultLabel& label, evaluate::Window& window) {
  const auto by_time = [](const evaluate::Reading& reading, base::EpochMillis time) {
    return reading.time.value_or(0) < time;
  };
  const auto begin = series.readings.begin();
  const auto first = std::lower_bound(begin, series.readings.end(), label.start_ms, by_time);
  const auto behind = std::lower_bound(first, series.readings.end(), label.end_ms, by_time);
  if (first == series.readings.end()) return false;
  window.first = static_cast<std::size_t>(first - begin);
  window.last = behind == first ? window.first : static_cast<std::size_t>(behind - begin) - 1;
  window.fault = generator::to_string(label.fault);
  return true;
}

}  // namespace

void add_fault_labels(const std::vector<generator::FaultLabel>& labels,
                      std::vector<Series>& series) {
  for (const auto& label : labels) {
    for (Series& one : series) {
      evaluate::Window window;
      if (one.name == label.device && rows_of(one, label, window))
        one.windows.push_back(std::move(window));
    }
  }
}

base::Result<std::vector<Series>> simulate_labelled(std::int64_t first_seed) {
  std::vector<Series> all;
  for (std::int64_t seed = first_seed; seed < first_seed + kSimulatorSeeds; ++seed) {
    generator::SimulatorConfig config;
    config.seed = seed;
    CORTADO_ASSIGN(const auto simulator, generator::Simulator::create(config));
    CORTADO_ASSIGN(auto devices, collect(*simulator));
    add_fault_labels(simulator->labels(), devices);
    for (Series& device : devices) {
      device.group = std::to_string(seed);
      device.name = device.group + "/" + device.name;
      all.push_back(std::move(device));
    }
  }
  return all;
}

base::Result<std::vector<Series>> read_epa_series(const std::string& path) {
  CORTADO_ASSIGN(const auto source, generator::open_csv(path, {}, nullptr));
  return collect(*source);
}

}  // namespace cortado::app
