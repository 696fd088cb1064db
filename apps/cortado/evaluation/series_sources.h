// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cortado/base/result.h"
#include "cortado/evaluate/series.h"

namespace cortado::app {

/// The simulator's seeds that constants may be chosen on, and those that are only reported
/// (docs/detection.md).
inline constexpr std::int64_t kFirstTuneSeed = 1;
inline constexpr std::int64_t kFirstReportSeed = 101;
inline constexpr std::int64_t kSimulatorSeeds = 5;

/// Return five runs of the simulator, of as many seeds, with its labelled faults as windows: ten
/// devices a run for a year, named "SEED/DEVICE". A fault without readings is labelled on the first
/// reading after it. **Errors:** kInvalidConfig.
base::Result<std::vector<evaluate::Series>> simulate_labelled(std::int64_t first_seed);

/// Read every device of an EPA CSV as a series without labels. **Errors:** those of open_csv.
base::Result<std::vector<evaluate::Series>> read_epa_series(const std::string& path);

}  // namespace cortado::app
