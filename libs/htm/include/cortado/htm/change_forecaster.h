// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "cortado/base/bytes.h"
#include "cortado/base/option.h"
#include "cortado/base/result.h"

namespace cortado::htm {

struct ChangeForecasterConfig {
  std::int64_t inputs = 8192;
  double range = 0.1;  ///< what values span; changes are measured in it
  double rate = 0.01;  ///< a step of the regression, in mean changes
};

/// Describe the keys under `prefix`.
base::Options describe(ChangeForecasterConfig& config, const std::string& prefix);

/// Forecasts the next value as the last one plus the change that the active cells and the last
/// change announce. Never materially worse than repeating the last value, the benchmark.
///
/// Regression: the expected change is the sum of one weight for each active cell plus a weight
/// times the last change, within a sixteenth of the range. A step moves the weights by `rate` mean
/// changes in the direction of the error's sign, divided among the cells: normalised sign-LMS,
/// which minimises the absolute error. With no weights the forecast is the last value.
///
/// Combination: regression and last value have odds, multiplied after each value by
/// 1 + (gain of the regression in absolute error / largest gain) / 2, from 1 : 10 at the beginning,
/// within 1 : 1024 and 100 : 1; the forecast is their mean weighted by the odds. So for every
/// sequence of n values whatsoever the sum of absolute errors exceeds that of the last value by at
/// most (2 ln 1.1 + n / 1024) / 16 ranges.
///
/// One thread at a time.
///
/// **Source:** Widrow and Hoff 1960; Nagumo and Noda 1967 (normalised); Sani, Neu, Lazaric,
/// "Exploiting easy data in online optimization", 2014 (weights by products against a benchmark).
class ChangeForecaster {
 public:
  /// **Errors:** kInvalidConfig.
  static base::Result<ChangeForecaster> create(const ChangeForecasterConfig& config);
  ~ChangeForecaster();
  ChangeForecaster(ChangeForecaster&&) noexcept;
  ChangeForecaster& operator=(ChangeForecaster&&) noexcept;

  /// Learn that the previous call's cells led to this value, and return the forecast from these
  /// cells. Preconditions: cells ascending and below inputs, value finite.
  double compute(std::span<const std::uint32_t> active_cells, double value);

  /// Return the share of the regression in the forecast, 0 to 1.
  double share() const;
  /// Return the bytes held.
  std::size_t bytes() const;

  /// Append the state; restore() continues bit for bit.
  void save(base::ByteWriter& out) const;
  /// **Errors:** kCorrupt; those of create().
  static base::Result<ChangeForecaster> restore(const ChangeForecasterConfig& config,
                                                base::ByteReader& in);

 private:
  struct State;
  explicit ChangeForecaster(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cortado::htm
