// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "memory_core.h"

#include <algorithm>

#include "memory_state.h"

namespace cortado::htm {

std::size_t max_core_bytes(const MemoryUnits& units) {
  const std::uint64_t most = units.max_segments > 0 ? units.max_segments : UINT64_MAX;
  const std::uint64_t of_column = std::min<std::uint64_t>(
      most, std::uint64_t{units.cells_per_column} * units.max_segments_per_cell);
  const std::uint64_t segments = std::min(most, units.columns * of_column);
  const std::size_t targets =
      units.punishment > 0 ? TargetColumns(units.cells, units.columns).max_bytes() : 0;
  const auto state_bytes = [&]<typename P>(P) {
    return sizeof(MemoryState<P>) +
           SynapseArena<P>::max_bytes(units.columns, segments, of_column,
                                      units.max_synapses_per_segment) +
           StalestSegments<P>::kMaxBytes + targets + 2 * (units.cells * sizeof(std::uint32_t) + 16);
  };
  return units.one == kNarrowOne ? state_bytes(std::uint8_t{}) : state_bytes(std::uint16_t{});
}

/// All cells of a burst column are active and one has won; of a predicted one all active cells
/// have.
std::vector<std::uint32_t> MemoryCore::burst_columns() const {
  std::vector<std::uint32_t> burst;
  const std::uint32_t cells = units_.cells_per_column;
  std::size_t winner = 0;
  for (std::size_t i = 0; i < active_cells_.size();) {
    const std::uint32_t column = active_cells_[i] / cells;
    std::uint32_t active = 0;
    std::uint32_t won = 0;
    for (; i < active_cells_.size() && active_cells_[i] / cells == column; ++i) ++active;
    for (; winner < winner_cells_.size() && winner_cells_[winner] / cells == column; ++winner)
      ++won;
    if (won < active) burst.push_back(column);
  }
  return burst;
}

std::unique_ptr<MemoryCore> make_core(const MemoryUnits& units) {
  if (units.one == kNarrowOne) return std::make_unique<MemoryState<std::uint8_t>>(units);
  return std::make_unique<MemoryState<std::uint16_t>>(units);
}

}  // namespace cortado::htm
