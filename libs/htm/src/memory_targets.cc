// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "memory_targets.h"

#include "kernels.h"

namespace cortado::htm {

void TargetColumns::add(std::span<const CellIndex> cells, std::uint32_t column) {
  if (row_of_.empty()) row_of_.resize(cells_, 0);
  for (const auto cell : cells) {
    if (row_of_[cell] == 0) {
      rows_.resize(rows_.size() + words_, 0);
      row_of_[cell] = static_cast<std::uint32_t>(rows_.size() / words_);
    }
    rows_[std::size_t{row_of_[cell] - 1} * words_ + column / 64] |= std::uint64_t{1} << column % 64;
  }
}

template <typename P>
void TargetColumns::rebuild(const SynapseArena<P>& arena) {
  rows_.clear();
  row_of_.clear();
  for (std::uint32_t column = 0; column < arena.columns(); ++column) {
    const ColumnView<P> view = arena.view(column);
    if (view.segments > 0) add({view.cells, view.synapses}, column);
  }
}

template void TargetColumns::rebuild(const SynapseArena<std::uint8_t>&);
template void TargetColumns::rebuild(const SynapseArena<std::uint16_t>&);

void TargetColumns::find(std::span<const std::uint32_t> cells, std::uint32_t threshold,
                         std::vector<std::uint64_t>& found) const {
  thread_local std::vector<const std::uint64_t*> rows;
  rows.clear();
  for (const auto cell : cells) {
    if (row_of_.empty() || row_of_[cell] == 0) continue;
    rows.push_back(&rows_[std::size_t{row_of_[cell] - 1} * words_]);
  }
  found.resize(words_);
  kernels().memory->find_columns(rows.data(), static_cast<std::uint32_t>(rows.size()), words_,
                                 threshold, found.data());
}

std::size_t TargetColumns::max_bytes() const {
  return 2 * std::size_t{cells_} * words_ * sizeof(rows_[0]) + cells_ * sizeof(row_of_[0]);
}

}  // namespace cortado::htm
