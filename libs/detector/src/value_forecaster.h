// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <variant>

#include "cortado/base/bytes.h"
#include "cortado/base/option.h"
#include "cortado/base/result.h"
#include "cortado/htm/change_forecaster.h"
#include "cortado/htm/sdr_classifier.h"

namespace cortado::detector {

/// What forecasts a network's next value; nothing: the forecast is the last value.
using ValueForecasterConfig =
    std::variant<std::monostate, htm::SdrClassifierConfig, htm::ChangeForecasterConfig>;

/// Describe the keys of the one in use, for the model hash.
base::Options describe(ValueForecasterConfig& config);

/// Any forecaster behind one interface.
class ValueForecaster {
 public:
  /// Make one for values that span `range`. **Errors:** kInvalidConfig.
  static base::Result<ValueForecaster> create(const ValueForecasterConfig& config, double range);
  /// **Errors:** kCorrupt.
  static base::Result<ValueForecaster> restore(const ValueForecasterConfig& config, double range,
                                               base::ByteReader& in);

  /// Learn that the previous call's cells led to this value, and return the forecast from these.
  double compute(std::span<const std::uint32_t> active_cells, std::uint32_t bucket, double value);
  /// Return the bytes held.
  std::size_t bytes() const;
  void save(base::ByteWriter& out) const;

 private:
  using Either = std::variant<std::monostate, htm::SdrClassifier, htm::ChangeForecaster>;
  explicit ValueForecaster(Either forecaster) : forecaster_(std::move(forecaster)) {}

  Either forecaster_;
};

}  // namespace cortado::detector
