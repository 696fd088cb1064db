// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/stream/accounting.h"

#include <algorithm>

namespace cortado::stream {
namespace {

using std::chrono::nanoseconds;

constexpr std::int64_t kFirstLimit = 4096;   ///< before anything was measured
constexpr std::int64_t kLowestLimit = 256;   ///< a smaller batch saves no time worth having
constexpr std::int64_t kGrowth = 2;          ///< at most, from one tick to the next
constexpr double kShareOfInterval = 0.8;     ///< the rest is for what no row causes
constexpr double kLeastShare = 0.4;          ///< however long a commit takes
constexpr double kWeightOfNew = 0.25;        ///< of the moving averages
constexpr std::int64_t kRowsThatTeach = 64;  ///< fewer say nothing about the time of a row

double moving(double average, double value, bool believe) {
  return average == 0 || believe ? value : average + kWeightOfNew * (value - average);
}

}  // namespace

void account(const TickTimes& times, nanoseconds interval, BatchReport& report) {
  report.scheduling_delay = std::max(nanoseconds{0}, times.started - times.planned);
  report.processing_time = times.committed - times.started;
  report.total_delay = report.scheduling_delay + report.processing_time;
  report.overrun = report.processing_time > interval;
}

nanoseconds next_tick(nanoseconds planned, nanoseconds started, nanoseconds interval) {
  if (started < planned) return started + interval;
  const auto beats = (started - planned) / interval;
  return planned + (beats + 1) * interval;
}

BatchSizer::BatchSizer(nanoseconds interval, std::int64_t max_rows)
    : interval_(interval), max_rows_(max_rows), limit_(std::min(kFirstLimit, max_rows)) {}

void BatchSizer::learn(const BatchReport& tick) {
  if (tick.input_rows < std::min(kRowsThatTeach, max_rows_)) return;
  const auto per_row = static_cast<double>((tick.score + tick.produce).count());
  // A batch that was too long is believed at once: the next one must not be.
  ns_per_row_ = moving(ns_per_row_, per_row / static_cast<double>(tick.input_rows), tick.overrun);
  fixed_ns_ = moving(fixed_ns_, static_cast<double>(tick.commit.count()), tick.overrun);
  const auto interval = static_cast<double>(interval_.count());
  const double budget = std::max(kShareOfInterval * interval - fixed_ns_, kLeastShare * interval);
  const std::int64_t most = std::min(max_rows_, std::max(limit_, kLowestLimit) * kGrowth);
  const double rows = ns_per_row_ > 0 ? budget / ns_per_row_ : static_cast<double>(most);
  limit_ = rows >= static_cast<double>(most) ? most : static_cast<std::int64_t>(rows);
  limit_ = std::clamp(limit_, std::min(kLowestLimit, max_rows_), max_rows_);
}

}  // namespace cortado::stream
