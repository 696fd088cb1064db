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

std::int64_t UpperTail::tail_size() const {
  const auto wanted = static_cast<std::int64_t>(static_cast<double>(count_) * rules_.share);
  return std::clamp(wanted, rules_.least, rules_.most);
}

double UpperTail::threshold() const { return largest_[static_cast<std::size_t>(tail_size()) - 1]; }

UpperTail::Tail UpperTail::measure() const {
  const std::int64_t k = tail_size();
  const double lowest = threshold();
  double excess = 0;
  for (std::int64_t i = 0; i + 1 < k; ++i) excess += largest_[static_cast<std::size_t>(i)] - lowest;
  return {lowest, excess / static_cast<double>(k - 1),
          log10_of(static_cast<double>(count_) / static_cast<double>(k))};
}

double UpperTail::surprise(double value) const {
  if (count_ < rules_.least || value <= threshold()) return 0;
  const Tail tail = measure();
  // Without any excess so far every excess is beyond measure.
  if (tail.excess <= 0) return kHighestSurprise;
  const double means = (value - tail.threshold) / tail.excess;
  return std::min(tail.rarity + means * kLog10OfE, kHighestSurprise);
}

void UpperTail::add(double value) {
  if (rules_.limit < kHighestSurprise && surprise(value) > rules_.limit) {
    const Tail tail = measure();
    const double means = std::max(0.0, rules_.limit - tail.rarity) / kLog10OfE;
    if (tail.excess > 0) value = tail.threshold + means * tail.excess;
  }
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
