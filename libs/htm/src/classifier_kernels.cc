// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "classifier_kernels.h"

#include "exp_kernel.h"
#include "kernels.h"

namespace cortado::htm::CORTADO_KERNEL_SET {
namespace {

constexpr std::size_t kLanes = kBucketPadding;  // inner loops of this length are unrolled whole

void add_row(const std::int16_t* __restrict row, std::size_t stride, std::int32_t* __restrict sum) {
  for (std::size_t left = stride; left > 0; left -= kLanes, row += kLanes, sum += kLanes) {
    for (std::size_t i = 0; i < kLanes; ++i) sum[i] += row[i];
  }
}

/// Four at a time: the sums are loaded and stored a quarter as often.
void add_four_rows(const std::int16_t* const* rows, std::size_t stride,
                   std::int32_t* __restrict sum) {
  const std::int16_t* __restrict a = rows[0];
  const std::int16_t* __restrict b = rows[1];
  const std::int16_t* __restrict c = rows[2];
  const std::int16_t* __restrict d = rows[3];
  for (std::size_t left = stride; left > 0; left -= kLanes) {
    for (std::size_t i = 0; i < kLanes; ++i) sum[i] += (a[i] + b[i]) + (c[i] + d[i]);
    a += kLanes;
    b += kLanes;
    c += kLanes;
    d += kLanes;
    sum += kLanes;
  }
}

void sum_rows(const std::int16_t* const* rows, std::size_t count, std::size_t stride,
              std::int32_t* sums) {
  for (std::size_t i = 0; i < stride; ++i) sums[i] = 0;
  std::size_t r = 0;
  for (; r + 4 <= count; r += 4) add_four_rows(rows + r, stride, sums);
  for (; r < count; ++r) add_row(rows[r], stride, sums);
}

std::int32_t highest_of(const std::int32_t* sums, std::size_t buckets) {
  std::int32_t highest = sums[0];
  for (std::size_t i = 1; i < buckets; ++i) highest = highest < sums[i] ? sums[i] : highest;
  return highest;
}

float total_of(const float* values, std::size_t stride) {
  float partial[kLanes] = {};
  for (std::size_t left = stride; left > 0; left -= kLanes, values += kLanes) {
    for (std::size_t i = 0; i < kLanes; ++i) partial[i] += values[i];
  }
  float total = 0;
  for (std::size_t i = 0; i < kLanes; ++i) total += partial[i];
  return total;
}

/// How far below the highest sum the exponential ends; bounding whole numbers is vectorised.
std::uint32_t furthest_below(float unit) {
  constexpr std::uint32_t kFurthest = 1U << 30;
  const bool far = unit * static_cast<float>(kFurthest) <= -kLowestExponent;
  return far ? kFurthest : static_cast<std::uint32_t>(-kLowestExponent / unit);
}

std::int32_t softmax(const std::int32_t* __restrict sums, std::size_t buckets, std::size_t stride,
                     float unit, float* __restrict probabilities) {
  const std::int32_t highest = highest_of(sums, buckets);
  const std::uint32_t furthest = furthest_below(unit);
  for (std::size_t i = 0; i < stride; ++i) {
    const std::uint32_t below =
        static_cast<std::uint32_t>(highest) - static_cast<std::uint32_t>(sums[i]);
    const auto bounded = static_cast<std::int32_t>(below < furthest ? below : furthest);
    probabilities[i] = exp_kernel(static_cast<float>(-bounded) * unit);
  }
  for (std::size_t i = buckets; i < stride; ++i) probabilities[i] = 0;
  const float total = total_of(probabilities, stride);
  for (std::size_t i = 0; i < stride; ++i) probabilities[i] /= total;
  return highest;
}

/// The finalizer of MurmurHash3 (Appleby 2011) but for its last shift: the upper half is used.
std::uint32_t mix(std::uint32_t x) {
  x ^= x >> 16;
  x *= 0x85ebca6bU;
  x ^= x >> 13;
  return x * 0xc2b2ae35U;
}

void round_errors(const float* __restrict probabilities, std::size_t stride, std::uint32_t target,
                  std::uint32_t key, std::int16_t* __restrict deltas) {
  constexpr int kFractionBits = 16;
  constexpr auto kScale = static_cast<float>(kUnitsPerAlpha << kFractionBits);
  const auto padded = static_cast<std::uint32_t>(stride);
  for (std::uint32_t i = 0; i < padded; ++i) {
    const float error = (i == target ? 1.0F : 0.0F) - probabilities[i];
    const auto scaled = static_cast<std::int32_t>(error * kScale);
    const auto die = static_cast<std::int32_t>(mix(key + i) >> (32 - kFractionBits));
    deltas[i] = static_cast<std::int16_t>((scaled + die) >> kFractionBits);
  }
}

std::int16_t moved(std::int16_t weight, std::int16_t delta) {
  constexpr std::int16_t kLowestWeight = -kHighestWeight;
  auto result = static_cast<std::int16_t>(weight + delta);
  result = result < kHighestWeight ? result : kHighestWeight;
  return result > kLowestWeight ? result : kLowestWeight;
}

void learn_row(const std::int16_t* __restrict deltas, std::size_t stride,
               std::int16_t* __restrict row) {
  for (std::size_t left = stride; left > 0; left -= kLanes, row += kLanes, deltas += kLanes) {
    for (std::size_t i = 0; i < kLanes; ++i) row[i] = moved(row[i], deltas[i]);
  }
}

void learn_two_rows(const std::int16_t* __restrict deltas, std::size_t stride,
                    std::int16_t* __restrict a, std::int16_t* __restrict b) {
  for (std::size_t left = stride; left > 0; left -= kLanes) {
    for (std::size_t i = 0; i < kLanes; ++i) a[i] = moved(a[i], deltas[i]);
    for (std::size_t i = 0; i < kLanes; ++i) b[i] = moved(b[i], deltas[i]);
    a += kLanes;
    b += kLanes;
    deltas += kLanes;
  }
}

void add_to_rows(const std::int16_t* deltas, std::size_t stride, std::int16_t* const* rows,
                 std::size_t count) {
  std::size_t r = 0;
  for (; r + 2 <= count; r += 2) learn_two_rows(deltas, stride, rows[r], rows[r + 1]);
  if (r < count) learn_row(deltas, stride, rows[r]);
}

}  // namespace

extern const ClassifierKernels kClassifierKernels{sum_rows, softmax, round_errors, add_to_rows};

}  // namespace cortado::htm::CORTADO_KERNEL_SET
