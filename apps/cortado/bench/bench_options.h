// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace cortado::app {

/// What `cortado bench htm` measures.
struct BenchOptions {
  std::string input;         ///< CSV whose readings of one device are fed; empty = a simulated one
  std::string device;        ///< of the CSV; empty = the first
  std::string scores;        ///< file for the first device's raw anomaly scores
  std::int64_t records = 0;  ///< measured, of each device; 0 = what the input has, or three years
  std::int64_t trained = 0;  ///< learned by each device before the measurement
  std::int64_t devices = 1;
  std::int64_t turn = 1;  ///< records of a device before the next device's turn
};

}  // namespace cortado::app
