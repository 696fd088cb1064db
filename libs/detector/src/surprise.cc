// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "surprise.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "cortado/base/math.h"

namespace cortado::detector {
namespace {

constexpr double kLog10OfE = 0x1.bcb7b1526e50ep-2;
constexpr double kSqrtHalf = 0x1.6a09e667f3bcdp-1;
constexpr double kLowest = -4;
constexpr double kHighest = 8.5;
constexpr double kSteps = 64;  // of the table, in one deviation
constexpr std::size_t kEntries = 802;

using Table = std::array<double, kEntries>;

Table make_table() {
  Table table{};
  for (std::size_t i = 0; i < kEntries; ++i) {
    const double deviations = kLowest + static_cast<double>(i) / kSteps;
    table[i] = -log10_of(0.5 * base::erfc(deviations * kSqrtHalf));
  }
  return table;
}

}  // namespace

double log10_of(double x) { return base::log(x) * kLog10OfE; }

double gaussian_surprise(double deviations) {
  static const Table table = make_table();
  const double place = (std::clamp(deviations, kLowest, kHighest) - kLowest) * kSteps;
  const auto index = static_cast<std::size_t>(place);
  const double share = place - static_cast<double>(index);
  const double value = table[index] + share * (table[index + 1] - table[index]);
  return std::min(std::max(value, 0.0), kHighestSurprise);
}

}  // namespace cortado::detector
