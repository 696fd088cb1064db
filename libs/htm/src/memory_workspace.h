// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "draws.h"
#include "memory_kernels.h"
#include "segment_kernels.h"

namespace cortado::htm {

/// What a step needs and forgets; one for each thread.
class MemoryWorkspace {
 public:
  /// The workspace of this thread, fit for that many cells.
  static MemoryWorkspace& of_thread(std::uint32_t cells);

  /// Flag the cells of the last step; make room for `most` cells of this one.
  void begin(std::span<const std::uint32_t> last_active, std::size_t most);
  /// Make room for that many words of active_bits and winner_bits.
  void fit_bits(std::size_t words);
  /// Rank the winners among the last step's cells, so that segments can grow to them.
  void rank(std::span<const std::uint32_t> last_active, std::span<const std::uint32_t> winners);
  /// Take the flags back and replace the last step's cells by this one's.
  void end(std::vector<std::uint32_t>& active, std::vector<std::uint32_t>& winners);

  /// Choose up to `wanted` of the winners that are ranked and not among a segment's cells, by draws
  /// if there are more; return them, ascending. `flagged` are the cells' flags.
  std::span<const CellIndex> choose(std::span<const CellIndex> cells, const std::uint8_t* flagged,
                                    std::uint32_t wanted, Draws& draws);

  std::vector<std::uint8_t> flags;             ///< by cell: 0xff if active in the last step, else 0
  std::array<std::uint16_t, 256> segments_of;  ///< by cell of a column
  std::vector<std::uint64_t> targets;      ///< by column, a bit each: may have a matching segment
  std::vector<std::uint32_t> punished;     ///< columns
  std::vector<std::uint64_t> active_bits;  ///< cells of the columns looked at, a bit each
  std::vector<std::uint64_t> winner_bits;
  std::vector<std::uint32_t> active_cells;
  std::vector<std::uint32_t> winner_cells;
  std::size_t active_count = 0;
  std::size_t winner_count = 0;
  std::array<CellIndex, kMergedRoom> merged_cells;  ///< of a segment that changes
  std::array<std::uint16_t, kMergedRoom> merged_permanences;

 private:
  void draw(std::uint32_t wanted, std::uint32_t found, Draws& draws);

  std::vector<CellIndex> winners_;      ///< of the last step, by rank
  std::vector<std::uint16_t> rank_of_;  ///< by flagged cell: winners_.size() if it is none
  std::vector<std::uint16_t> free_;     ///< ranks that a segment lacks
  std::vector<std::uint64_t> drawn_;    ///< a bit for each rank; all 0 between calls
  std::vector<CellIndex> chosen_;
};

}  // namespace cortado::htm
