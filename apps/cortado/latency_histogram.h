// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

namespace cortado::app {

/// Counts of delays in log-linear buckets: 32 a power of two, so that a quantile is at most 3% off,
/// in 8 KiB.
class LatencyHistogram {
 public:
  /// Count a delay in microseconds; negative ones (clocks that differ) count as 0.
  void add(std::int64_t micros, std::int64_t times = 1);
  /// Return the delay in milliseconds that the share `q` (0..1) does not exceed; 0 if nothing was
  /// counted.
  double quantile_ms(double q) const;
  std::int64_t count() const { return count_; }

 private:
  static constexpr int kSubBits = 5;
  std::array<std::int64_t, 64 << kSubBits> buckets_{};
  std::int64_t count_ = 0;
};

}  // namespace cortado::app
