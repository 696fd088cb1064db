// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cortado/evaluate/series.h"

namespace cortado::evaluate {

/// Make a series of zeros, five minutes apart, with these windows (first row, last row).
inline Series quiet_series(const std::string& name, std::size_t rows,
                           const std::vector<std::pair<std::size_t, std::size_t>>& windows = {}) {
  Series series;
  series.name = name;
  series.group = name.substr(0, name.find('/'));
  constexpr base::EpochMillis kStart = 1'400'000'000'000;
  for (std::size_t row = 0; row < rows; ++row)
    series.readings.push_back({kStart + static_cast<base::EpochMillis>(row) * 300'000, 0.0});
  for (const auto& [first, last] : windows)
    series.windows.push_back({.first = first, .last = last});
  return series;
}

}  // namespace cortado::evaluate
