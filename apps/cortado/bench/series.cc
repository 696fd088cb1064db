// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/series.h"

#include <chrono>
#include <limits>

#include "cortado/generator/csv_replay.h"
#include "cortado/generator/pacing.h"
#include "cortado/generator/simulator.h"
#include "cortado/record/monitoring_record.h"

namespace cortado::app {
namespace {

/// Up to `most` usable readings of a device.
base::Status collect(generator::ReadingSource& source, std::size_t most, BenchSeries& series) {
  while (series.readings.size() < most) {
    CORTADO_ASSIGN(const auto reading, source.next());
    if (!reading) return {};
    if (series.device.empty()) series.device = reading->key;
    const auto value = record::measurement(*reading->record);
    if (reading->key != series.device || !reading->event_time || !value) continue;
    series.readings.push_back({*reading->event_time, *value});
  }
  return {};
}

}  // namespace

base::Result<BenchSeries> read_series(const std::string& path, const std::string& device) {
  CORTADO_ASSIGN(auto source, generator::open_csv(path, {}, nullptr));
  BenchSeries series;
  series.device = device;
  CORTADO_TRY(collect(*source, std::numeric_limits<std::size_t>::max(), series));
  if (series.readings.empty()) {
    return base::Error(base::ErrorCode::kNotFound,
                       path + " has no reading with a time and a value" +
                           (device.empty() ? "" : " of device " + device));
  }
  return series;
}

base::Result<BenchSeries> simulate_series(std::int64_t count) {
  generator::SimulatorConfig config;
  config.devices = 1;
  // Gaps take a few readings away.
  config.duration = std::chrono::hours(count + count / 4 + 24);
  CORTADO_ASSIGN(auto simulator, generator::Simulator::create(config));
  BenchSeries series;
  CORTADO_TRY(collect(*simulator, static_cast<std::size_t>(count), series));
  return series;
}

}  // namespace cortado::app
