// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <vector>

#include "bench/fleet.h"

namespace cortado::app {

/// Encode, pooler, memory, classifier.
inline constexpr std::size_t kStages = 4;
using Stages = std::array<double, kStages>;

/// What feeding a fleet took and gave.
struct FleetRun {
  std::int64_t records = 0;
  double seconds = 0;
  double cpu_seconds = 0;
  Stages stages_us{};  ///< of a record; 0 = the model has no such stage
  double mean_anomaly = 0;
  double zero_share = 0;
  double forecast_error = 0;    ///< mean distance between forecast and value
  double last_value_error = 0;  ///< the same of repeating the last value
  std::vector<double> scores;   ///< raw anomaly scores of the first device
};

/// Feed each device `records` readings, `turn` of them at each of its turns.
FleetRun feed(std::vector<BenchDevice>& fleet, const BenchSeries& series,
              const BenchOptions& options);

/// Medians over several devices, or over repetitions with a single one.
struct StorageRun {
  double save_ms = 0;      ///< the blob with its checksum, into memory held from the time before
  double compress_ms = 0;  ///< what a worker does with it later
  double restore_ms = 0;   ///< from stored bytes to the first record scored
  double new_device_ms = 0;
  double raw_bytes = 0;
  double stored_bytes = 0;
};

/// Store and restore models of the fleet, which stays as it is. **Errors:** those of a blob.
base::Result<StorageRun> store(const detector::Detector& detector,
                               const std::vector<BenchDevice>& fleet, const BenchSeries& series);

double milliseconds_since(std::chrono::steady_clock::time_point start);

/// Return the mean cost of a device.
detector::ModelCost mean_cost(const std::vector<BenchDevice>& fleet);

/// Return the bytes of memory that the process has resident now.
std::size_t resident_bytes();

}  // namespace cortado::app
