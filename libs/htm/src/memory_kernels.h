// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cortado::htm {

/// A cell's number.
using CellIndex = std::uint16_t;

/// What a segment is, but for its synapses: 6 bytes, since there are many.
struct SegmentHead {
  std::uint16_t last_used_low;  ///< the step in which it last learned
  std::uint16_t last_used_high;
  std::uint8_t cell;   ///< within its column
  std::uint8_t count;  ///< synapses
};

/// Kernels read up to this many bytes behind the arrays they are given, and write up to that many
/// behind them: what was there behind permanences, anything behind flags.
inline constexpr std::uint32_t kKernelOverrun = 128;

/// Cells in the table of flags: kernels look up whatever lies behind a column's cells.
inline constexpr std::uint32_t kFlagTableCells = 65'536;

/// A segment of a column.
struct SegmentMark {
  std::uint32_t first;  ///< its first synapse
  std::uint16_t index;
  std::uint16_t died;  ///< 1 = a permanence fell to 0
};

/// How permanences move and what they are limited by. P, the permanence as stored, is a whole
/// number of units, moved up so that its top bit says whether the synapse is connected.
template <typename P>
struct PermanenceRules {
  P low;           ///< permanence 0
  P high;          ///< permanence 1
  P flagged_gain;  ///< what a flagged synapse gains before it loses anything
  P flagged_loss;
  P other_loss;
};

/// A column's segments; the synapses of one follow those of the other.
template <typename P>
struct ColumnSynapses {
  const SegmentHead* heads;
  std::uint32_t segments;
  P* permanences;
  const std::uint8_t* flags;  ///< as look_up() leaves them
};

template <typename P>
struct PermanenceKernels {
  /// Count the flagged synapses of each segment; list the segments with at least `threshold` that
  /// are connected too; return how many these are.
  std::uint32_t (*find_active)(const ColumnSynapses<P>& column, std::uint32_t threshold,
                               std::uint8_t* potentials, SegmentMark* active);
  /// Raise and lower the permanences of these segments within the limits; say which lost synapses.
  void (*adapt)(const ColumnSynapses<P>& column, SegmentMark* segments, std::uint32_t count,
                const PermanenceRules<P>& rules);
};

/// One compilation of these loops.
struct MemoryKernels {
  /// Write into `out` what `flags` has for each cell: 0xff or 0.
  void (*look_up)(const CellIndex* cells, std::uint32_t count, const std::uint8_t* flags,
                  std::uint8_t* out);
  /// Set in `columns` a bit for each column that at least `threshold` of the rows have.
  /// Preconditions: words is a multiple of 8, threshold is 1 to 255.
  void (*find_columns)(const std::uint64_t* const* rows, std::uint32_t count, std::uint32_t words,
                       std::uint32_t threshold, std::uint64_t* columns);
  PermanenceKernels<std::uint8_t> narrow;
  PermanenceKernels<std::uint16_t> wide;
};

namespace plain {
extern const MemoryKernels kMemoryKernels;
}
namespace avx2 {
extern const MemoryKernels kMemoryKernels;
}
namespace avx512 {
extern const MemoryKernels kMemoryKernels;
}

}  // namespace cortado::htm
