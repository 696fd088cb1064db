// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "cortado/base/option.h"
#include "cortado/base/result.h"
#include "cortado/htm/transition_memory.h"

namespace cortado::detector {

/// The preset multiscale's constants (docs/detection.md says what each part is for).
struct MultiscaleConfig {
  /// The raw scores of one scale become evidence.
  struct Likelihood {
    std::int64_t window = 0;   ///< samples in the moving average of the raw score
    std::int64_t warm_up = 0;  ///< samples until there is evidence
  };

  bool htm = true;                ///< without, only range and residuals speak
  std::int64_t middle_block = 3;  ///< records
  std::int64_t long_block = 8;    ///< records
  double block_memory = 0.5;
  std::vector<double> resolutions = {0.0165, 0.027};
  double look_ahead = 0.75;  ///< of the next level, from where its memory learns
  std::int64_t active_columns = 40;
  htm::TransitionMemoryConfig memory{.max_segments = 1500};

  Likelihood short_likelihood{10, 300};
  Likelihood middle_likelihood{3, 100};
  Likelihood long_likelihood{3, 40};
  double learning_share = 0.66;  ///< of a scale's warm_up, left out of the distribution
  std::int64_t refresh = 100;
  double mean_floor = 0.03;
  double variance_floor = 0.0003;
  double variance_doubt = 0;
  double onset = 5;

  std::int64_t tail_least = 20;
  std::int64_t tail_most = 200;
  double tail_share = 0.01;
  double tail_learn = 16;
  double range_base = 5;
  double range_unit = 0.01;
  double range_gate = 0.5;
  double range_slack = 2.5;
  double residual_memory = 0.1;
  std::int64_t level_window = 24;  ///< records
  double change_memory = 0.05;
  double change_tail = 0.025;
  double change_rarity = 1.6;
  double change_trust = 6;
  double change_alike = 0.7;
  std::int64_t change_apart = 30;  ///< records

  double forecast_rate = 0.01;
  double forecast_range = 8;  ///< ladder levels
  double band_coverage = 0.95;
  double band_rate = 0.05;

  double short_limit = 6;
  double range_limit = 6;
  double block_limit = 8;
  double block_weight = 0.8;
  double residual_weight = 0.6;
  double residual_limit = 8;
  double change_weight = 1;
  double change_limit = 8;
  double level_weight = 1;
  double level_limit = 8;

  double event_rarity = 1.8;
  double event_beyond = 0.7;
  double block_rarity = 1;
  double level_rarity = 1;

  double cut = 4.2;              ///< combined evidence of an alarm
  double least_cut = 3;          ///< below which no budget lowers it
  std::int64_t refractory = 30;  ///< records
};

/// Describe the keys under "detector.advanced".
base::Options describe(MultiscaleConfig& config);
/// Check what no single key can tell. **Errors:** kInvalidConfig naming the key.
base::Status validate(const MultiscaleConfig& config);

}  // namespace cortado::detector
