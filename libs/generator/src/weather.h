// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "cortado/base/random.h"

namespace cortado::generator {

/// What neighbouring sensors share at one time.
struct Weather {
  double sun = 0.65;  ///< share of the day cycle's full height
  double level = 0;   ///< ppm above or below the season's level
};

/// The weather of one region, step by step: regimes that last some days and fade into each other,
/// and a slow wandering of the level.
class RegionWeather {
 public:
  RegionWeather(std::uint64_t seed, double hours_per_step);

  /// Go one step on.
  const Weather& step();

 private:
  base::Random random_;
  double hours_;
  std::uint64_t regime_;
  double regime_sun_ = 0.65;
  double regime_level_ = 0;
  double wander_ = 0;
  Weather weather_;
};

}  // namespace cortado::generator
