// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "synapse_arena.h"

namespace cortado::htm {

/// Which columns have synapses to a cell, so that a memory that punishes need not look at every
/// column: a row of bits, one for each column, for each cell that synapses lead to. A bit may
/// outlive its synapses until the next rebuild().
class TargetColumns {
 public:
  TargetColumns(std::uint32_t cells, std::uint32_t columns)
      : cells_(cells), words_((columns + kStride - 1) / kStride * (kStride / 64)) {}

  void add(std::span<const CellIndex> cells, std::uint32_t column);
  /// Forget all and add every synapse.
  template <typename P>
  void rebuild(const SynapseArena<P>& arena);

  /// Set in `found` a bit for each column that has synapses to at least `threshold` of the cells.
  void find(std::span<const std::uint32_t> cells, std::uint32_t threshold,
            std::vector<std::uint64_t>& found) const;

  std::size_t bytes() const {
    return rows_.capacity() * sizeof(rows_[0]) + row_of_.capacity() * sizeof(row_of_[0]);
  }
  /// Return what bytes() never exceeds.
  std::size_t max_bytes() const;

 private:
  static constexpr std::uint32_t kStride = 512;  // columns that the kernel counts at once

  std::uint32_t cells_;
  std::uint32_t words_;                ///< of a row
  std::vector<std::uint32_t> row_of_;  ///< by cell: 1 + its row, 0 = none; empty = no rows
  std::vector<std::uint64_t> rows_;
};

}  // namespace cortado::htm
