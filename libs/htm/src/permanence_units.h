// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "cortado/base/result.h"

namespace cortado::htm {

/// Turn a permanence into a whole number of units. **Errors:** kInvalidConfig if it lies outside
/// 0..`highest` or is no multiple of the unit.
base::Result<std::int32_t> to_permanence_units(const std::string& key, double permanence,
                                               double unit, double highest);

}  // namespace cortado::htm
