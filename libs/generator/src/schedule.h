// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cortado/generator/simulator.h"

namespace cortado::generator {

/// Steps [first, end) of one device in which something is wrong: a labelled fault, or, without one,
/// an ordinary gap.
struct Episode {
  std::int64_t first = 0;
  std::int64_t end = 0;
  std::optional<FaultClass> fault;
  double size = 0;  ///< ppm, of faults that have one

  bool absent() const { return !fault || *fault == FaultClass::kMissing; }
};

/// Return a device's episodes that begin before `steps`, in order and apart from each other by a
/// day at least. A longer schedule only adds to a shorter one.
std::vector<Episode> make_schedule(const SimulatorConfig& config, std::int64_t device,
                                   std::int64_t steps);

/// Return how many readings the devices give in the first `steps` steps.
std::int64_t count_readings(const std::vector<std::vector<Episode>>& schedules, std::int64_t steps);

}  // namespace cortado::generator
