// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace cortado::htm {

/// Rows of weights come in multiples of this many buckets; those past the last bucket hold 0.
inline constexpr std::size_t kBucketPadding = 16;
/// A learning step moves a weight by at most this many units: alpha is so many.
inline constexpr std::int32_t kUnitsPerAlpha = 64;
/// A weight stays within plus and minus this many units, so that a step cannot overflow 16 bits.
inline constexpr std::int16_t kHighestWeight = 32'000;

/// One compilation of these loops; contracts as at its members. `stride` is a multiple of
/// kBucketPadding and the length of all arrays over buckets; `buckets` of them are in use.
struct ClassifierKernels {
  /// sums[i] = the sum of rows[r][i] over all rows; a row may come more than once.
  void (*sum_rows)(const std::int16_t* const* rows, std::size_t count, std::size_t stride,
                   std::int32_t* sums);
  /// Turn sums of weights into probabilities, 0 in the padding, and return the highest sum.
  /// Sixteen partial sums, of the buckets with equal remainder by 16, are added upwards.
  /// Precondition: buckets > 0.
  std::int32_t (*softmax)(const std::int32_t* sums, std::size_t buckets, std::size_t stride,
                          float unit, float* probabilities);
  /// deltas[i] = kUnitsPerAlpha * (1 if i is the target, else 0, - probabilities[i]) rounded up or
  /// down at random: the chance of "up" is the fraction, the die a hash of `key` and i.
  void (*round_errors)(const float* probabilities, std::size_t stride, std::uint32_t target,
                       std::uint32_t key, std::int16_t* deltas);
  /// rows[r][i] += deltas[i], held within kHighestWeight. Precondition: rows are different ones.
  void (*add_to_rows)(const std::int16_t* deltas, std::size_t stride, std::int16_t* const* rows,
                      std::size_t count);
};

namespace plain {
extern const ClassifierKernels kClassifierKernels;
}
namespace avx2 {
extern const ClassifierKernels kClassifierKernels;
}
namespace avx512 {
extern const ClassifierKernels kClassifierKernels;
}

}  // namespace cortado::htm
