// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cortado/evaluate/contender.h"
#include "cortado/evaluate/series.h"

namespace cortado::evaluate {

/// How well readings were forecast.
struct ForecastTally {
  std::int64_t forecasts = 0;    ///< readings with a forecast and a last value
  double error_sum = 0;          ///< of |forecast - value|
  double last_value_sum = 0;     ///< of |last value - value|, over the same readings
  std::int64_t banded = 0;       ///< readings with a band
  std::int64_t inside_band = 0;  ///< and their value within it

  void add(const ForecastTally& other);
};

/// What a contender made of one series.
struct SeriesResult {
  std::vector<double> scores;  ///< one a reading, 0..1
  ForecastTally forecast;
};

/// What a contender made of every series, in the order of the series.
using RunResult = std::vector<SeriesResult>;

/// Let every contender score every series, on `threads` threads (0 = as many as the machine has).
/// The result does not depend on the number of threads.
std::vector<RunResult> run(std::span<const Contender* const> contenders,
                           std::span<const Series> series, std::size_t threads);

/// Score one series.
SeriesResult run(const Contender& contender, const Series& series);

}  // namespace cortado::evaluate
