// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "read_model.h"

namespace cortado::dashboard {

/// A part of a device's points: [first, last).
struct PointRange {
  std::size_t first = 0;
  std::size_t last = 0;

  std::size_t size() const { return last - first; }
};

/// Choose at most `limit` (at least 16) of the points, in order: the range is cut into equal parts,
/// and each gives its lowest and highest value, highest anomaly and score, and an alarm; the first
/// and the last point are always among them.
std::vector<std::size_t> decimate(const Ring<Point>& points, PointRange range, std::size_t limit);

}  // namespace cortado::dashboard
