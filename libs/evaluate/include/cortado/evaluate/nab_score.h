// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "cortado/evaluate/run.h"
#include "cortado/evaluate/series.h"

namespace cortado::evaluate {

/// What hits and mistakes weigh.
struct NabProfile {
  std::string name;
  double true_positive = 1;
  double false_positive = 0.11;
  double false_negative = 1;
};

/// What one series contributes at some threshold.
struct NabTally {
  double points = 0;  ///< weighted; a perfect series has nearly true_positive * windows
  std::int64_t missed = 0;
  std::int64_t false_rows = 0;
};

struct NabBest {
  double threshold = 0;  ///< rows with a score >= threshold are detections
  double points = 0;
};

/// NAB's scoring of one run under one profile, for any set of thresholds.
///
/// Rows of the probation are ignored. In a window a detection's position is y = -(right - i + 1) /
/// width and it earns sigmoid(y) / sigmoid(-1), with sigmoid(y) = 2 / (1 + e^5y) - 1: only the
/// window's earliest counts. A window without one costs the false-negative weight. Elsewhere a
/// detection costs sigmoid(y) with y = distance from the last window's end / (its width - 1), and 1
/// for y > 3 or before the first window, times the false-positive weight.
///
/// **Source:** Lavin and Ahmad, "Evaluating real-time anomaly detection algorithms", 2015; checked
/// against two published result sets.
class NabScorer {
 public:
  /// Precondition: result[i] has as many scores as series[i] has readings.
  NabScorer(std::span<const Series> series, const RunResult& result, const NabProfile& profile);

  /// Return what each series contributes at a threshold.
  std::vector<NabTally> tally(double threshold) const;
  /// Search all thresholds exhaustively for the most points over the series that `wanted` accepts;
  /// equal scores are detected together. Of equal results the highest threshold; above every score
  /// if no detection pays.
  NabBest best(const std::function<bool(std::size_t)>& wanted) const;

 private:
  /// A row that counts; sorted by score, highest first.
  struct Row {
    double score = 0;
    std::size_t series = 0;
    std::size_t window = 0;  ///< its number over all series, kNoWindow = outside
    double points = 0;
  };
  static constexpr std::size_t kNoWindow = static_cast<std::size_t>(-1);

  void add(std::size_t number, const Series& series, const std::vector<double>& scores);

  NabProfile profile_;
  std::size_t series_count_ = 0;
  std::vector<Row> rows_;
  std::vector<std::size_t> window_series_;  ///< the series of each window that can be hit
};

/// Return 100 (points - null) / (perfect - null), where null is a detector that never speaks and
/// perfect one that earns the full weight of every window. Precondition: windows > 0.
double nab_normalised(double points, std::size_t windows, const NabProfile& profile);

}  // namespace cortado::evaluate
