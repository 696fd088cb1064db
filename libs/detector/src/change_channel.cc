// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "change_channel.h"

#include <algorithm>
#include <cmath>

namespace cortado::detector {
namespace {

constexpr std::int64_t kFewest = 20;  // changes, before which there is no "of late"
constexpr double kFurthest = 1e300;

}  // namespace

/// The change in deviations of late; 0 where there was none.
double ChangeChannel::relative(double change) const {
  const double deviation = std::sqrt(variance_);
  return deviation > 0 ? std::clamp(change / deviation, -kFurthest, kFurthest) : 0;
}

/// What a change may claim at most, by how seldom there was an event nearly as large in its
/// direction. One whose like is rare enough for an alarm is soon believed whatever the quantiles
/// say of it; that order matters where alarms must be few. Each large change of a spell counts.
double ChangeChannel::bound(double change) const {
  const EventSizes& events = change > 0 ? rises_ : falls_;
  const double least = events.rareness(alike_ * std::abs(change), count_, false) + rarity_;
  return least > cut_ ? cut_ + trust_ * (least - cut_) : least;
}

void ChangeChannel::learn(double change) {
  const double size = std::abs(change);
  if (size > changes_.threshold(change)) (change > 0 ? rises_ : falls_).add(size, count_);
  changes_.add(change);
  if (count_ >= kFewest) relative_.add(relative(change));
  ++count_;
  const double share = std::max(memory_, 1.0 / static_cast<double>(count_));
  const double step = change - mean_;
  variance_ = (1 - share) * (variance_ + share * step * step);
  mean_ += share * step;
}

ChangeChannel::Output ChangeChannel::add(double value) {
  Output output;
  if (started_) {
    const double change = value - last_;
    const double now = count_ >= kFewest ? relative_.surprise(relative(change)) : 0;
    output.evidence = std::min(now, bound(change));
    output.unrest = std::max(now, changes_.surprise(change));
    learn(change);
  }
  last_ = value;
  started_ = true;
  return output;
}

void ChangeChannel::save(base::ByteWriter& out) const {
  out.u8(started_ ? 1 : 0);
  out.f64(last_);
  out.i64(count_);
  out.f64(mean_);
  out.f64(variance_);
  changes_.save(out);
  relative_.save(out);
  rises_.save(out);
  falls_.save(out);
}

bool ChangeChannel::load(base::ByteReader& in) {
  const std::uint8_t started = in.u8();
  started_ = started == 1;
  last_ = in.f64();
  count_ = in.i64();
  mean_ = in.f64();
  variance_ = in.f64();
  const bool good = in.ok() && started <= 1 && std::isfinite(last_) && count_ >= 0 &&
                    std::isfinite(mean_) && std::isfinite(variance_) && variance_ >= 0;
  return good && changes_.load(in) && relative_.load(in) && rises_.load(in) && falls_.load(in);
}

}  // namespace cortado::detector
