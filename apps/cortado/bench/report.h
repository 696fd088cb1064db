// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "bench/bench_options.h"
#include "bench/measure.h"

namespace cortado::app {

/// All that `cortado bench htm` says.
struct BenchReport {
  std::string preset;
  BenchOptions options;
  FleetRun run;
  StorageRun storage;
  detector::ModelCost cost;         ///< of a device, after the run
  double base_ms = 0;               ///< making what all devices share
  double rss_bytes_per_device = 0;  ///< what the process grew by, a device's share
  std::string cpu;
  std::string kernels;
};

/// One JSON object on one line.
std::string to_json(const BenchReport& report);
/// One figure a line, for a person.
std::string to_text(const BenchReport& report);

/// Return the processor's name as the system tells it, "unknown" if it does not.
std::string cpu_model();

}  // namespace cortado::app
