// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "classifier_kernels.h"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "cortado/htm/exponential.h"

namespace cortado::htm {
namespace {

constexpr float kLowestExponent = -87.0F;
constexpr float kLog2OfE = 1.44269504F;
// ln 2 in two parts, the first with few bits, so that k * kLn2High is exact.
constexpr float kLn2High = 0.693359375F;
constexpr float kLn2Low = -2.12194440e-4F;
constexpr int kExponentBias = 127;
constexpr int kMantissaBits = 23;

inline float exp_kernel(float x) {
  const float bounded = std::max(kLowestExponent, x);
  const auto k = static_cast<std::int32_t>(bounded * kLog2OfE - 0.5F);
  const auto whole = static_cast<float>(k);
  const float r = (bounded - whole * kLn2High) - whole * kLn2Low;
  float sum = 1.0F / 720.0F;
  sum = sum * r + 1.0F / 120.0F;
  sum = sum * r + 1.0F / 24.0F;
  sum = sum * r + 1.0F / 6.0F;
  sum = sum * r + 0.5F;
  sum = sum * r + 1.0F;
  sum = sum * r + 1.0F;
  return sum * std::bit_cast<float>((k + kExponentBias) << kMantissaBits);
}

}  // namespace

void add_row(const float* __restrict row, std::size_t count, float* __restrict sum) {
  for (std::size_t i = 0; i < count; ++i) sum[i] += row[i];
}

float exp_of_negative(float x) { return exp_kernel(x); }

void softmax(const float* __restrict logits, std::size_t count, float* __restrict probabilities) {
  float highest = logits[0];
  for (std::size_t i = 1; i < count; ++i) highest = std::max(highest, logits[i]);
  for (std::size_t i = 0; i < count; ++i) probabilities[i] = exp_kernel(logits[i] - highest);
  float total = 0;
  for (std::size_t i = 0; i < count; ++i) total += probabilities[i];
  for (std::size_t i = 0; i < count; ++i) probabilities[i] /= total;
}

}  // namespace cortado::htm
