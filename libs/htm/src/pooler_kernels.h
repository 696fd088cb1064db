// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "pooler_base_data.h"

namespace cortado::htm {

/// Rows of scratch that count_bits needs.
inline constexpr std::size_t kCountScratch = 5;

/// One compilation of these loops; contracts as at its members.
struct PoolerKernels {
  /// Count, for each bit position, in how many rows it is on. The counts come as bit planes: bit w
  /// of planes[p * words + ...] has the weight 2^p. Precondition: `planes` holds plane_count *
  /// words words, `scratch` kCountScratch * words, 2^plane_count is above the number of rows,
  /// `words` is a multiple of kWordsPerLine.
  void (*count_bits)(const std::uint64_t* const* rows, std::size_t row_count, std::size_t words,
                     std::size_t plane_count, std::uint64_t* planes, std::uint64_t* scratch);
  /// Switch on in `above` the positions whose count is above the threshold.
  void (*counts_above)(const std::uint64_t* planes, std::size_t plane_count, std::size_t words,
                       std::uint32_t threshold, std::uint64_t* above);
  /// Keep in `candidates` the `wanted` positions with the highest counts, the lower positions among
  /// equals; all if there are not more. `scratch` holds 2 * words words.
  void (*keep_highest)(const std::uint64_t* planes, std::size_t plane_count, std::size_t words,
                       std::uint32_t wanted, std::uint64_t* candidates, std::uint64_t* scratch);
  /// Add `deltas` to the permanences of a column within the limits and write them to `to` (may be
  /// `from`); positions that are kNoSynapse stay so. Return true if a synapse became connected or
  /// disconnected. Precondition: `count` is a multiple of kPermanencesPerLine.
  bool (*adapt_permanences)(const StoredPermanence* from, const StoredPermanence* deltas,
                            std::size_t count, const PoolerUnits& units, StoredPermanence* to);
};

namespace plain {
extern const PoolerKernels pooler_kernels;
}
namespace avx2 {
extern const PoolerKernels pooler_kernels;
}
namespace avx512 {
extern const PoolerKernels pooler_kernels;
}

}  // namespace cortado::htm
