// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "cortado/base/bytes.h"

namespace cortado::detector {

/// Mean and variance of all values so far.
///
/// **Source:** Welford, "Note on a method for calculating corrected sums of squares", 1962.
class RunningMoments {
 public:
  void add(double value) {
    ++count_;
    const double off = value - mean_;
    mean_ += off / static_cast<double>(count_);
    squares_ += off * (value - mean_);
  }
  std::int64_t count() const { return count_; }
  double mean() const { return mean_; }
  /// Of the population; 0 before the second value.
  double variance() const { return count_ == 0 ? 0 : squares_ / static_cast<double>(count_); }
  double deviation() const { return std::sqrt(variance()); }

  void save(base::ByteWriter& out) const {
    out.i64(count_);
    out.f64(mean_);
    out.f64(squares_);
  }
  /// Return false if the bytes are not what save() writes.
  bool load(base::ByteReader& in) {
    count_ = in.i64();
    mean_ = in.f64();
    squares_ = in.f64();
    return in.ok() && count_ >= 0 && std::isfinite(mean_) && std::isfinite(squares_) &&
           squares_ >= 0;
  }

 private:
  std::int64_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

}  // namespace cortado::detector
