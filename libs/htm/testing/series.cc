// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "series.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "cortado/base/math.h"

namespace cortado::htm::testing {

std::vector<double> hourly_series(std::size_t count, std::uint64_t seed) {
  constexpr double kTurn = 6.283185307179586;
  base::Random random(seed);
  std::vector<double> values;
  double weather = 0.5;
  for (std::size_t hour = 0; hour < count; ++hour) {
    if (random.below(60) == 0) weather = random.uniform();
    const double day = base::sin(kTurn * static_cast<double>(hour % 24) / 24);
    const double week = base::sin(kTurn * static_cast<double>(hour % 168) / 168);
    double value = 0.03 + 0.015 * day + 0.005 * week + 0.02 * (weather - 0.5);
    value += 0.004 * (random.uniform() - 0.5);
    if (random.below(400) == 0) value = 0.09;
    values.push_back(std::clamp(std::floor(value * 1000 + 0.5) / 1000, 0.0, 0.1));
  }
  return values;
}

std::vector<std::uint32_t> random_subset(base::Random& random, std::uint32_t size,
                                         std::uint32_t count) {
  std::vector<std::uint32_t> numbers(size);
  std::iota(numbers.begin(), numbers.end(), 0U);
  for (std::uint32_t i = 0; i < count; ++i) {
    std::swap(numbers[i], numbers[i + random.below(size - i)]);
  }
  numbers.resize(count);
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

Sdr make_sdr(std::uint32_t size, const std::vector<std::uint32_t>& active) {
  Sdr sdr(size);
  for (const auto index : active) sdr.append(index);
  return sdr;
}

}  // namespace cortado::htm::testing
