// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "memory_workspace.h"

#include <algorithm>

namespace cortado::htm {

MemoryWorkspace& MemoryWorkspace::of_thread(std::uint32_t cells) {
  thread_local MemoryWorkspace instance;
  if (instance.taken_.size() < cells) {
    instance.flags.resize(kFlagTableCells, 0);
    instance.taken_.resize(cells, 0);
  }
  return instance;
}

void MemoryWorkspace::begin(std::span<const std::uint32_t> last_active, std::size_t most) {
  std::uint8_t* const flag = flags.data();
  for (const auto cell : last_active) flag[cell] = 0xff;
  if (active_cells.size() < most) {
    active_cells.resize(most);
    winner_cells.resize(most);
  }
  active_count = 0;
  winner_count = 0;
}

void MemoryWorkspace::end(std::vector<std::uint32_t>& active_now,
                          std::vector<std::uint32_t>& winners_now) {
  std::uint8_t* const flag = flags.data();
  for (const auto cell : active_now) flag[cell] = 0;
  active_now.assign(active_cells.begin(), active_cells.begin() + static_cast<long>(active_count));
  winners_now.assign(winner_cells.begin(), winner_cells.begin() + static_cast<long>(winner_count));
}

std::span<const CellIndex> MemoryWorkspace::choose(std::span<const std::uint32_t> winners,
                                                   std::span<const CellIndex> cells,
                                                   std::uint32_t wanted, Draws& draws) {
  if (candidates_.size() < winners.size()) candidates_.resize(winners.size());
  std::uint8_t* const taken = taken_.data();
  CellIndex* to = candidates_.data();
  for (const auto cell : cells) taken[cell] = 1;
  for (const auto winner : winners) {
    *to = static_cast<CellIndex>(winner);
    to += 1 - taken[winner];
  }
  for (const auto cell : cells) taken[cell] = 0;
  const auto found = static_cast<std::uint32_t>(to - candidates_.data());
  const auto candidates = std::span(candidates_).first(found);
  if (wanted >= found) return candidates;
  for (std::uint32_t i = 0; i < wanted; ++i) {
    std::swap(candidates[i], candidates[i + draws.below(found - i)]);
  }
  std::sort(candidates.begin(), candidates.begin() + wanted);
  return candidates.first(wanted);
}

}  // namespace cortado::htm
