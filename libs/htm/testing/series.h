// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "cortado/base/random.h"
#include "cortado/htm/sdr.h"

namespace cortado::htm::testing {

/// Return `count` hourly readings in 0..0.1, rounded to .001: a daily and a weekly cycle, weather
/// that changes every few days, noise, and rare spikes. The same numbers from the same seed
/// everywhere.
std::vector<double> hourly_series(std::size_t count, std::uint64_t seed);

/// Return `count` different numbers below `size`, ascending.
std::vector<std::uint32_t> random_subset(base::Random& random, std::uint32_t size,
                                         std::uint32_t count);

/// Return an SDR of that size with these bits on.
Sdr make_sdr(std::uint32_t size, const std::vector<std::uint32_t>& active);

}  // namespace cortado::htm::testing
