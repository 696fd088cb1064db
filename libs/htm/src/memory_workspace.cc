// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "memory_workspace.h"

#include <algorithm>

namespace cortado::htm {

MemoryWorkspace& MemoryWorkspace::of_thread(std::uint32_t cells) {
  thread_local MemoryWorkspace instance;
  if (instance.flags.size() < cells) {
    instance.flags.resize(cells, 0);
    instance.flag_bits.resize(std::max(cells, kBitTableCells) / 8 + 1, 0);
    instance.taken_.resize(cells, 0);
  }
  return instance;
}

void MemoryWorkspace::begin(std::span<const std::uint32_t> last_active, std::size_t most) {
  for (const auto cell : last_active) {
    flags[cell] = 0xff;
    flag_bits[cell / 8] = static_cast<std::uint8_t>(flag_bits[cell / 8] | 1 << cell % 8);
  }
  if (active_cells.size() < most) {
    active_cells.resize(most);
    winner_cells.resize(most);
  }
  active_count = 0;
  winner_count = 0;
}

void MemoryWorkspace::end(std::vector<std::uint32_t>& active_now,
                          std::vector<std::uint32_t>& winners_now) {
  for (const auto cell : active_now) {
    flags[cell] = 0;
    flag_bits[cell / 8] = 0;
  }
  active_now.assign(active_cells.begin(), active_cells.begin() + static_cast<long>(active_count));
  winners_now.assign(winner_cells.begin(), winner_cells.begin() + static_cast<long>(winner_count));
}

std::span<const CellIndex> MemoryWorkspace::choose(std::span<const std::uint32_t> winners,
                                                   std::span<const CellIndex> cells,
                                                   std::uint32_t wanted, Draws& draws) {
  if (candidates_.size() < winners.size()) candidates_.resize(winners.size());
  for (const auto cell : cells) taken_[cell] = 1;
  std::uint32_t found = 0;
  for (const auto winner : winners) {
    candidates_[found] = static_cast<CellIndex>(winner);
    found += taken_[winner] == 0 ? 1 : 0;
  }
  for (const auto cell : cells) taken_[cell] = 0;
  const auto candidates = std::span(candidates_).first(found);
  if (wanted >= found) return candidates;
  for (std::uint32_t i = 0; i < wanted; ++i) {
    std::swap(candidates[i], candidates[i + draws.below(found - i)]);
  }
  std::sort(candidates.begin(), candidates.begin() + wanted);
  return candidates.first(wanted);
}

}  // namespace cortado::htm
