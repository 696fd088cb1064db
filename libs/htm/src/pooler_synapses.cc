// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "pooler_synapses.h"

#include <algorithm>
#include <type_traits>

namespace cortado::htm {
namespace {

constexpr std::uint32_t kSlotsPerWord = 64;

/// Make room for one more, `step` at a time: doubling would leave up to half unused.
template <typename Vector>
void grow(Vector& vector, std::size_t step) {
  if (vector.size() == vector.capacity()) vector.reserve(vector.size() + step);
}

/// Return what the allocator takes for a vector: a header and whole blocks of 16 bytes.
template <typename Element, typename Allocator>
std::size_t allocated(const std::vector<Element, Allocator>& vector) {
  const std::size_t bytes = vector.capacity() * sizeof(Element);
  const std::size_t alignment = std::is_same_v<Allocator, LineAllocator<Element>> ? 64 : 0;
  return bytes == 0 ? 0 : (bytes + alignment + 8 + 15) / 16 * 16;
}

}  // namespace

PoolerSynapses::PoolerSynapses(const PoolerBaseData& base)
    : base_(base), changed_(base.row_words, 0) {}

std::uint32_t PoolerSynapses::slot_of(std::uint32_t column) const {
  if (!changed(column)) return kUnchanged;
  return static_cast<std::uint32_t>(std::find(columns_.begin(), columns_.end(), column) -
                                    columns_.begin());
}

std::uint32_t PoolerSynapses::add(std::uint32_t column) {
  const std::uint32_t slot = changed_columns();
  if (slot % kSlotsPerWord == 0) widen_rows();
  if (slot % kColumnsPerChunk == 0) {
    grow(chunks_, kColumnsPerChunk);
    chunks_.emplace_back(kColumnsPerChunk * base_.stride);
  }
  columns_.push_back(static_cast<std::uint16_t>(column));
  changed_[column / 64] |= std::uint64_t{1} << column % 64;
  std::copy_n(base_.column(column), base_.stride, permanences(slot));
  return slot;
}

void PoolerSynapses::widen_rows() {
  const std::size_t words = row_words_ + 1;
  std::vector<std::uint64_t> wider(base_.units.inputs * words + kWordsPerLine, 0);
  for (std::size_t i = 0; i < base_.units.inputs; ++i) {
    std::copy_n(rows_.data() + i * row_words_, row_words_, wider.data() + i * words);
  }
  rows_ = std::move(wider);
  row_words_ = words;
  columns_.reserve(words * kSlotsPerWord);
}

void PoolerSynapses::connect(std::uint32_t slot) {
  const StoredPermanence* const values = permanences(slot);
  std::uint64_t* const rows = rows_.data() + slot / kSlotsPerWord;
  for (const std::uint32_t input : base_.pool(columns_[slot])) {
    const std::uint64_t connected = values[input] >= 0 ? 1 : 0;
    rows[input * row_words_] |= connected << slot % kSlotsPerWord;
  }
}

void PoolerSynapses::refresh_connected(std::uint32_t slot, std::uint32_t input) {
  if (!base_.in_pool(columns_[slot], input)) return;
  std::uint64_t& word = rows_[input * row_words_ + slot / kSlotsPerWord];
  const std::uint64_t connected = permanences(slot)[input] >= 0 ? 1 : 0;
  const std::uint32_t bit = slot % kSlotsPerWord;
  word = (word & ~(std::uint64_t{1} << bit)) | connected << bit;
}

std::size_t PoolerSynapses::bytes() const {
  std::size_t bytes =
      allocated(changed_) + allocated(columns_) + allocated(chunks_) + allocated(rows_);
  for (const auto& chunk : chunks_) bytes += allocated(chunk);
  return bytes;
}

}  // namespace cortado::htm
