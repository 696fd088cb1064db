// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/clock.h"
#include "cortado/base/result.h"
#include "cortado/evaluate/series.h"

namespace cortado::evaluate {

/// What happened to a device from `start` up to, not including, `end`.
struct FaultLabel {
  std::string device;
  std::string fault;
  base::EpochMillis start = 0;
  base::EpochMillis end = 0;
};

/// Read docs/formats/fault-labels.md: JSON lines. **Errors:** kCorrupt naming the line.
base::Result<std::vector<FaultLabel>> read_fault_labels(std::string_view lines);

/// Add labels as windows to the series of the same name; one without readings is put on the first
/// reading after it. Labels of other devices and those beyond the last reading are left out.
/// Precondition: the readings that have a time are in its order.
void add_fault_labels(const std::vector<FaultLabel>& labels, std::vector<Series>& series);

}  // namespace cortado::evaluate
