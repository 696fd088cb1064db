// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "quantile_tail.h"

#include "cortado/base/math.h"
#include "surprise.h"

namespace cortado::detector {
namespace {

constexpr double kLog10OfE = 0x1.bcb7b1526e50ep-2;
constexpr double kLn2 = 0x1.62e42fefa39efp-1;
constexpr std::int64_t kLeast = 40;     // values, before which quantiles say nothing
constexpr double kLeastSpacing = 0.02;  // of two quantiles, as a share of the highest
constexpr double kHeaviestShape = 1;

}  // namespace

double QuantileTail::threshold() const {
  const double tail = share_ * static_cast<double>(sizes_.count() + 1);
  return sizes_.exceeded_by({tail, tail, tail})[0];
}

double QuantileTail::rareness() const {
  return log10_of(static_cast<double>(sizes_.count() + 2) /
                  static_cast<double>(sizes_.positive() + 1));
}

double QuantileTail::surprise(double value) const {
  if (!(value > 0) || sizes_.count() < kLeast) return 0;
  const double tail = share_ * static_cast<double>(sizes_.count());
  const auto [high, middle, low] = sizes_.exceeded_by({tail, 2 * tail, 4 * tail});
  // Where nearly all values are 0 there is no tail to measure by: any other one is as rare as such.
  if (!(high > 0)) return rareness();
  if (value <= high) return 0;
  // Values on a coarse grid have quantiles that coincide.
  const double least = high * kLeastSpacing;
  const double upper = std::max(high - middle, least);
  const double lower = std::max(middle - low, least);
  const double told = base::log(upper / lower) / kLn2;
  // A tail that was told from k values has the shape 1/k where the true one is exponential.
  const double shape = std::clamp(told, 0.0, kHeaviestShape) + 1 / tail;
  const double unit = upper * shape / (1 - base::exp(-shape * kLn2));
  const double beyond = base::log(1 + shape * (value - high) / unit) / shape;
  return std::clamp(beyond * kLog10OfE - log10_of(share_), 0.0, kHighestSurprise);
}

}  // namespace cortado::detector
