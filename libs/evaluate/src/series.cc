// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/evaluate/series.h"

#include <algorithm>

namespace cortado::evaluate {

std::size_t nab_probation(std::size_t rows) { return std::min<std::size_t>(rows * 15 / 100, 750); }

}  // namespace cortado::evaluate
