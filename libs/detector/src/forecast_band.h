// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "cortado/base/bytes.h"
#include "cortado/detector/multiscale_config.h"

namespace cortado::detector {

/// How far above and below a forecast the next value is expected. Each side is a quantile of the
/// forecast's errors that moves a little outwards at each value beyond it and far less inwards at
/// each other one, so that in the long run a fixed share lies outside, whatever the distribution
/// and however it changes. A side never passes the forecast itself.
///
/// **Source:** Gibbs and Candes, "Adaptive conformal inference under distribution shift", 2021, on
/// the quantile itself (quantile tracking of Angelopoulos, Candes and Tibshirani, 2023).
class ForecastBand {
 public:
  explicit ForecastBand(const MultiscaleConfig& config)
      : outside_((1 - config.band_coverage) / 2), rate_(config.band_rate) {}

  double below() const { return below_; }
  double above() const { return above_; }
  /// Learn a forecast's error, value - forecast.
  void add(double error);

  void save(base::ByteWriter& out) const;
  /// Return false if the bytes are not what save() writes.
  bool load(base::ByteReader& in);

 private:
  double outside_;  ///< share of the values beyond one side
  double rate_;     ///< step, in mean errors
  std::int64_t count_ = 0;
  double mean_ = 0;   ///< running mean of the errors' size
  double below_ = 0;  ///< not below 0
  double above_ = 0;  ///< not below 0
};

}  // namespace cortado::detector
