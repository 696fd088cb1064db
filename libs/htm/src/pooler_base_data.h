// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <vector>

#include "cortado/htm/spatial_pooler.h"

namespace cortado::htm {

/// A pooler permanence as stored: units above the connected permanence, so that the sign says
/// whether the synapse is connected.
using StoredPermanence = std::int16_t;

/// Allocates whole cache lines, so that a vector instruction never touches two.
template <typename T>
struct LineAllocator {
  static constexpr std::align_val_t kLine{64};
  using value_type = T;

  LineAllocator() = default;
  template <typename U>
  explicit LineAllocator(const LineAllocator<U>&) {}

  T* allocate(std::size_t count) {
    return static_cast<T*>(::operator new(count * sizeof(T), kLine));
  }
  void deallocate(T* memory, std::size_t) { ::operator delete(memory, kLine); }
  bool operator==(const LineAllocator&) const = default;
};
template <typename T>
using LineVector = std::vector<T, LineAllocator<T>>;

/// Rows of words and columns of permanences come in whole cache lines.
inline constexpr std::size_t kWordsPerLine = 8;
inline constexpr std::size_t kPermanencesPerLine = 32;

/// Encoders switch on runs of inputs: the base keeps the sums of the rows of such runs, in
/// kRunPlanes bit planes, so that a run may have up to kLongestRun inputs.
inline constexpr std::size_t kRunPlanes = 6;
inline constexpr std::uint32_t kLongestRun = (1U << kRunPlanes) - 1;

/// A pooler keeps the sums of its own rows, which change, by groups of inputs.
inline constexpr std::uint32_t kGroup = 8;
inline constexpr std::size_t kGroupPlanes = 4;

/// The sums of the runs of one length.
struct RunSums {
  std::uint32_t length;
  LineVector<std::uint64_t> planes;  ///< by first input: the bit planes of its run
};

/// A spatial pooler's configuration in stored units.
struct PoolerUnits {
  std::uint32_t inputs;
  std::uint32_t columns;
  std::uint32_t pool;  ///< synapses of a column
  std::uint32_t active_columns;
  std::uint32_t stimulus_threshold;
  std::int32_t connected;  ///< in units above 0
  StoredPermanence increment;
  StoredPermanence decrement;
  StoredPermanence raise;  ///< what a weak column's permanences gain
  StoredPermanence low;    ///< permanence 0 as stored
  StoredPermanence high;   ///< permanence 1 as stored
};

/// Add a row of that many words to the bit planes of a sum.
inline void add_row(const std::uint64_t* row, std::size_t words, std::uint64_t* planes,
                    std::size_t plane_count) {
  for (std::size_t w = 0; w < words; ++w) {
    std::uint64_t carry = row[w];
    for (std::size_t p = 0; p < plane_count; ++p) {
      const std::uint64_t old = planes[p * words + w];
      planes[p * words + w] = old ^ carry;
      carry &= old;
    }
  }
}

/// A column has a place for each input. What stands where the input is not in its pool, and in the
/// padding, means nothing: a pooler lets it learn along, which costs less than to pass over it.
struct PoolerBaseData {
  SpatialPoolerConfig config;
  PoolerUnits units{};
  std::size_t stride = 0;                    ///< permanences of a column, padded
  std::size_t row_words = 0;                 ///< of a row of connected bits, padded
  LineVector<StoredPermanence> permanences;  ///< column by column
  std::vector<std::uint16_t> pools;          ///< column by column: its inputs, ascending
  std::vector<std::uint32_t> pool_bits;      ///< column by column: a bit for each input
  LineVector<std::uint64_t> connected;       ///< input by input, one bit a column
  std::vector<RunSums> runs;                 ///< the longest first
  std::uint64_t digest = 0;

  const StoredPermanence* column(std::uint32_t index) const {
    return permanences.data() + index * stride;
  }
  std::span<const std::uint16_t> pool(std::uint32_t column) const {
    return {pools.data() + std::size_t{column} * units.pool, units.pool};
  }
  /// Return the same as bits, stride / kPermanencesPerLine words.
  const std::uint32_t* bits_of_pool(std::uint32_t column) const {
    return pool_bits.data() + column * (stride / kPermanencesPerLine);
  }
  bool in_pool(std::uint32_t column, std::uint32_t input) const {
    return (bits_of_pool(column)[input / kPermanencesPerLine] >> input % kPermanencesPerLine & 1) !=
           0;
  }
  const std::uint64_t* row(std::uint32_t input) const {
    return connected.data() + input * row_words;
  }
  const std::uint64_t* sum(const RunSums& run, std::uint32_t first_input) const {
    return run.planes.data() + first_input * kRunPlanes * row_words;
  }
};

}  // namespace cortado::htm
