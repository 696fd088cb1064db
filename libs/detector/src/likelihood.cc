// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "likelihood.h"

#include <algorithm>
#include <cmath>

#include "surprise.h"

namespace cortado::detector {

/// Summed anew each time, so that nothing adds up over the years.
double Likelihood::average() const {
  double sum = 0;
  for (const double raw : window_) sum += raw;
  const auto filled = std::min(samples_ + 1, rules_.window);
  return sum / static_cast<double>(filled);
}

double Likelihood::add(double raw) {
  window_[next_] = raw;
  next_ = next_ + 1 < window_.size() ? next_ + 1 : 0;
  const double now = average();
  const bool warm = samples_ >= rules_.warm_up;
  if (warm && (samples_ == rules_.warm_up || samples_ % rules_.refresh == 0)) {
    mean_ = std::max(averages_.mean(), rules_.mean_floor);
    const double doubt = rules_.variance_doubt * static_cast<double>(rules_.window) /
                         static_cast<double>(std::max<std::int64_t>(averages_.count(), 1));
    deviation_ = std::sqrt(std::max(averages_.variance(), rules_.variance_floor) * (1 + doubt));
  }
  if (samples_ >= rules_.learning) averages_.add(now);
  ++samples_;
  if (!warm) return 0;
  const double surprise = gaussian_surprise((now - mean_) / deviation_);
  const bool lasting = surprise >= rules_.onset && last_ >= rules_.onset;
  last_ = surprise;
  return lasting ? 0 : surprise;
}

void Likelihood::save(base::ByteWriter& out) const {
  for (const double raw : window_) out.f64(raw);
  out.u8(static_cast<std::uint8_t>(next_));
  out.i64(samples_);
  averages_.save(out);
  out.f64(mean_);
  out.f64(deviation_);
  out.f64(last_);
}

bool Likelihood::load(base::ByteReader& in) {
  bool good = true;
  for (auto& raw : window_) {
    raw = in.f64();
    good = good && raw >= 0 && raw <= 1;
  }
  next_ = in.u8();
  samples_ = in.i64();
  good = averages_.load(in) && good;
  mean_ = in.f64();
  deviation_ = in.f64();
  last_ = in.f64();
  const bool warm = samples_ > rules_.warm_up;
  const bool counted = averages_.count() == std::max<std::int64_t>(samples_ - rules_.learning, 0);
  return good && samples_ >= 0 && counted && in.ok() && next_ < window_.size() && mean_ >= 0 &&
         mean_ <= 1 && deviation_ >= 0 && std::isfinite(deviation_) && (deviation_ > 0 || !warm) &&
         last_ >= 0 && last_ <= kHighestSurprise;
}

}  // namespace cortado::detector
