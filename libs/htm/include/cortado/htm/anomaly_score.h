// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cortado::htm {

/// Return the share of active columns that were not predicted, 0..1; 0 where none is active.
inline double anomaly_score(std::uint32_t active_columns, std::uint32_t predicted_active_columns) {
  if (active_columns == 0) return 0.0;
  return static_cast<double>(active_columns - predicted_active_columns) / active_columns;
}

}  // namespace cortado::htm
