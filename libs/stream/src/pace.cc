// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "pace.h"

#include <algorithm>

namespace cortado::stream {

using Seconds = std::chrono::duration<double>;

Pace::Pace(std::int64_t rate, std::chrono::nanoseconds interval)
    : rate_(static_cast<double>(rate)),
      most_(std::max(1.0, rate_ * Seconds(interval).count())),
      left_(most_) {}

std::int64_t Pace::allowance(std::chrono::nanoseconds now) {
  if (at_ != std::chrono::nanoseconds{0} && now > at_) {
    left_ = std::min(most_, left_ + rate_ * Seconds(now - at_).count());
  }
  at_ = now;
  return static_cast<std::int64_t>(left_);
}

}  // namespace cortado::stream
