// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/evaluate/nab_score.h"

#include <algorithm>
#include <limits>

#include "cortado/base/math.h"

namespace cortado::evaluate {
namespace {

/// Beyond three widths a false alarm costs its whole weight.
constexpr double kFarAway = 3;

double sigmoid(double y) { return 2.0 / (1.0 + base::exp(5.0 * y)) - 1.0; }

double inside(const Window& window, std::size_t row) {
  const auto width = static_cast<double>(window.last - window.first + 1);
  const double y = -static_cast<double>(window.last - row + 1) / width;
  return sigmoid(y) / sigmoid(-1.0);
}

double outside(const Window* previous, std::size_t row) {
  if (previous == nullptr) return -1;
  const auto width = static_cast<double>(previous->last - previous->first);
  const double distance = static_cast<double>(row - previous->last);
  if (distance > kFarAway * width) return -1;
  return sigmoid(distance / width);
}

/// Visits detections from the highest score down and keeps what every series then has.
class Sum {
 public:
  Sum(std::size_t windows, double miss) : best_(windows, miss), miss_(miss) {}

  /// Returns what the row changes.
  double hit(std::size_t window, double points) {
    const double gain = std::max(0.0, points - best_[window]);
    best_[window] += gain;
    return gain;
  }
  double points(std::size_t window) const { return best_[window]; }
  bool missed(std::size_t window) const { return best_[window] == miss_; }

 private:
  std::vector<double> best_;
  double miss_;
};

}  // namespace

NabScorer::NabScorer(std::span<const Series> series, const RunResult& result,
                     const NabProfile& profile)
    : profile_(profile), series_count_(series.size()) {
  for (std::size_t i = 0; i < series.size(); ++i) add(i, series[i], result[i].scores);
  std::stable_sort(rows_.begin(), rows_.end(),
                   [](const Row& a, const Row& b) { return a.score > b.score; });
}

void NabScorer::add(std::size_t number, const Series& series, const std::vector<double>& scores) {
  const std::size_t probation = nab_probation(scores.size());
  const Window* previous = nullptr;
  auto window = series.windows.begin();
  std::size_t current = kNoWindow;
  for (std::size_t row = 0; row < scores.size(); ++row) {
    while (window != series.windows.end() && row > window->last) {
      previous = &*window++;
      current = kNoWindow;
    }
    if (row < probation) continue;
    if (window == series.windows.end() || row < window->first) {
      rows_.push_back(
          {scores[row], number, kNoWindow, outside(previous, row) * profile_.false_positive});
      continue;
    }
    if (current == kNoWindow) {
      current = window_series_.size();
      window_series_.push_back(number);
    }
    rows_.push_back({scores[row], number, current, inside(*window, row) * profile_.true_positive});
  }
}

std::vector<NabTally> NabScorer::tally(double threshold) const {
  std::vector<NabTally> tallies(series_count_);
  Sum sum(window_series_.size(), -profile_.false_negative);
  for (const Row& row : rows_) {
    if (row.score < threshold) break;
    if (row.window != kNoWindow) {
      sum.hit(row.window, row.points);
    } else {
      tallies[row.series].points += row.points;
      ++tallies[row.series].false_rows;
    }
  }
  for (std::size_t i = 0; i < window_series_.size(); ++i) {
    NabTally& tally = tallies[window_series_[i]];
    tally.points += sum.points(i);
    if (sum.missed(i)) ++tally.missed;
  }
  return tallies;
}

NabBest NabScorer::best(const std::function<bool(std::size_t)>& wanted) const {
  std::vector<char> counts(series_count_);
  for (std::size_t i = 0; i < series_count_; ++i) counts[i] = wanted(i) ? 1 : 0;
  double points = 0;
  for (const std::size_t owner : window_series_) {
    if (counts[owner] != 0) points -= profile_.false_negative;
  }
  Sum sum(window_series_.size(), -profile_.false_negative);
  NabBest best{.threshold = 1.1, .points = points};
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const Row& row = rows_[i];
    if (counts[row.series] != 0)
      points += row.window != kNoWindow ? sum.hit(row.window, row.points) : row.points;
    const bool last_of_equals = i + 1 == rows_.size() || rows_[i + 1].score < row.score;
    if (last_of_equals && points > best.points) best = {row.score, points};
  }
  return best;
}

double nab_normalised(double points, std::size_t windows, const NabProfile& profile) {
  const auto count = static_cast<double>(windows);
  const double null = -profile.false_negative * count;
  return 100.0 * (points - null) / (profile.true_positive * count - null);
}

}  // namespace cortado::evaluate
