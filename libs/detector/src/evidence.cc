// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "evidence.h"

#include <algorithm>

namespace cortado::detector {

Combined combine(const Evidence& evidence, const MultiscaleConfig& config) {
  const double unrest = std::max(evidence.unrest, evidence.level) + config.range_slack;
  const double range = std::min({evidence.range, config.range_limit, unrest});
  const double pattern = std::min(evidence.short_scale, config.short_limit);
  const double blocks =
      config.block_weight *
      std::min(std::max(evidence.middle_scale, evidence.long_scale), config.block_limit);
  const double residual =
      config.residual_weight * std::min(evidence.residual, config.residual_limit);
  const double level = config.level_weight * std::min(evidence.level, config.level_limit);
  const double change = config.change_weight * std::min(evidence.change, config.change_limit);
  // Range and pattern look at one thing from two sides, so that they add; all others stand
  // alone.
  Combined result{range + pattern, range >= pattern ? "range" : "pattern"};
  if (blocks > result.total) result = {blocks, "pattern"};
  if (residual > result.total) result = {residual, "level"};
  if (level > result.total) result = {level, "level"};
  if (change > result.total) result = {change, "level"};
  return result;
}

}  // namespace cortado::detector
