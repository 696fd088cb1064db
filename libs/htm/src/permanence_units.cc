// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "permanence_units.h"

#include <cmath>

#include "cortado/base/option.h"

namespace cortado::htm {

base::Result<std::int32_t> to_permanence_units(const std::string& key, double permanence,
                                               double unit, double highest) {
  const double units = std::floor(permanence / unit + 0.5);
  const bool in_range = permanence >= 0 && permanence <= highest;
  if (!in_range || std::abs(units * unit - permanence) > unit * 1e-6) {
    return base::Error(base::ErrorCode::kInvalidConfig,
                       key + " must be a multiple of " + base::print_number(unit) + " from 0 to " +
                           base::print_number(highest) + ", not " + base::print_number(permanence));
  }
  return static_cast<std::int32_t>(units);
}

}  // namespace cortado::htm
