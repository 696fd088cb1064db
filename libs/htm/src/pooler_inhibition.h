// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cortado/htm/sdr.h"
#include "pooler_base_data.h"
#include "pooler_kernels.h"
#include "pooler_synapses.h"

namespace cortado::htm {

/// Rows that are counted, and sums of rows.
class RowList {
 public:
  /// Forget all; make room for so many.
  void begin(std::size_t most) {
    if (sums_.size() < most) {
      rows_.resize(most + kRowsAtOnce);
      sums_.resize(most);
    }
    row_count_ = 0;
    sum_count_ = 0;
  }
  void add_row(const std::uint64_t* row) { rows_[row_count_++] = row; }
  void add_sum(const std::uint64_t* sum) { sums_[sum_count_++] = sum; }
  /// Add a row of zeros until the kernel can take them.
  void pad(const std::uint64_t* zeros) {
    while (row_count_ % kRowsAtOnce != 0) add_row(zeros);
  }
  CountedRows counted(std::size_t sum_planes, std::size_t plane_words,
                      std::uint32_t threshold) const {
    return {rows_.data(), row_count_, sums_.data(), sum_count_, sum_planes, plane_words, threshold};
  }

 private:
  std::vector<const std::uint64_t*> rows_;
  std::vector<const std::uint64_t*> sums_;
  std::size_t row_count_ = 0;
  std::size_t sum_count_ = 0;
};

/// Overlaps and inhibition of one step. Positions of counts are the base's columns and, behind
/// them, the pooler's slots; where a column has a slot, its position in the base does not compete.
/// Holds room alone, so one serves all poolers of a thread.
class PoolerInhibition {
 public:
  void compute(const PoolerBaseData& base, const PoolerSynapses& synapses, const Sdr& input);

  /// Return a bit for each column: is it active?
  const std::vector<std::uint64_t>& active() const { return active_; }
  /// Return the slots of the active columns that have one.
  const std::vector<std::uint32_t>& active_slots() const { return active_slots_; }
  /// Return a bit for each column: was its overlap above the stimulus threshold?
  const std::vector<std::uint64_t>& above() const { return above_; }

 private:
  void list_rows(const PoolerBaseData& base, const PoolerSynapses& synapses,
                 std::span<const std::uint32_t> inputs);
  void count(const PoolerBaseData& base, const PoolerSynapses& synapses, const Sdr& input);
  void find_above(const PoolerBaseData& base, const PoolerSynapses& synapses);
  void choose(const PoolerBaseData& base, const PoolerSynapses& synapses);
  void settle_ties(const PoolerBaseData& base, const PoolerSynapses& synapses,
                   std::uint32_t wanted);

  std::vector<std::uint64_t> active_;
  std::vector<std::uint32_t> active_slots_;
  std::vector<std::uint64_t> above_;

  std::size_t words_ = 0;  ///< of all positions
  std::size_t plane_count_ = 0;
  RowList base_;
  RowList slots_;
  std::vector<std::uint64_t> no_row_;
  LineVector<std::uint64_t> planes_;
  LineVector<std::uint64_t> candidates_;
  LineVector<std::uint64_t> chosen_;
};

}  // namespace cortado::htm
