// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "pooler_synapses.h"

#include <algorithm>

#include "kernels.h"
#include "pooler_kernels.h"

namespace cortado::htm {

PoolerSynapses::PoolerSynapses(const PoolerBaseData& base)
    : base_(base), slots_(base.units.columns, kUnchanged), own_rows_(base.units.inputs) {
  rows_.reserve(base.units.inputs);
  for (std::uint32_t i = 0; i < base.units.inputs; ++i) rows_.push_back(base.row(i));
}

const StoredPermanence* PoolerSynapses::column(std::uint32_t index) const {
  const std::uint32_t slot = slots_[index];
  if (slot == kUnchanged) return base_.column(index);
  return chunks_[slot / kColumnsPerChunk].get() + slot % kColumnsPerChunk * base_.stride;
}

std::size_t PoolerSynapses::bytes() const {
  std::size_t own_rows = 0;
  for (const auto& row : own_rows_) own_rows += row != nullptr ? 1 : 0;
  return slots_.capacity() * sizeof(slots_[0]) +
         chunks_.size() * kColumnsPerChunk * base_.stride * sizeof(StoredPermanence) +
         rows_.capacity() * 2 * sizeof(rows_[0]) + own_rows * base_.row_words * 8;
}

StoredPermanence* PoolerSynapses::own_column(std::uint32_t slot) {
  return chunks_[slot / kColumnsPerChunk].get() + slot % kColumnsPerChunk * base_.stride;
}

std::uint32_t PoolerSynapses::make_slot(std::uint32_t column) {
  const std::uint32_t slot = changed_columns_++;
  if (slot % kColumnsPerChunk == 0) {
    chunks_.push_back(
        std::make_unique_for_overwrite<StoredPermanence[]>(kColumnsPerChunk * base_.stride));
  }
  slots_[column] = slot;
  return slot;
}

void PoolerSynapses::adapt(std::uint32_t column, const StoredPermanence* deltas) {
  const StoredPermanence* from = this->column(column);
  const std::uint32_t slot = changed(column) ? slots_[column] : make_slot(column);
  StoredPermanence* const to = own_column(slot);
  if (!kernels().pooler->adapt_permanences(from, deltas, base_.stride, base_.units, to)) return;
  // Only a permanence that is one step from the threshold can just have crossed it.
  const int reach = std::max({base_.units.increment, base_.units.decrement, base_.units.raise});
  for (std::uint32_t i = 0; i < base_.units.inputs; ++i) {
    if (to[i] < -reach || to[i] >= reach) continue;
    const bool was_connected = (rows_[i][column / 64] >> column % 64 & 1U) != 0;
    if (was_connected != (to[i] >= 0)) flip_connected(column, i);
  }
}

void PoolerSynapses::set(std::uint32_t column, std::uint32_t input, StoredPermanence value) {
  if (!changed(column)) {
    const StoredPermanence* from = this->column(column);
    std::copy(from, from + base_.stride, own_column(make_slot(column)));
  }
  StoredPermanence& permanence = own_column(slots_[column])[input];
  if ((permanence ^ value) < 0) flip_connected(column, input);
  permanence = value;
}

void PoolerSynapses::flip_connected(std::uint32_t column, std::uint32_t input) {
  auto& own = own_rows_[input];
  if (own == nullptr) {
    own = std::make_unique_for_overwrite<std::uint64_t[]>(base_.row_words);
    std::copy(rows_[input], rows_[input] + base_.row_words, own.get());
    rows_[input] = own.get();
  }
  own[column / 64] ^= std::uint64_t{1} << column % 64;
}

}  // namespace cortado::htm
