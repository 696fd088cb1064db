// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cortado/evaluate/run.h"
#include "cortado/evaluate/series.h"

namespace cortado::evaluate {

/// What counts as one alarm and as a hit, for all contenders alike.
struct EventRules {
  /// First rows of a series that are not scored; none = nab_probation().
  std::optional<std::size_t> probation;
  /// Rows behind a window in which an alarm still belongs to it, and is never a false one. A window
  /// ends earlier where the next one begins.
  std::size_t grace = 0;
  /// An alarm stands for that many rows: what follows within them is no further alarm.
  std::size_t refractory = 30;
};

/// Windows of one class of fault.
struct FaultTally {
  std::int64_t windows = 0;
  std::int64_t hits = 0;
  double delay_rows = 0;  ///< summed over the hits, from a window's first row
};

struct EventTally {
  std::int64_t rows = 0;  ///< scored ones
  std::int64_t false_alarms = 0;
  FaultTally all;
  std::map<std::string, FaultTally> faults;

  double precision() const;  ///< hits / (hits + false alarms); 0 without alarms
  double recall() const;
  double f1() const { return f1(all); }
  /// F1 of one class, with the share of the false alarms that its windows have of all windows.
  double f1(const FaultTally& fault) const;
  double false_per_1000() const;
  /// Mean delay of the hits in rows; none without hits.
  std::optional<double> mean_delay() const;
  void add(const EventTally& other);
};

/// Count alarms (rows with a score >= threshold > 0, at most one in `refractory`) against windows.
EventTally tally_events(std::span<const Series> series, const RunResult& result, double threshold,
                        const EventRules& rules);

/// The same for each series alone: their sum is the tally of all.
std::vector<EventTally> tally_each(std::span<const Series> series, const RunResult& result,
                                   double threshold, const EventRules& rules);

/// Return the lowest threshold with at most `rate` false alarms in 1,000 records, by bisection
/// over the scores that occur; above them all if none keeps it.
double threshold_at(std::span<const Series> series, const RunResult& result, double rate,
                    const EventRules& rules);

struct ThresholdTally {
  double threshold = 0;
  EventTally tally;
};

/// Tally at up to `points` thresholds from the highest score down, closer together where scores are
/// high; the last one is the lowest score above 0.
std::vector<ThresholdTally> event_curve(std::span<const Series> series, const RunResult& result,
                                        std::size_t points, const EventRules& rules);

}  // namespace cortado::evaluate
