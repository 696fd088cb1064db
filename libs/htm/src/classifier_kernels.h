// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace cortado::htm {

/// Rows of weights come in multiples of this many buckets.
inline constexpr std::size_t kBucketPadding = 16;

/// One compilation of these loops; contracts as at its members.
struct ClassifierKernels {
  /// sum[i] += row[i]. Precondition: `count` is a multiple of kBucketPadding.
  void (*add_row)(const float* row, std::size_t count, float* sum);
  /// Turn logits into probabilities that add up to 1 within rounding; sums run upwards.
  /// Precondition: count > 0.
  void (*softmax)(const float* logits, std::size_t count, float* probabilities);
};

namespace plain {
extern const ClassifierKernels classifier_kernels;
}
namespace avx2 {
extern const ClassifierKernels classifier_kernels;
}
namespace avx512 {
extern const ClassifierKernels classifier_kernels;
}

}  // namespace cortado::htm
