// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/clock.h"
#include "cortado/base/option.h"
#include "cortado/base/result.h"
#include "cortado/generator/generator.h"

namespace cortado::generator {

/// A network of hourly ozone sensors that does not exist.
struct SimulatorConfig {
  std::int64_t devices = 10;
  std::int64_t records = 0;  ///< readings of all devices together; 0 = as `duration` says
  std::chrono::milliseconds duration{std::chrono::hours(24 * 365)};
  std::chrono::milliseconds interval{std::chrono::hours(1)};  ///< between a device's readings
  base::EpochMillis start_ms = 1'735'689'600'000;             ///< 2025-01-01T00:00:00Z
  std::int64_t seed = 1;
  double faults_per_month = 1;                                   ///< of a device, on average
  std::chrono::milliseconds quiet{std::chrono::hours(24 * 30)};  ///< no fault in a device's first
  double gaps_per_month = 0.5;  ///< unlabelled runs of absent readings, as in any real network
};

/// Describe SimulatorConfig's keys under "simulator".
base::Options describe(SimulatorConfig& config);

enum class FaultClass { kSpike, kLevelShift, kDrift, kFlatLine, kDropout, kNoise, kMissing };

/// Return "spike", "level_shift", "drift", "flat_line", "dropout", "noise" or "missing".
std::string_view to_string(FaultClass fault);

/// The truth about one injected fault: readings of `device` with start <= time < end are touched by
/// it. Never part of a record: models must not see it.
struct FaultLabel {
  std::string device;
  FaultClass fault = FaultClass::kSpike;
  base::EpochMillis start_ms = 0;
  base::EpochMillis end_ms = 0;
};

/// Return a label as one JSON object without a newline: device, class, start, end (ISO 8601, UTC).
std::string to_json(const FaultLabel& label);

/// Readings in the order of time, at each time in the order of devices. The same configuration
/// gives the same bytes on every machine and for good.
///
/// Faults: spike = one to three readings far off; level_shift = a step for days; drift = a slope
/// that ends in a step back; flat_line = the last value repeated; dropout = zeros; noise = a
/// variance many times as large; missing = no readings at all.
class Simulator : public ReadingSource {
 public:
  /// **Errors:** kInvalidConfig for values outside the ranges in the options.
  static base::Result<std::unique_ptr<Simulator>> create(const SimulatorConfig& config);

  base::Status reject(base::Error reason) final { return reason; }
  /// All faults of the run by start and device: known before the first reading.
  virtual const std::vector<FaultLabel>& labels() const = 0;
};

}  // namespace cortado::generator
