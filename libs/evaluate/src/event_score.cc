// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/evaluate/event_score.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace cortado::evaluate {
namespace {

double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

/// Counts one series' alarms, front to back.
class SeriesTally {
 public:
  SeriesTally(const Series& series, const EventRules& rules, EventTally& tally)
      : series_(series), rules_(rules), tally_(tally) {}

  void count(const std::vector<double>& scores, double threshold) {
    const std::size_t probation = rules_.probation.value_or(nab_probation(scores.size()));
    tally_.rows += static_cast<std::int64_t>(scores.size() - std::min(scores.size(), probation));
    std::optional<std::size_t> last_alarm;
    for (std::size_t row = probation; row < scores.size(); ++row) {
      if (scores[row] < threshold || scores[row] <= 0) continue;
      if (last_alarm && row - *last_alarm <= rules_.refractory) continue;
      last_alarm = row;
      alarm(row);
    }
    for (std::size_t i = 0; i < series_.windows.size(); ++i) {
      if (end_of(i) >= probation) add_window(i);
    }
  }

 private:
  /// The last row that belongs to a window.
  std::size_t end_of(std::size_t window) const {
    std::size_t end =
        std::min(series_.windows[window].last + rules_.grace, series_.readings.size() - 1);
    if (window + 1 < series_.windows.size())
      end = std::min(end, series_.windows[window + 1].first - 1);
    return end;
  }

  void alarm(std::size_t row) {
    while (at_ < series_.windows.size() && row > end_of(at_)) {
      ++at_;
      hit_.reset();
    }
    if (at_ == series_.windows.size() || row < series_.windows[at_].first) {
      ++tally_.false_alarms;
    } else if (!hit_) {
      hit_ = row;
      hits_.emplace_back(at_, row - series_.windows[at_].first);
    }
  }

  void add_window(std::size_t window) {
    FaultTally& fault = tally_.faults[series_.windows[window].fault];
    ++fault.windows;
    ++tally_.all.windows;
    for (const auto& [number, delay] : hits_) {
      if (number != window) continue;
      ++fault.hits;
      ++tally_.all.hits;
      fault.delay_rows += static_cast<double>(delay);
      tally_.all.delay_rows += static_cast<double>(delay);
    }
  }

  const Series& series_;
  const EventRules& rules_;
  EventTally& tally_;
  std::size_t at_ = 0;
  std::optional<std::size_t> hit_;
  std::vector<std::pair<std::size_t, std::size_t>> hits_;  // window and delay
};

/// Every score above 0 that is scored, highest first.
std::vector<double> sorted_scores(const RunResult& result, const EventRules& rules) {
  std::vector<double> all;
  for (const auto& one : result) {
    const std::size_t rows = one.scores.size();
    for (std::size_t row = rules.probation.value_or(nab_probation(rows)); row < rows; ++row) {
      if (one.scores[row] > 0) all.push_back(one.scores[row]);
    }
  }
  std::sort(all.begin(), all.end(), std::greater<>());
  return all;
}

}  // namespace

double EventTally::precision() const {
  return share(static_cast<double>(all.hits), static_cast<double>(all.hits + false_alarms));
}

double EventTally::recall() const {
  return share(static_cast<double>(all.hits), static_cast<double>(all.windows));
}

double EventTally::f1(const FaultTally& fault) const {
  const auto windows = static_cast<double>(fault.windows);
  const auto hits = static_cast<double>(fault.hits);
  const double wrong =
      static_cast<double>(false_alarms) * share(windows, static_cast<double>(all.windows));
  return share(2 * hits, hits + windows + wrong);
}

double EventTally::false_per_1000() const {
  return share(1000 * static_cast<double>(false_alarms), static_cast<double>(rows));
}

std::optional<double> EventTally::mean_delay() const {
  if (all.hits == 0) return std::nullopt;
  return all.delay_rows / static_cast<double>(all.hits);
}

void EventTally::add(const EventTally& other) {
  const auto add_fault = [](FaultTally& to, const FaultTally& from) {
    to.windows += from.windows;
    to.hits += from.hits;
    to.delay_rows += from.delay_rows;
  };
  rows += other.rows;
  false_alarms += other.false_alarms;
  add_fault(all, other.all);
  for (const auto& [name, fault] : other.faults) add_fault(faults[name], fault);
}

EventTally tally_events(std::span<const Series> series, const RunResult& result, double threshold,
                        const EventRules& rules) {
  EventTally tally;
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (series[i].readings.empty()) continue;
    SeriesTally(series[i], rules, tally).count(result[i].scores, threshold);
  }
  return tally;
}

std::vector<EventTally> tally_each(std::span<const Series> series, const RunResult& result,
                                   double threshold, const EventRules& rules) {
  std::vector<EventTally> each(series.size());
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (series[i].readings.empty()) continue;
    SeriesTally(series[i], rules, each[i]).count(result[i].scores, threshold);
  }
  return each;
}

double threshold_at(std::span<const Series> series, const RunResult& result, double rate,
                    const EventRules& rules) {
  auto scores = sorted_scores(result, rules);
  scores.erase(std::unique(scores.begin(), scores.end()), scores.end());
  std::size_t kept = 0;  // so many of the highest thresholds keep the rate, as far as known
  std::size_t end = scores.size();
  while (kept < end) {
    const std::size_t middle = kept + (end - kept) / 2;
    if (tally_events(series, result, scores[middle], rules).false_per_1000() <= rate) {
      kept = middle + 1;
    } else {
      end = middle;
    }
  }
  return kept > 0 ? scores[kept - 1] : 1.1;
}

std::vector<ThresholdTally> event_curve(std::span<const Series> series, const RunResult& result,
                                        std::size_t points, const EventRules& rules) {
  const auto scores = sorted_scores(result, rules);
  std::vector<ThresholdTally> curve;
  const auto add = [&](double threshold) {
    if (!curve.empty() && curve.back().threshold == threshold) return;
    curve.push_back({threshold, tally_events(series, result, threshold, rules)});
  };
  // Ranks grow by a constant factor: most of what matters happens among the highest scores.
  double factor = 1.02;
  while (points > 1 && factor < 1e9) {
    std::size_t steps = 0;
    for (double rank = 1; rank < static_cast<double>(scores.size());
         rank = std::max(rank + 1, rank * factor))
      ++steps;
    if (steps < points) break;
    factor *= 1.05;
  }
  for (double rank = 1; rank < static_cast<double>(scores.size());
       rank = std::max(rank + 1, rank * factor))
    add(scores[static_cast<std::size_t>(rank) - 1]);
  if (!scores.empty()) add(scores.back());
  return curve;
}

}  // namespace cortado::evaluate
