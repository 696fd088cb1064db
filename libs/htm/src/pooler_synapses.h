// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "pooler_base_data.h"

namespace cortado::htm {

/// Permanences and connected bits of one pooler: those of the base until they change, then its own
/// copy of that column or row.
class PoolerSynapses {
 public:
  explicit PoolerSynapses(const PoolerBaseData& base);

  const StoredPermanence* column(std::uint32_t index) const;
  const std::uint64_t* row(std::uint32_t input) const { return rows_[input]; }
  bool changed(std::uint32_t column) const { return slots_[column] != kUnchanged; }
  std::uint32_t changed_columns() const { return changed_columns_; }
  std::size_t bytes() const;

  /// Add `deltas` to a column's permanences, within their limits.
  void adapt(std::uint32_t column, const StoredPermanence* deltas);
  /// Replace one permanence. Precondition: the input is in the column's pool.
  void set(std::uint32_t column, std::uint32_t input, StoredPermanence value);

 private:
  static constexpr std::uint32_t kUnchanged = UINT32_MAX;
  static constexpr std::size_t kColumnsPerChunk = 16;

  StoredPermanence* own_column(std::uint32_t slot);
  std::uint32_t make_slot(std::uint32_t column);
  void flip_connected(std::uint32_t column, std::uint32_t input);

  const PoolerBaseData& base_;
  std::vector<std::uint32_t> slots_;
  std::vector<std::unique_ptr<StoredPermanence[]>> chunks_;
  std::uint32_t changed_columns_ = 0;
  std::vector<const std::uint64_t*> rows_;
  std::vector<std::unique_ptr<std::uint64_t[]>> own_rows_;
};

}  // namespace cortado::htm
