// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "pooler_base_data.h"

namespace cortado::htm {

/// The columns that one pooler changed. Each has a slot, in the order of its first change; its
/// permanences lie at its slot, and its connected bits in rows over slots, one for each input.
class PoolerSynapses {
 public:
  static constexpr std::uint32_t kUnchanged = UINT32_MAX;

  explicit PoolerSynapses(const PoolerBaseData& base);

  std::uint32_t changed_columns() const { return static_cast<std::uint32_t>(columns_.size()); }
  /// Return a bit for each column: is it changed? As long as a row of the base.
  const std::uint64_t* changed() const { return changed_.data(); }
  bool changed(std::uint32_t column) const {
    return (changed_[column / 64] >> column % 64 & 1) != 0;
  }
  /// Return the columns by slot.
  std::span<const std::uint16_t> columns() const { return columns_; }
  /// Return a changed column's slot, or kUnchanged. Looks through all slots.
  std::uint32_t slot_of(std::uint32_t column) const;

  /// Return how many words of a row hold slots.
  std::size_t row_words() const { return row_words_; }
  /// Return an input's connected bits by slot; kWordsPerLine words may be read from any word of it
  /// on, those beyond row_words() mean nothing.
  const std::uint64_t* row(std::uint32_t input) const { return rows_.data() + input * row_words_; }

  /// Return the sum of the rows of the kGroup inputs from `input` on, a multiple of that:
  /// kGroupPlanes bit planes of row_words() words, to be read as rows are.
  const std::uint64_t* sum(std::uint32_t input) const {
    return sums_.data() + input / kGroup * kGroupPlanes * row_words_;
  }

  /// Give an unchanged column a slot and its permanences there; connect() is to follow.
  std::uint32_t add(std::uint32_t column);
  /// Derive the connected bits of a new column from its permanences; add_to_sums() is to follow.
  void connect(std::uint32_t slot);
  /// Add the new columns to the sums, those of the slots from `first` on.
  void add_to_sums(std::uint32_t first);
  StoredPermanence* permanences(std::uint32_t slot) {
    return chunks_[slot / kColumnsPerChunk].data() + slot % kColumnsPerChunk * base_.stride;
  }
  const StoredPermanence* permanences(std::uint32_t slot) const {
    return chunks_[slot / kColumnsPerChunk].data() + slot % kColumnsPerChunk * base_.stride;
  }
  /// Derive one connected bit from its permanence.
  void refresh_connected(std::uint32_t slot, std::uint32_t input);

  std::size_t bytes() const;

 private:
  static constexpr std::size_t kColumnsPerChunk = 8;

  void widen_rows();
  void sum_rows();
  void move_sum(std::uint32_t slot, std::uint32_t input, bool up);

  const PoolerBaseData& base_;
  std::vector<std::uint64_t> changed_;
  std::vector<std::uint16_t> columns_;
  std::vector<LineVector<StoredPermanence>> chunks_;
  std::size_t row_words_ = 0;
  std::vector<std::uint64_t> rows_;
  std::vector<std::uint64_t> sums_;
};

}  // namespace cortado::htm
