// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "cortado/base/option.h"

namespace cortado::detector {

/// What the devices that a pattern names can measure at all.
struct ValueLimits {
  std::string device;  ///< glob: * any characters, ? one; the first that matches wins
  double low = 0;
  double high = 0;
};

/// The guards against faults of a sensor that stand beside the HTM in the preset multiscale.
struct FaultConfig {
  bool flat_line = true;
  std::int64_t flat_least = 12;
  bool gap = true;
  double gap_least = 7.5;
  double gap_irregular = 0.03;
  double factor = 2;
  std::int64_t every = 400;
  bool clock = true;
  double clock_back = 2;
  std::chrono::milliseconds clock_ahead = std::chrono::hours(24 * 366);
  bool level_shift = true;
  bool out_of_range = true;
  std::vector<ValueLimits> limits;
};

/// Describe the keys under "detector.faults".
base::Options describe(FaultConfig& config);

}  // namespace cortado::detector
