// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "cortado/htm/change_forecaster.h"
#include "forecast_band.h"
#include "ladder_memory.h"

namespace cortado::detector {

/// Forecasts the next value, with a band: the HTM's columns of the present value tell
/// `htm::ChangeForecaster` what change to expect. When the ladder rises the columns change, and it
/// begins anew from the last value; the band goes on.
class NextValue {
 public:
  explicit NextValue(const MultiscaleConfig& config)
      : rate_(config.forecast_rate), range_(config.forecast_range), band_(config) {}

  /// Learn a value, seen by a network that has already learned it, and return the next one's
  /// forecast.
  double add(double value, const ScaleNetwork& network);
  /// Return what was forecast for the value to come; none before the first.
  const std::optional<double>& forecast() const { return forecast_; }
  const ForecastBand& band() const { return band_; }
  std::size_t bytes() const { return forecaster_ ? forecaster_->bytes() : 0; }

  void save(base::ByteWriter& out) const;
  /// Return false if the bytes are not what save() writes.
  bool load(base::ByteReader& in, const ScaleNetwork& network);

 private:
  htm::ChangeForecasterConfig config_at(int level) const;

  double rate_;
  double range_;  ///< of the forecaster, at level 0
  std::optional<int> level_;
  std::optional<htm::ChangeForecaster> forecaster_;
  std::optional<double> forecast_;
  ForecastBand band_;
};

}  // namespace cortado::detector
