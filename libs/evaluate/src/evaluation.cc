// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/evaluate/evaluation.h"

#include <algorithm>

namespace cortado::evaluate {
namespace {

constexpr std::size_t kCurvePoints = 200;

/// The figures of one run, as its part of the mean.
void add(double threshold, const EventTally& tally, double share, EventFigures& figures) {
  figures.threshold += share * threshold;
  figures.f1 += share * tally.f1();
  figures.precision += share * tally.precision();
  figures.recall += share * tally.recall();
  figures.delay_rows += share * tally.mean_delay().value_or(0);
  figures.false_per_1000 += share * tally.false_per_1000();
  for (const auto& [name, fault] : tally.faults) {
    auto at = std::find_if(figures.faults.begin(), figures.faults.end(),
                           [&name](const FaultFigures& one) { return one.fault == name; });
    if (at == figures.faults.end()) {
      FaultFigures fresh;
      fresh.fault = name;
      at = figures.faults.insert(at, fresh);
    }
    const auto hits = static_cast<double>(fault.hits);
    at->windows += share * static_cast<double>(fault.windows);
    at->recall += share * hits / static_cast<double>(fault.windows);
    at->f1 += share * tally.f1(fault);
    at->delay_rows += hits > 0 ? share * fault.delay_rows / hits : 0;
  }
}

ThresholdTally best_of(const std::vector<ThresholdTally>& curve) {
  ThresholdTally best{.threshold = 1.1, .tally = {}};
  for (const auto& one : curve) {
    if (one.tally.f1() > best.tally.f1()) best = one;
  }
  return best;
}

void add_nab(std::span<const Series> series, const RunResult& run, double threshold, double share,
             ContenderFigures& figures) {
  std::size_t windows = 0;
  for (const Series& one : series) windows += one.windows.size();
  if (windows == 0) return;
  const NabProfile profile{.name = "standard"};
  const NabScorer scorer(series, run, profile);
  double fixed = 0;
  for (const NabTally& tally : scorer.tally(threshold)) fixed += tally.points;
  const NabBest best = scorer.best([](std::size_t) { return true; });
  figures.nab_optimised += share * nab_normalised(best.points, windows, profile);
  figures.nab_fixed += share * nab_normalised(fixed, windows, profile);
}

}  // namespace

ContenderFigures score_events(const std::string& name, double threshold,
                              std::span<const Series> series, const std::vector<RunResult>& runs,
                              double rate, const EventRules& rules) {
  ContenderFigures figures;
  figures.name = name;
  figures.runs = runs.size();
  figures.worst_f1 = 1;
  const double share = 1.0 / static_cast<double>(runs.size());
  for (const RunResult& run : runs) {
    const ThresholdTally best = best_of(event_curve(series, run, kCurvePoints, rules));
    // An empty curve has no tally of the windows either.
    add(best.threshold, tally_events(series, run, best.threshold, rules), share, figures.best);
    add(threshold, tally_events(series, run, threshold, rules), share, figures.shipped);
    const double kept = threshold_at(series, run, rate, rules);
    const EventTally at_rate = tally_events(series, run, kept, rules);
    add(kept, at_rate, share, figures.at_rate);
    figures.worst_f1 = std::min(figures.worst_f1, at_rate.f1());
    figures.tallies.push_back(tally_each(series, run, kept, rules));
    add_nab(series, run, threshold, share, figures);
  }
  if (!runs.empty()) {
    for (const auto& one : runs.front()) figures.forecasts.push_back(one.forecast);
  }
  return figures;
}

}  // namespace cortado::evaluate
