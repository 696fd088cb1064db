// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cortado::htm {
namespace {  // a copy in each file that is compiled for an instruction set of its own

constexpr float kLowestExponent = -87.0F;

/// What exp_of_negative() promises for x not below kLowestExponent, to be inlined into loops.
[[maybe_unused]] inline float exp_kernel(float x) {
  constexpr float kLog2OfE = 1.44269504F;
  // ln 2 in two parts, the first with few bits, so that k * kLn2High is exact.
  constexpr float kLn2High = 0.693359375F;
  constexpr float kLn2Low = -2.12194440e-4F;
  constexpr int kExponentBias = 127;
  constexpr int kMantissaBits = 23;
  const auto k = static_cast<std::int32_t>(x * kLog2OfE - 0.5F);
  const auto whole = static_cast<float>(k);
  const float r = (x - whole * kLn2High) - whole * kLn2Low;
  float sum = 1.0F / 720.0F;
  sum = sum * r + 1.0F / 120.0F;
  sum = sum * r + 1.0F / 24.0F;
  sum = sum * r + 1.0F / 6.0F;
  sum = sum * r + 0.5F;
  sum = sum * r + 1.0F;
  sum = sum * r + 1.0F;
  return sum * __builtin_bit_cast(float, (k + kExponentBias) << kMantissaBits);
}

}  // namespace
}  // namespace cortado::htm
