// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace cortado::stream {

/// Bytes that snapshots may copy now: fills at a rate, holds two seconds of it. Pure.
class SnapshotBudget {
 public:
  explicit SnapshotBudget(std::int64_t bytes_per_second)
      : rate_(static_cast<double>(bytes_per_second)), left_(2 * rate_) {}

  /// Bytes that may be begun; what was begun is finished, so that it may fall below zero.
  std::int64_t left(std::chrono::nanoseconds now) {
    left_ += rate_ * std::chrono::duration<double>(now - at_).count();
    left_ = std::min(left_, 2 * rate_);
    at_ = now;
    return static_cast<std::int64_t>(left_);
  }
  void spend(std::int64_t bytes) { left_ -= static_cast<double>(bytes); }

 private:
  double rate_;
  double left_;
  std::chrono::nanoseconds at_{0};
};

}  // namespace cortado::stream
