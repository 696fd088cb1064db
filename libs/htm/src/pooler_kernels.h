// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "pooler_base_data.h"

namespace cortado::htm {

/// Rows that the adder takes at a time.
inline constexpr std::size_t kRowsAtOnce = 8;
/// Counts have one of these numbers of bit planes.
inline constexpr std::size_t kFewPlanes = 7;    ///< below 2^7 rows
inline constexpr std::size_t kManyPlanes = 16;  ///< below 2^16 rows

/// Counts by position as bit planes: bit b of planes[p * stride + w] has the weight 2^p in the
/// count of position 64 * w + b.
struct CountPlanes {
  std::uint64_t* words;
  std::size_t count;
  std::size_t stride;
};

/// What a learning step does to a column: the listed inputs gain or lose by `on`, all others by
/// `off`.
struct PermanenceStep {
  const std::uint32_t* inputs;
  std::size_t input_count;
  StoredPermanence on;
  StoredPermanence off;
  StoredPermanence low;      ///< the result is at least this
  StoredPermanence high;     ///< and at most this
  StoredPermanence reach;    ///< the larger of |on| and |off|
  std::size_t stride;        ///< permanences of a column, whole lines
  StoredPermanence* deltas;  ///< room for `stride`
};

/// Rows of bits to be counted, and sums of rows to be added, as bit planes one after the other.
struct CountedRows {
  const std::uint64_t* const* rows;
  std::size_t row_count;  ///< a multiple of kRowsAtOnce
  const std::uint64_t* const* sums;
  std::size_t sum_count;
  std::size_t sum_planes;   ///< kRunPlanes or kGroupPlanes
  std::size_t plane_words;  ///< from one plane of a sum to the next
  std::uint32_t threshold;
};

/// A permanence that may have become connected or disconnected.
struct Crossing {
  std::uint16_t column;  ///< place among the adapted columns
  std::uint16_t input;
};

/// A column as a snapshot holds it: of each permanence of its pool 0 for permanence 0, else the
/// distance from the base's, where 0 and more are moved up by 1.
struct ColumnToCode {
  const StoredPermanence* values;
  const StoredPermanence* base;
  const std::uint32_t* pool;  ///< a bit for each of the `stride` permanences
  std::size_t stride;         ///< whole lines
  StoredPermanence low;       ///< permanence 0
};

/// So many codes behind a column's are overwritten.
inline constexpr std::size_t kCodeOverrun = 8;

/// One compilation of these loops; contracts as at its members. Word counts are multiples of
/// `vector_words`.
struct PoolerKernels {
  std::size_t vector_words;

  /// Count, for each bit position, in how many rows it is on; switch on in `above` the positions
  /// whose count is above the threshold. Precondition: the planes are enough.
  void (*count_bits)(const CountedRows& counted, std::size_t words, const CountPlanes& planes,
                     std::uint64_t* above);
  /// Move the candidates that are surely among the `wanted` highest counts to `chosen`; leave in
  /// `candidates` those that are equal for the rest. Return how many of these are still wanted, at
  /// most as many as there are.
  std::uint32_t (*choose_highest)(const CountPlanes& planes, std::size_t words,
                                  std::uint32_t wanted, std::uint64_t* candidates,
                                  std::uint64_t* chosen);
  /// Adapt columns and list those permanences that crossed the connected one, maybe others near it
  /// too. Return the number; `crossings` has room for all.
  std::size_t (*adapt)(StoredPermanence* const* columns, std::size_t count,
                       const PermanenceStep& step, Crossing* crossings);
  /// Write the codes of the pool, kCodeOverrun more than these at most.
  void (*encode)(const ColumnToCode& column, std::int16_t* codes);
};

namespace plain {
extern const PoolerKernels kPoolerKernels;
}
namespace avx2 {
extern const PoolerKernels kPoolerKernels;
}
namespace avx512 {
extern const PoolerKernels kPoolerKernels;
}

}  // namespace cortado::htm
