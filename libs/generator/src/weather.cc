// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "weather.h"

#include <algorithm>
#include <array>

#include "normal.h"

namespace cortado::generator {
namespace {

/// Clear, mixed, overcast.
constexpr std::array<Weather, 3> kRegimes = {{{1.0, 0.004}, {0.65, 0.0}, {0.3, -0.003}}};
constexpr double kRegimeHours = 60;
constexpr double kFadeHours = 6;
constexpr double kWanderHours = 12;
constexpr double kWanderSize = 0.0012;

}  // namespace

RegionWeather::RegionWeather(std::uint64_t seed, double hours_per_step)
    : random_(seed), hours_(hours_per_step), regime_(random_.below(kRegimes.size())) {}

const Weather& RegionWeather::step() {
  if (random_.uniform() * kRegimeHours < hours_)
    regime_ = (regime_ + 1 + random_.below(kRegimes.size() - 1)) % kRegimes.size();
  const double fade = std::min(1.0, hours_ / kFadeHours);
  regime_sun_ += (kRegimes[regime_].sun - regime_sun_) * fade;
  regime_level_ += (kRegimes[regime_].level - regime_level_) * fade;
  wander_ -= wander_ * std::min(1.0, hours_ / kWanderHours);
  wander_ += kWanderSize * normal(random_);
  weather_ = {.sun = regime_sun_, .level = regime_level_ + wander_};
  return weather_;
}

}  // namespace cortado::generator
