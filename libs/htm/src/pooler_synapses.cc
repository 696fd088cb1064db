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

/// Return rows of one word more each, with what may be read behind them.
std::vector<std::uint64_t> widened(const std::vector<std::uint64_t>& rows, std::size_t count,
                                   std::size_t words) {
  std::vector<std::uint64_t> wider(count * (words + 1) + kWordsPerLine, 0);
  for (std::size_t i = 0; i < count; ++i) {
    std::copy_n(rows.data() + i * words, words, wider.data() + i * (words + 1));
  }
  return wider;
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
  rows_ = widened(rows_, base_.units.inputs, row_words_);
  sums_ = widened(sums_, base_.units.inputs / kGroup * kGroupPlanes, row_words_);
  ++row_words_;
  columns_.reserve(row_words_ * kSlotsPerWord);
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
  const bool connected = permanences(slot)[input] >= 0;
  const std::uint32_t bit = slot % kSlotsPerWord;
  if (connected == ((word >> bit & 1) != 0)) return;
  word ^= std::uint64_t{1} << bit;
  move_sum(slot, input, connected);
}

void PoolerSynapses::add_to_sums(std::uint32_t first) {
  constexpr std::size_t kColumnsPerWord = 2;  // so many columns cost what a word of all rows does
  if (changed_columns() - first > kColumnsPerWord * row_words_) {
    sum_rows();
    return;
  }
  for (std::uint32_t slot = first; slot < changed_columns(); ++slot) {
    for (const std::uint32_t input : base_.pool(columns_[slot])) {
      if (permanences(slot)[input] >= 0) move_sum(slot, input, true);
    }
  }
}

/// Count one more or one less.
void PoolerSynapses::move_sum(std::uint32_t slot, std::uint32_t input, bool up) {
  if (input >= base_.units.inputs / kGroup * kGroup) return;
  std::uint64_t* const planes =
      sums_.data() + input / kGroup * kGroupPlanes * row_words_ + slot / kSlotsPerWord;
  std::uint64_t carry = std::uint64_t{1} << slot % kSlotsPerWord;
  for (std::size_t p = 0; p < kGroupPlanes; ++p) {
    const std::uint64_t old = planes[p * row_words_];
    planes[p * row_words_] = old ^ carry;
    carry &= up ? old : ~old;
  }
}

/// Derive the sums from all rows.
void PoolerSynapses::sum_rows() {
  const std::size_t groups = base_.units.inputs / kGroup;
  std::fill(sums_.begin(), sums_.end(), 0);
  for (std::size_t g = 0; g < groups && row_words_ > 0; ++g) {
    std::uint64_t* const planes = sums_.data() + g * kGroupPlanes * row_words_;
    for (std::size_t i = 0; i < kGroup; ++i) {
      add_row(rows_.data() + (g * kGroup + i) * row_words_, row_words_, planes, kGroupPlanes);
    }
  }
}

std::size_t PoolerSynapses::bytes() const {
  std::size_t bytes = allocated(changed_) + allocated(columns_) + allocated(chunks_) +
                      allocated(rows_) + allocated(sums_);
  for (const auto& chunk : chunks_) bytes += allocated(chunk);
  return bytes;
}

}  // namespace cortado::htm
