// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "cortado/base/outcome.h"

namespace cortado::detector {

/// What a device's model says of one observation. Absent numbers are left out or null, never a
/// silent 0.
struct Score {
  // The original's four fields; all absent for an invalid observation, all 0 for a device's first
  // valid one.
  std::optional<double> prediction;       ///< the last predictionNext, in the value's unit
  std::optional<double> error;            ///< |prediction - value|
  std::optional<double> anomaly;          ///< share of active columns that were not predicted, 0..1
  std::optional<double> prediction_next;  ///< forecast of the next value

  std::optional<double>
      score;  ///< 0..1, .5 = the alarm boundary; absent while warming and in seed and last_value
  base::ScoreStatus status = base::ScoreStatus::kWarming;
  std::string_view reason;  ///< pattern | range | level | flat | gap | clock; empty = none
  std::optional<double> expected_low;
  std::optional<double> expected_high;
  std::int64_t sequence = 0;   ///< the device's record number from 1, invalid ones counted
  std::int64_t model_age = 0;  ///< valid observations learned, this one included
  bool clipped = false;        ///< the value lay outside the encoder's range
};

}  // namespace cortado::detector
