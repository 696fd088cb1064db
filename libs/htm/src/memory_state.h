// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels.h"
#include "memory_core.h"
#include "memory_eviction.h"
#include "memory_targets.h"
#include "memory_workspace.h"
#include "synapse_arena.h"

namespace cortado::htm {

template <typename P>
const PermanenceKernels<P>& permanence_kernels() {
  if constexpr (sizeof(P) == 1) {
    return kernels().memory->narrow;
  } else {
    return kernels().memory->wide;
  }
}

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
  static ColumnSynapses<P> synapses_of(const ColumnView<P>& view, const MemoryWorkspace& work) {
    return {view.heads, view.segments, view.permanences, work.synapse_flags.data()};
  }
  std::uint32_t evaluate(const ColumnView<P>& view, MemoryWorkspace& work) const;
  bool compute_column(std::uint32_t column, bool learn, MemoryWorkspace& work);
  void activate(std::uint32_t column, const ColumnView<P>& view, std::uint32_t active,
                MemoryWorkspace& work) const;
  void burst(std::uint32_t column, const ColumnView<P>& view, bool learn, MemoryWorkspace& work);
  void punish(std::uint32_t first_column, std::uint32_t end_column, MemoryWorkspace& work);
  void punish_column(std::uint32_t column, MemoryWorkspace& work);
  std::uint32_t least_used_cell(const ColumnView<P>& view, MemoryWorkspace& work);
  void add_segment(std::uint32_t column, std::uint32_t cell, MemoryWorkspace& work);
  SegmentPlace stalest_of(std::uint32_t column, std::uint32_t cell) const;
  void remove(const SegmentPlace& place);
  void learn_segments(std::uint32_t column, std::uint32_t count, MemoryWorkspace& work);
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
