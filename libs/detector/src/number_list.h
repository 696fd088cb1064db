// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "cortado/base/option.h"

namespace cortado::detector {

/// Bind a list of 1 to `most` numbers, each from `low` to `high`.
base::Option bind_numbers(base::OptionText text, std::vector<double>& field, double low,
                          double high, std::size_t most);

}  // namespace cortado::detector
