// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "evaluation/series_sources.h"

#include <map>

#include "cortado/evaluate/fault_labels.h"
#include "cortado/generator/csv_replay.h"
#include "cortado/generator/simulator.h"
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

std::vector<evaluate::FaultLabel> labels_of(const generator::Simulator& simulator) {
  std::vector<evaluate::FaultLabel> labels;
  for (const auto& label : simulator.labels()) {
    labels.push_back({label.device, std::string(generator::to_string(label.fault)), label.start_ms,
                      label.end_ms});
  }
  return labels;
}

}  // namespace

base::Result<std::vector<Series>> simulate_labelled(std::int64_t first_seed) {
  std::vector<Series> all;
  for (std::int64_t seed = first_seed; seed < first_seed + kSimulatorSeeds; ++seed) {
    generator::SimulatorConfig config;
    config.seed = seed;
    CORTADO_ASSIGN(const auto simulator, generator::Simulator::create(config));
    CORTADO_ASSIGN(auto devices, collect(*simulator));
    evaluate::add_fault_labels(labels_of(*simulator), devices);
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
