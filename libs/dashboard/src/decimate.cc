// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "decimate.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace cortado::dashboard {
namespace {

/// Lowest and highest value, highest anomaly and score, an alarm.
constexpr std::size_t kKept = 5;

/// The extremes of one part; kNone where no point has the number.
class Extremes {
 public:
  explicit Extremes(const Ring<Point>& points) : points_(points) {}

  void look_at(std::size_t i) {
    const Point& point = points_[i];
    keep(0, i, -point.value);
    keep(1, i, point.value);
    keep(2, i, point.anomaly);
    keep(3, i, point.score);
    if (point.status == base::ScoreStatus::kAlarm)
      keep(4, i, std::isnan(point.score) ? 0 : point.score);
  }

  void append_to(std::vector<std::size_t>& chosen) const {
    std::array<std::size_t, kKept> sorted = best_;
    std::sort(sorted.begin(), sorted.end());
    for (const std::size_t i : sorted) {
      if (i != kNone && (chosen.empty() || chosen.back() != i)) chosen.push_back(i);
    }
  }

 private:
  static constexpr std::size_t kNone = SIZE_MAX;

  void keep(std::size_t place, std::size_t i, double height) {
    if (std::isnan(height)) return;
    if (best_[place] != kNone && height <= height_[place]) return;
    best_[place] = i;
    height_[place] = height;
  }

  const Ring<Point>& points_;
  std::array<std::size_t, kKept> best_{kNone, kNone, kNone, kNone, kNone};
  std::array<double, kKept> height_{};
};

}  // namespace

std::vector<std::size_t> decimate(const Ring<Point>& points, PointRange range, std::size_t limit) {
  std::vector<std::size_t> chosen;
  if (range.size() <= limit) {
    for (std::size_t i = range.first; i < range.last; ++i) chosen.push_back(i);
    return chosen;
  }
  const std::size_t parts = (limit - 2) / kKept;
  chosen.push_back(range.first);
  for (std::size_t part = 0; part < parts; ++part) {
    Extremes extremes(points);
    const std::size_t end = range.first + range.size() * (part + 1) / parts;
    for (std::size_t i = range.first + range.size() * part / parts; i < end; ++i)
      extremes.look_at(i);
    extremes.append_to(chosen);
  }
  if (chosen.back() != range.last - 1) chosen.push_back(range.last - 1);
  return chosen;
}

}  // namespace cortado::dashboard
