// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace cortado::stream {

/// How many records a lane may take into a batch where its rate is bounded: what a batch interval
/// allows, or the time since the last batch if that was shorter. Pure.
class Pace {
 public:
  /// `rate` in records a second; 0 = as many as there are.
  Pace(std::int64_t rate, std::chrono::nanoseconds interval);

  bool bounded() const { return rate_ > 0; }
  /// Records that may be taken now. Precondition: bounded().
  std::int64_t allowance(std::chrono::nanoseconds now);
  void spend(std::int64_t records) { left_ -= static_cast<double>(records); }

 private:
  double rate_;
  double most_;  ///< that a pause may save up
  double left_;
  std::chrono::nanoseconds at_{0};
};

}  // namespace cortado::stream
