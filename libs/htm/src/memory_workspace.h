// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "draws.h"
#include "memory_kernels.h"

namespace cortado::htm {

/// What a step needs and forgets; one for each thread.
class MemoryWorkspace {
 public:
  /// The workspace of this thread, fit for that many cells.
  static MemoryWorkspace& of_thread(std::uint32_t cells);

  /// Flag the cells of the last step; make room for `most` cells of this one.
  void begin(std::span<const std::uint32_t> last_active, std::size_t most);
  /// Take the flags back and replace the last step's cells by this one's.
  void end(std::vector<std::uint32_t>& active, std::vector<std::uint32_t>& winners);

  /// Make room for what kernels say of a column.
  void fit(std::uint32_t segments, std::uint32_t synapses) {
    if (potentials.size() < segments) {
      potentials.resize(segments);
      active.resize(segments + 1);
    }
    if (synapse_flags.size() < synapses + kKernelOverrun) {
      synapse_flags.resize(synapses + kKernelOverrun);
    }
  }

  /// Choose up to `wanted` of the `winners` that are not among `cells`, by draws if there are
  /// more; return them, ascending.
  std::span<const CellIndex> choose(std::span<const std::uint32_t> winners,
                                    std::span<const CellIndex> cells, std::uint32_t wanted,
                                    Draws& draws);

  std::vector<std::uint8_t> flags;             ///< by cell: 0xff if active in the last step, else 0
  std::vector<std::uint8_t> synapse_flags;     ///< by synapse of a column
  std::vector<std::uint8_t> potentials;        ///< by segment of a column: active synapses
  std::vector<SegmentMark> active;             ///< of a column
  std::array<std::uint16_t, 256> segments_of;  ///< by cell of a column
  std::vector<std::uint64_t> targets;  ///< by column, a bit each: may have a matching segment
  std::vector<std::uint32_t> active_cells;
  std::vector<std::uint32_t> winner_cells;
  std::size_t active_count = 0;
  std::size_t winner_count = 0;

 private:
  std::vector<std::uint8_t> taken_;  ///< by cell: 1 while a segment's cells are marked, else 0
  std::vector<CellIndex> candidates_;
};

}  // namespace cortado::htm
