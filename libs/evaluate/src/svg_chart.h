// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "cortado/evaluate/replay_report.h"

namespace cortado::evaluate {

/// One curve: its points by x, and its name.
struct Curve {
  std::string name;
  std::vector<std::pair<double, double>> points;
};

/// Draw up to four curves over x in 0..1 with a mark at `cut`; y from 0, or in powers of ten where
/// `logarithmic`.
std::string draw_curves(const std::vector<Curve>& curves, double cut, bool logarithmic);

/// Draw a device: its values with marks at alarms, its true windows shaded, and its score below
/// with the threshold.
std::string draw_timeline(const ReportDevice& device, double threshold);

/// Draw a map of counts, rows x columns, each row as long as `titles`; `titles` name the columns.
std::string draw_heat_map(const std::vector<std::string>& names,
                          const std::vector<std::vector<std::int64_t>>& counts,
                          const std::vector<std::string>& titles);

}  // namespace cortado::evaluate
