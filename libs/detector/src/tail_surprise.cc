// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "tail_surprise.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "surprise.h"

namespace cortado::detector {
namespace {

constexpr double kLog10OfE = 0x1.bcb7b1526e50ep-2;

}  // namespace

double UpperTail::surprise(double value) const {
  if (count_ < rules_.least) return 0;
  const auto wanted = static_cast<std::int64_t>(static_cast<double>(count_) * rules_.share);
  const std::int64_t k = std::clamp(wanted, rules_.least, rules_.most);
  const double threshold = largest_[static_cast<std::size_t>(k) - 1];
  if (value <= threshold) return 0;
  double excess = 0;
  for (std::int64_t i = 0; i + 1 < k; ++i) {
    excess += largest_[static_cast<std::size_t>(i)] - threshold;
  }
  const double rarity = log10_of(static_cast<double>(count_) / static_cast<double>(k));
  // Without any excess so far every excess is beyond measure.
  if (excess <= 0) return kHighestSurprise;
  const double means = (value - threshold) * static_cast<double>(k - 1) / excess;
  return std::min(rarity + means * kLog10OfE, kHighestSurprise);
}

void UpperTail::add(double value) {
  ++count_;
  const auto most = static_cast<std::size_t>(rules_.most);
  if (largest_.size() == most) {
    if (value <= largest_.back()) return;
    largest_.pop_back();
  } else if (largest_.size() == largest_.capacity()) {
    largest_.reserve(std::min(most, largest_.size() * 2 + 10));
  }
  largest_.insert(std::upper_bound(largest_.begin(), largest_.end(), value, std::greater<>()),
                  value);
}

void UpperTail::save(base::ByteWriter& out) const {
  out.i64(count_);
  for (const double value : largest_) out.f64(value);
}

bool UpperTail::load(base::ByteReader& in) {
  count_ = in.i64();
  if (!in.ok() || count_ < 0) return false;
  largest_.resize(static_cast<std::size_t>(std::min(count_, rules_.most)));
  if (in.remaining() < largest_.size() * sizeof(double)) return false;
  for (auto& value : largest_) value = in.f64();
  return std::is_sorted(largest_.begin(), largest_.end(), std::greater<>()) &&
         std::all_of(largest_.begin(), largest_.end(), [](double x) { return std::isfinite(x); });
}

}  // namespace cortado::detector
