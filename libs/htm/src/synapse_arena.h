// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "memory_kernels.h"

namespace cortado::htm {

/// A column's segments, in the order of creation, and their synapses, segment after segment, by
/// ascending cell within each. Valid until the column or another one gains or loses something.
template <typename P>
struct ColumnView {
  SegmentHead* heads = nullptr;
  CellIndex* cells = nullptr;
  P* permanences = nullptr;
  std::uint32_t segments = 0;
  std::uint32_t synapses = 0;
};

/// One segment: its place in its column and the place of its first synapse.
struct SegmentPlace {
  std::uint32_t column;
  std::uint32_t index;
  std::uint32_t first;
};

/// All segments of one memory in one piece of memory. Each column with segments has a block of
/// whole cache lines: a header, the segments' heads, room for cells, room for as many permanences.
/// A block has a line more than it needs when it is made, since synapses come and go all the time.
/// A column that outgrows its block moves behind the others and leaves a hole; when there is no
/// room behind, blocks slide together or move to a slightly larger piece. Where things lie never
/// shows in a result.
template <typename P>
class SynapseArena {
 public:
  explicit SynapseArena(std::uint32_t columns) : blocks_(columns, 0) {}

  std::uint32_t columns() const { return static_cast<std::uint32_t>(blocks_.size()); }
  bool empty(std::uint32_t column) const { return blocks_[column] == 0; }
  ColumnView<P> view(std::uint32_t column) const {
    return empty(column) ? ColumnView<P>{} : view_of(block(column));
  }

  /// Add a segment without synapses; return its place.
  SegmentPlace add_segment(std::uint32_t column, std::uint32_t step, std::uint32_t cell);
  void remove_segment(const SegmentPlace& place);
  /// Put `count` synapses in the place of all that a segment has.
  void replace(const SegmentPlace& place, const CellIndex* cells, const P* permanences,
               std::uint32_t count);
  /// Drop the weakest synapses, those to lower cells among equals. Precondition: count <= its
  /// synapses.
  void drop_weakest(const SegmentPlace& place, std::uint32_t count);
  /// Give an empty column segments with this many synapses in all; the caller fills the view.
  /// Precondition: segments > 0.
  ColumnView<P> allocate(std::uint32_t column, std::uint32_t segments, std::uint32_t synapses);
  /// Return the cache lines that allocate() gives a column of that size.
  static std::uint32_t lines_for(std::uint64_t segments, std::uint64_t synapses);
  /// Make room for that many lines in new blocks.
  void make_room(std::uint32_t lines);
  std::size_t bytes() const;
  /// Return the most bytes() for that many segments of that many synapses each, and no more than
  /// `column_segments` of them in a column.
  static std::size_t max_bytes(std::uint64_t columns, std::uint64_t segments,
                               std::uint64_t column_segments, std::uint64_t synapses_per_segment);

 private:
  struct alignas(64) Line {
    std::byte bytes[64];
  };
  struct Header {
    std::uint32_t lines;
    std::uint32_t synapses;
    std::uint32_t room;  ///< for so many synapses
    std::uint16_t column;
    std::uint16_t segments;  ///< 0 = a hole
  };
  static constexpr std::uint32_t kTailLines = kKernelOverrun / 64;  ///< for kernels alone

  static std::uint32_t fewest_lines(std::uint64_t segments, std::uint64_t synapses);
  static std::uint32_t room_of(std::uint32_t lines, std::uint32_t segments);
  static std::uint32_t lines_kept(const Header& header);
  static void copy_block(const Header& from, Header& to, std::uint32_t lines);

  Header& header(std::uint32_t line) const { return *reinterpret_cast<Header*>(&lines_[line]); }
  Header& block(std::uint32_t column) const { return header(blocks_[column] - 1); }
  static ColumnView<P> view_of(Header& header) {
    ColumnView<P> view;
    view.segments = header.segments;
    view.synapses = header.synapses;
    view.heads = reinterpret_cast<SegmentHead*>(&header + 1);
    view.cells = reinterpret_cast<CellIndex*>(view.heads + header.segments);
    view.permanences = reinterpret_cast<P*>(view.cells + header.room);
    return view;
  }
  /// Make the column's block hold that much; return its header.
  Header& reserve(std::uint32_t column, std::uint32_t segments, std::uint32_t synapses);
  void move_blocks(Line* to);
  void close(const SegmentPlace& place, std::uint32_t at, std::uint32_t count);

  std::vector<std::uint32_t> blocks_;  ///< by column: 1 + its first line, 0 = no segments
  std::unique_ptr<Line[]> lines_;
  std::uint32_t end_ = 0;       ///< lines given to blocks and holes
  std::uint32_t capacity_ = 0;  ///< lines, but for the tail
};

extern template class SynapseArena<std::uint8_t>;
extern template class SynapseArena<std::uint16_t>;

}  // namespace cortado::htm
