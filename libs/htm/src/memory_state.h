// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "column_scan.h"
#include "memory_core.h"
#include "memory_eviction.h"
#include "memory_targets.h"
#include "memory_workspace.h"
#include "synapse_arena.h"

namespace cortado::htm {

/// A temporal memory with permanences stored as P.
template <typename P>
class MemoryState final : public MemoryCore {
 public:
  explicit MemoryState(const MemoryUnits& units);

  std::uint32_t compute(std::span<const std::uint32_t> active_columns, bool learn) override;
  std::vector<std::uint32_t> predictive_cells() const override;
  std::size_t bytes() const override;
  void save(base::ByteWriter& out) const override;
  base::Status restore(base::ByteReader& in) override;

 private:
  using Task = ColumnTask<P>;

  bool may_fill(std::size_t columns) const;
  std::uint32_t compute_columns(std::span<const std::uint32_t> columns, bool learn,
                                MemoryWorkspace& work);
  std::uint32_t words() const { return (units_.cells_per_column + 63) / 64; }
  void activate(std::uint32_t column, const Task& task, const ColumnScan<P>& scan,
                std::uint64_t* active, std::uint64_t* winners) const;
  void burst(std::uint32_t column, const Task& task, bool learn, ColumnScan<P>& scan,
             MemoryWorkspace& work, std::uint64_t* active, std::uint64_t* winners);
  std::uint32_t winner(std::uint32_t column, const Task& task, bool learn, ColumnScan<P>& scan,
                       MemoryWorkspace& work);
  void list(std::span<const std::uint32_t> columns, bool burst, MemoryWorkspace& work) const;
  void punish(std::uint32_t first_column, std::uint32_t end_column, MemoryWorkspace& work);
  void punish_column(std::uint32_t column, const Task& task, ColumnScan<P>& scan,
                     MemoryWorkspace& work);
  std::uint32_t least_used_cell(const ColumnView<P>& view, MemoryWorkspace& work);
  void add_segment(std::uint32_t column, std::uint32_t cell, MemoryWorkspace& work);
  SegmentPlace stalest_of(std::uint32_t column, std::uint32_t cell) const;
  void remove(const SegmentPlace& place);
  void learn_best(std::uint32_t column, std::uint32_t best, const Task& task, ColumnScan<P>& scan,
                  MemoryWorkspace& work);
  void revise_all(std::uint32_t column, std::span<const SegmentMark> marks,
                  const std::uint8_t* flags, MemoryWorkspace& work);
  void revise(const SegmentPlace& place, bool died, std::span<const CellIndex> added,
              MemoryWorkspace& work);
  void merge(const SegmentPlace& place, bool died, std::span<const CellIndex> added,
             MemoryWorkspace& work);

  SynapseArena<P> arena_;
  StalestSegments<P> stalest_;
  TargetColumns targets_;  ///< kept if wrong predictions are punished
  PermanenceRules<P> learning_;
  PermanenceRules<P> punishing_;
};

extern template class MemoryState<std::uint8_t>;
extern template class MemoryState<std::uint16_t>;

}  // namespace cortado::htm
