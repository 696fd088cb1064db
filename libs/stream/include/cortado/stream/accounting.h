// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace cortado::stream {

/// One batch of a lane, or of a tick (rows summed, delays the maximum over its lanes), with Spark's
/// names and meaning.
struct BatchReport {
  std::int64_t batch = 0;  ///< the tick's number since the start, from 1
  std::int64_t input_rows = 0;
  std::int64_t enriched = 0;
  std::int64_t dead_letters = 0;
  std::int64_t ignored = 0;
  std::int64_t alarms = 0;
  std::int64_t invalid = 0;
  std::chrono::nanoseconds scheduling_delay{0};  ///< from the planned start to the real one
  std::chrono::nanoseconds processing_time{0};   ///< from the real start to the commit
  std::chrono::nanoseconds total_delay{0};       ///< the sum of both
  bool overrun = false;                          ///< the processing time exceeded the interval
  // The stages of the processing time.
  std::chrono::nanoseconds poll{0};
  std::chrono::nanoseconds score{0};
  std::chrono::nanoseconds produce{0};
  std::chrono::nanoseconds commit{0};
  std::chrono::nanoseconds snapshot{0};
};

/// When a tick was due and when its parts ended, on the steady clock; the input of account().
struct TickTimes {
  std::chrono::nanoseconds planned{0};
  std::chrono::nanoseconds started{0};
  std::chrono::nanoseconds committed{0};
};

/// Fill the delays of `report` and its overrun flag. A tick that starts before it was planned,
/// since a batch was full, has no scheduling delay.
void account(const TickTimes& times, std::chrono::nanoseconds interval, BatchReport& report);

/// Return when the next tick is due: one interval after an early start (the grid moves with it),
/// else the first beat of the grid after the start, so that missed beats are skipped and never pile
/// up.
std::chrono::nanoseconds next_tick(std::chrono::nanoseconds planned,
                                   std::chrono::nanoseconds started,
                                   std::chrono::nanoseconds interval);

/// Chooses how many rows a tick may take when there is a backlog, so that its processing stays
/// within the interval: four fifths of it, less what a commit costs however small the batch.
class BatchSizer {
 public:
  BatchSizer(std::chrono::nanoseconds interval, std::int64_t max_rows);
  std::int64_t limit() const { return limit_; }
  /// Learn from a tick with rows.
  void learn(const BatchReport& tick);

 private:
  std::chrono::nanoseconds interval_;
  std::int64_t max_rows_;
  std::int64_t limit_;
  double ns_per_row_ = 0;
  double fixed_ns_ = 0;
};

}  // namespace cortado::stream
