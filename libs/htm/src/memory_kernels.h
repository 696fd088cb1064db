// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cortado::htm {

/// A cell's number.
using CellIndex = std::uint16_t;

/// What a segment is, but for its synapses.
struct SegmentHead {
  std::uint32_t last_used;  ///< the step in which it last learned
  std::uint8_t cell;        ///< within its column
  std::uint8_t count;       ///< synapses
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
  std::uint8_t potential;  ///< active synapses
  std::uint8_t died;       ///< 1 = a permanence fell to 0
};

/// Kernels write up to that many marks behind those of a column's segments.
inline constexpr std::uint32_t kMarksOverrun = 8;

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

/// A column that is looked at: its segments, the synapses of one following those of the other;
/// where in a ScanRoom its results go; what a scan has found.
template <typename P>
struct ColumnTask {
  SegmentHead* heads;
  const CellIndex* cells;
  P* permanences;
  std::uint32_t segments;
  std::uint32_t synapses;

  std::uint32_t first_synapse;  ///< in the room; a multiple of kTaskSynapses
  std::uint32_t first_segment;

  std::uint32_t active;        ///< segments: the first of its marks
  std::uint32_t unfinished;    ///< 1 = one of these lost synapses, or is to grow
  std::uint64_t active_cells;  ///< of these segments, a bit each, modulo 64
};
inline constexpr std::uint32_t kTaskSynapses = 64;

/// Room for the columns of a scan.
struct ScanRoom {
  const std::uint8_t* cell_flags;  ///< by cell: 0xff if active in the last step, else 0
  std::uint32_t cells;
  std::uint8_t* flags;           ///< the same by synapse
  std::uint8_t* flag_bits;       ///< the same, a bit each
  std::uint8_t* connected_bits;  ///< by synapse
  std::uint8_t* potentials;      ///< by segment: active synapses
  SegmentMark* marks;            ///< kMarksOverrun more than segments
};

/// How active segments learn at once, and in which step.
template <typename P>
struct SegmentLearning {
  PermanenceRules<P> rules;  ///< flagged synapses lose nothing
  std::uint32_t step;
  std::uint32_t wanted;  ///< active synapses; a segment that has fewer is to grow
};

template <typename P>
struct ScanKernels {
  /// Count the active synapses of each segment; mark those with at least `threshold` that are
  /// connected too, and let these learn, unless `learning` is null.
  void (*scan)(ColumnTask<P>* tasks, std::uint32_t count, const ScanRoom& room,
               std::uint32_t threshold, const SegmentLearning<P>* learning);
  /// Raise and lower the permanences of marked segments within the limits; say which lost
  /// synapses.
  void (*adapt)(const ColumnTask<P>& task, const ScanRoom& room, SegmentMark* marks,
                std::uint32_t count, const PermanenceRules<P>& rules);
};

/// Cells of some columns, a bit each.
struct CellBits {
  const std::uint64_t* bits;  ///< column by column, `words` for each
  const std::uint32_t* columns;
  std::uint32_t count;  ///< columns
  std::uint32_t words;
  std::uint32_t cells_per_column;
};
inline constexpr std::uint32_t kListOverrun = 8;

/// One compilation of these loops.
struct MemoryKernels {
  /// Set in `columns` a bit for each column that at least `threshold` of the rows have.
  /// Preconditions: words is a multiple of 8, threshold is 1 to 255.
  void (*find_columns)(const std::uint64_t* const* rows, std::uint32_t count, std::uint32_t words,
                       std::uint32_t threshold, std::uint64_t* columns);
  /// Write the numbers of the cells whose bits are on, column by column and ascending, and up to
  /// kListOverrun numbers behind them; return how many.
  std::uint32_t (*list_cells)(const CellBits& cells, std::uint32_t* to);
  ScanKernels<std::uint8_t> narrow;
  ScanKernels<std::uint16_t> wide;
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
