// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "level_channel.h"

#include <algorithm>
#include <cmath>

namespace cortado::detector {

/// Summed anew each time, so that nothing adds up over the years.
double LevelChannel::move() const {
  const auto oldest = static_cast<std::size_t>(count_) % values_.size();
  const auto sum_from = [this](std::size_t at) {
    double sum = 0;
    for (std::size_t i = 0; i < window_; ++i) {
      sum += values_[at];
      at = at + 1 < values_.size() ? at + 1 : 0;
    }
    return sum;
  };
  const double before = sum_from(oldest);
  const double now = sum_from((oldest + window_) % values_.size());
  return (now - before) / static_cast<double>(window_);
}

double LevelChannel::add(double value) {
  values_[static_cast<std::size_t>(count_) % values_.size()] = value;
  ++count_;
  if (count_ < static_cast<std::int64_t>(values_.size())) return 0;
  const double moved = move();
  const double result = moves_.surprise(moved);
  // Moves of windows that overlap are nearly one move: a tail of them would be one event.
  if (count_ % std::max<std::int64_t>(1, static_cast<std::int64_t>(window_ / 2)) == 0) {
    moves_.add(moved);
  }
  return result;
}

void LevelChannel::save(base::ByteWriter& out) const {
  for (const double value : values_) out.f64(value);
  out.i64(count_);
  moves_.save(out);
}

bool LevelChannel::load(base::ByteReader& in) {
  bool good = true;
  for (auto& value : values_) {
    value = in.f64();
    good = good && std::isfinite(value);
  }
  count_ = in.i64();
  return moves_.load(in) && good && count_ >= 0;
}

}  // namespace cortado::detector
