// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "cortado/detector/multiscale_config.h"
#include "size_histogram.h"
#include "two_sided.h"

namespace cortado::detector {

/// How improbable a value is, told from three quantiles of all before it and from none beyond: what
/// a few outliers did in the past does not make the next one usual. The tail is a generalised
/// Pareto one with the shape that the quantiles have, exponential or heavier; the fewer values, the
/// heavier.
///
/// **Source:** Pickands, "Statistical inference using extreme order statistics", 1975.
class QuantileTail {
 public:
  explicit QuantileTail(double share) : share_(share) {}

  /// Return -log10 of the probability of a value at least as large, 0 to kHighestSurprise; 0 for
  /// one within the quantiles.
  double surprise(double value) const;
  /// Return the size that the tail's share exceeds.
  double threshold() const;
  /// Learn a value; negative ones as 0.
  void add(double value) { sizes_.add(std::max(value, 0.0)); }
  std::int64_t count() const { return sizes_.count(); }
  std::size_t bytes() const { return sizes_.bytes(); }

  void save(base::ByteWriter& out) const { sizes_.save(out); }
  bool load(base::ByteReader& in) { return sizes_.load(in); }

 private:
  double rareness() const;

  double share_;  ///< of all values, beyond the highest quantile
  SizeHistogram sizes_;
};

/// Both sides of a distribution about 0.
class TwoQuantileTails : public TwoSided<QuantileTail> {
 public:
  explicit TwoQuantileTails(double share) : TwoSided(QuantileTail(share)) {}

  double surprise(double value) const {
    return value > 0 ? upper().surprise(value) : lower().surprise(-value);
  }
  /// Return the size that the tail's share exceeds on the side of a value.
  double threshold(double value) const {
    return value > 0 ? upper().threshold() : lower().threshold();
  }
};

}  // namespace cortado::detector
