// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "forecast_band.h"

#include <algorithm>
#include <cmath>

namespace cortado::detector {
namespace {

constexpr double kMeanShare = 0.01;  // of the newest error in the running mean
constexpr std::int64_t kFirst = 20;  // errors from which a side is first guessed
constexpr double kFirstMeans = 3;    // an exponential tail's .975 quantile

}  // namespace

void ForecastBand::add(double error) {
  ++count_;
  const double share = std::max(kMeanShare, 1.0 / static_cast<double>(count_));
  mean_ += share * (std::abs(error) - mean_);
  if (count_ <= kFirst) {
    below_ = kFirstMeans * mean_;
    above_ = below_;
    return;
  }
  const double step = rate_ * mean_;
  above_ = std::max(0.0, above_ + step * (error > above_ ? 1 - outside_ : -outside_));
  below_ = std::max(0.0, below_ + step * (-error > below_ ? 1 - outside_ : -outside_));
}

void ForecastBand::save(base::ByteWriter& out) const {
  out.i64(count_);
  out.f64(mean_);
  out.f64(below_);
  out.f64(above_);
}

bool ForecastBand::load(base::ByteReader& in) {
  count_ = in.i64();
  mean_ = in.f64();
  below_ = in.f64();
  above_ = in.f64();
  const auto good = [](double x) { return std::isfinite(x) && x >= 0; };
  return in.ok() && count_ >= 0 && good(mean_) && good(below_) && good(above_);
}

}  // namespace cortado::detector
