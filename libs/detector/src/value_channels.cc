// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "value_channels.h"

#include <algorithm>
#include <cmath>

#include "surprise.h"

namespace cortado::detector {

double RangeChannel::evidence(double value) const {
  const double excess = std::max(value - highest_, lowest_ - value);
  if (!started_ || excess <= 0) return 0;
  const double range = highest_ - lowest_;
  const double gate = tails_.surprise(value) + gate_;
  if (range <= 0) return std::min(kHighestSurprise, gate);
  const double share = excess / range;
  return std::clamp(std::min(base_ + log10_of(share / unit_), gate), 0.0, kHighestSurprise);
}

double RangeChannel::add(double value) {
  const double result = evidence(value);
  lowest_ = started_ ? std::min(lowest_, value) : value;
  highest_ = started_ ? std::max(highest_, value) : value;
  started_ = true;
  tails_.add(value);
  return result;
}

void RangeChannel::save(base::ByteWriter& out) const {
  out.u8(started_ ? 1 : 0);
  out.f64(lowest_);
  out.f64(highest_);
  tails_.save(out);
}

bool RangeChannel::load(base::ByteReader& in) {
  const std::uint8_t started = in.u8();
  started_ = started == 1;
  lowest_ = in.f64();
  highest_ = in.f64();
  return tails_.load(in) && started <= 1 && std::isfinite(lowest_) && std::isfinite(highest_) &&
         lowest_ <= highest_;
}

double ResidualChannel::add(double value) {
  double result = 0;
  if (started_) {
    const double change = value - last_;
    const double distance = value - mean_;
    result = std::max(changes_.surprise(change), distances_.surprise(distance));
    changes_.add(change);
    distances_.add(distance);
  }
  mean_ = started_ ? mean_ + memory_ * (value - mean_) : value;
  last_ = value;
  started_ = true;
  return result;
}

void ResidualChannel::save(base::ByteWriter& out) const {
  out.u8(started_ ? 1 : 0);
  out.f64(last_);
  out.f64(mean_);
  changes_.save(out);
  distances_.save(out);
}

bool ResidualChannel::load(base::ByteReader& in) {
  const std::uint8_t started = in.u8();
  started_ = started == 1;
  last_ = in.f64();
  mean_ = in.f64();
  return changes_.load(in) && distances_.load(in) && started <= 1 && std::isfinite(last_) &&
         std::isfinite(mean_);
}

}  // namespace cortado::detector
