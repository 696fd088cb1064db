// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "memory_workspace.h"

#include <bit>

#include "kernels.h"

namespace cortado::htm {

MemoryWorkspace& MemoryWorkspace::of_thread(std::uint32_t cells) {
  thread_local MemoryWorkspace instance;
  if (instance.rank_of_.size() < cells) {
    instance.flags.resize(kFlagTableCells, 0);
    instance.rank_of_.resize(cells, 0);
  }
  return instance;
}

void MemoryWorkspace::begin(std::span<const std::uint32_t> last_active, std::size_t most) {
  std::uint8_t* const flag = flags.data();
  for (const auto cell : last_active) flag[cell] = 0xff;
  if (active_cells.size() < most + kListOverrun) {
    active_cells.resize(most + kListOverrun);
    winner_cells.resize(most + kListOverrun);
  }
  active_count = 0;
  winner_count = 0;
}

void MemoryWorkspace::fit_bits(std::size_t words) {
  if (active_bits.size() >= words) return;
  active_bits.resize(words);
  winner_bits.resize(words);
}

void MemoryWorkspace::end(std::vector<std::uint32_t>& active_now,
                          std::vector<std::uint32_t>& winners_now) {
  std::uint8_t* const flag = flags.data();
  for (const auto cell : active_now) flag[cell] = 0;
  active_now.assign(active_cells.begin(), active_cells.begin() + static_cast<long>(active_count));
  winners_now.assign(winner_cells.begin(), winner_cells.begin() + static_cast<long>(winner_count));
}

void MemoryWorkspace::rank(std::span<const std::uint32_t> last_active,
                           std::span<const std::uint32_t> winners) {
  const auto count = static_cast<std::uint32_t>(winners.size());
  if (chosen_.size() < count) {
    chosen_.resize(count);
    free_.resize(count + kKernelOverrun);
    drawn_.resize(count / 64 + 1, 0);
  }
  winners_.resize(count);
  std::uint16_t* const rank_of = rank_of_.data();
  if (count < last_active.size()) {
    for (const auto cell : last_active) rank_of[cell] = static_cast<std::uint16_t>(count);
  }
  CellIndex* const by_rank = winners_.data();
  for (std::uint32_t rank = 0; rank < count; ++rank) {
    by_rank[rank] = static_cast<CellIndex>(winners[rank]);
    rank_of[winners[rank]] = static_cast<std::uint16_t>(rank);
  }
}

std::span<const CellIndex> MemoryWorkspace::choose(std::span<const CellIndex> cells,
                                                   const std::uint8_t* flagged,
                                                   std::uint32_t wanted, Draws& draws) {
  const std::uint32_t found = kernels().segment->find_free(
      cells.data(), flagged, static_cast<std::uint32_t>(cells.size()), rank_of_.data(),
      static_cast<std::uint32_t>(winners_.size()), free_.data());
  CellIndex* const chosen = chosen_.data();
  if (wanted < found) {
    draw(wanted, found, draws);
    return {chosen, wanted};
  }
  for (std::uint32_t i = 0; i < found; ++i) chosen[i] = winners_[free_[i]];
  return {chosen, found};
}

/// Choose among the free ranks without replacement.
void MemoryWorkspace::draw(std::uint32_t wanted, std::uint32_t found, Draws& draws) {
  std::uint16_t* const free = free_.data();
  std::uint64_t* const drawn = drawn_.data();
  for (std::uint32_t i = 0; i < wanted; ++i) {
    std::uint16_t& other = free[i + draws.below(found - i)];
    const std::uint16_t rank = other;
    other = free[i];
    drawn[rank / 64] |= std::uint64_t{1} << rank % 64;
  }
  CellIndex* to = chosen_.data();
  const std::size_t words = winners_.size() / 64 + 1;
  for (std::size_t w = 0; w < words; ++w) {
    const CellIndex* const winners = winners_.data() + 64 * w;
    for (std::uint64_t bits = drawn[w]; bits != 0; bits &= bits - 1) {
      *to++ = winners[std::countr_zero(bits)];
    }
    drawn[w] = 0;
  }
}

}  // namespace cortado::htm
