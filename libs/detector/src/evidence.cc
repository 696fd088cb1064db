// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "evidence.h"

#include <algorithm>

namespace cortado::detector {

Claims claims_of(const Evidence& evidence, const MultiscaleConfig& config) {
  const double unrest = std::max(evidence.unrest, evidence.level) + config.range_slack;
  const double range = std::min({evidence.range, config.range_limit, unrest});
  const double pattern = std::min(evidence.short_scale, config.short_limit);
  const double blocks = std::max(evidence.middle_scale, evidence.long_scale);
  // Range and pattern look at one thing from two sides, so that they add; all others stand
  // alone.
  return {.event = range + pattern,
          .range_leads = range >= pattern,
          .blocks = config.block_weight * std::min(blocks, config.block_limit),
          .residual = config.residual_weight * std::min(evidence.residual, config.residual_limit),
          .level = config.level_weight * std::min(evidence.level, config.level_limit),
          .change = config.change_weight * std::min(evidence.change, config.change_limit)};
}

Combined combine(const Claims& claims) {
  Combined result{claims.event, claims.range_leads ? "range" : "pattern"};
  if (claims.blocks > result.total) result = {claims.blocks, "pattern"};
  for (const double claim : {claims.residual, claims.level, claims.change}) {
    if (claim > result.total) result = {claim, "level"};
  }
  return result;
}

}  // namespace cortado::detector
