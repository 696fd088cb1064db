// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>

#include "kernels.h"
#include "memory_state.h"
#include "segment_kernels.h"

namespace cortado::htm {
namespace {

template <typename P>
auto merge_kernel() {
  if constexpr (sizeof(P) == 1) {
    return kernels().segment->merge_narrow;
  } else {
    return kernels().segment->merge_wide;
  }
}

}  // namespace

template <typename P>
std::uint32_t MemoryState<P>::least_used_cell(const ColumnView<P>& view, MemoryWorkspace& work) {
  const auto counts = std::span(work.segments_of).first(units_.cells_per_column);
  std::fill(counts.begin(), counts.end(), 0);
  for (std::uint32_t i = 0; i < view.segments; ++i) ++counts[view.heads[i].cell];
  const auto fewest = *std::min_element(counts.begin(), counts.end());
  const auto equal = static_cast<std::uint32_t>(std::count(counts.begin(), counts.end(), fewest));
  std::uint32_t skip = equal > 1 ? draws_.below(equal) : 0;
  std::uint32_t cell = 0;
  while (counts[cell] != fewest || skip-- > 0) ++cell;
  return cell;
}

/// Precondition: least_used_cell() has just counted the column's segments.
template <typename P>
void MemoryState<P>::add_segment(std::uint32_t column, std::uint32_t cell, MemoryWorkspace& work) {
  if (work.segments_of[cell] >= units_.max_segments_per_cell) {
    remove(stalest_of(column, cell));
  } else if (units_.max_segments > 0 && counts_.segments >= units_.max_segments) {
    remove(stalest_.take(arena_));
  }
  const SegmentPlace place = arena_.add_segment(column, steps_, cell);
  ++counts_.segments;
  revise(place, false, work.choose({}, nullptr, units_.max_new_synapses, draws_), work);
}

template <typename P>
SegmentPlace MemoryState<P>::stalest_of(std::uint32_t column, std::uint32_t cell) const {
  const ColumnView<P> view = arena_.view(column);
  SegmentPlace stalest{column, view.segments, 0};
  std::uint32_t first = 0;
  for (std::uint32_t i = 0; i < view.segments; ++i) {
    const SegmentHead& head = view.heads[i];
    if (head.cell == cell && (stalest.index == view.segments ||
                              last_used(head) < last_used(view.heads[stalest.index]))) {
      stalest = {column, i, first};
    }
    first += head.count;
  }
  return stalest;
}

template <typename P>
void MemoryState<P>::remove(const SegmentPlace& place) {
  counts_.synapses -= arena_.view(place.column).heads[place.index].count;
  --counts_.segments;
  arena_.remove_segment(place);
}

/// The first of work.active learn; permanences of all of them move before synapses come or go.
template <typename P>
void MemoryState<P>::learn_segments(std::uint32_t column, std::uint32_t count,
                                    MemoryWorkspace& work) {
  ColumnView<P> view = arena_.view(column);
  permanence_kernels<P>().adapt(synapses_of(view, work), work.active.data(), count, learning_);
  std::uint32_t moved = 0;  // by how many places synapses lie further on than before, modulo 2^32
  for (std::uint32_t i = 0; i < count; ++i) {
    const SegmentMark& segment = work.active[i];
    set_last_used(view.heads[segment.index], steps_);
    const std::uint32_t potential = work.potentials[segment.index];
    if (segment.died == 0 && potential >= units_.max_new_synapses) continue;
    const SegmentPlace place{column, segment.index, segment.first + moved};
    std::span<const CellIndex> added;
    if (potential < units_.max_new_synapses) {
      added = work.choose({view.cells + place.first, view.heads[place.index].count},
                          work.synapse_flags.data() + segment.first,
                          units_.max_new_synapses - potential, draws_);
    }
    const std::uint32_t before = view.synapses;
    revise(place, segment.died != 0, added, work);
    view = arena_.view(column);
    moved += view.synapses - before;
  }
}

/// Take a segment's dead synapses away, if there are any, and add others; a full segment gives up
/// its weakest ones.
template <typename P>
void MemoryState<P>::revise(const SegmentPlace& place, bool died, std::span<const CellIndex> added,
                            MemoryWorkspace& work) {
  const auto count = [&] { return arena_.view(place.column).heads[place.index].count; };
  const auto grown = static_cast<std::uint32_t>(added.size());
  if (count() + grown > units_.max_synapses_per_segment) {
    if (died) merge(place, true, {}, work);
    died = false;
    if (count() + grown > units_.max_synapses_per_segment) {
      const std::uint32_t excess = count() + grown - units_.max_synapses_per_segment;
      arena_.drop_weakest(place, excess);
      counts_.synapses -= excess;
    }
  }
  if (died || grown > 0) merge(place, died, added, work);
  if (units_.punishment > 0) targets_.add(added, place.column);
}

template <typename P>
void MemoryState<P>::merge(const SegmentPlace& place, bool died, std::span<const CellIndex> added,
                           MemoryWorkspace& work) {
  const ColumnView<P> view = arena_.view(place.column);
  const std::uint32_t before = view.heads[place.index].count;
  const SegmentChange<P> change{view.cells + place.first,
                                view.permanences + place.first,
                                before,
                                died,
                                learning_.low,
                                added.data(),
                                static_cast<std::uint32_t>(added.size()),
                                static_cast<P>(learning_.low + units_.initial)};
  CellIndex* const cells = work.merged_cells.data();
  auto* const permanences = reinterpret_cast<P*>(work.merged_permanences.data());
  const std::uint32_t after = merge_kernel<P>()(change, cells, permanences);
  arena_.replace(place, cells, permanences, after);
  counts_.synapses = counts_.synapses - before + after;
}

/// Punish the segments of columns that are not active and may have a matching one.
template <typename P>
void MemoryState<P>::punish(std::uint32_t first_column, std::uint32_t end_column,
                            MemoryWorkspace& work) {
  for (std::uint32_t column = first_column; column < end_column; ++column) {
    const std::uint64_t left = work.targets[column / 64] >> column % 64;
    if (left == 0) {
      column |= 63;
      continue;
    }
    column += static_cast<std::uint32_t>(std::countr_zero(left));
    if (column < end_column && !arena_.empty(column)) punish_column(column, work);
  }
}

template <typename P>
void MemoryState<P>::punish_column(std::uint32_t column, MemoryWorkspace& work) {
  ColumnView<P> view = arena_.view(column);
  evaluate(view, work);
  std::uint32_t matching = 0;
  std::uint32_t first = 0;
  for (std::uint32_t i = 0; i < view.segments; ++i) {
    work.active[matching] = {first, static_cast<std::uint16_t>(i), 0};
    matching += work.potentials[i] >= units_.min_threshold ? 1 : 0;
    first += view.heads[i].count;
  }
  if (matching == 0) return;
  permanence_kernels<P>().adapt(synapses_of(view, work), work.active.data(), matching, punishing_);
  while (matching > 0) {  // from the back, so that what is still to be looked at stays in place
    const SegmentMark& segment = work.active[--matching];
    if (segment.died == 0) continue;
    const SegmentPlace place{column, segment.index, segment.first};
    merge(place, true, {}, work);
    if (arena_.view(column).heads[segment.index].count == 0) remove(place);
  }
}

template std::uint32_t MemoryState<std::uint8_t>::least_used_cell(const ColumnView<std::uint8_t>&, MemoryWorkspace&);
template void MemoryState<std::uint8_t>::add_segment(std::uint32_t, std::uint32_t, MemoryWorkspace&);
template SegmentPlace MemoryState<std::uint8_t>::stalest_of(std::uint32_t, std::uint32_t) const;
template void MemoryState<std::uint8_t>::remove(const SegmentPlace&);
template void MemoryState<std::uint8_t>::learn_segments(std::uint32_t, std::uint32_t, MemoryWorkspace&);
template void MemoryState<std::uint8_t>::revise(const SegmentPlace&, bool, std::span<const CellIndex>, MemoryWorkspace&);
template void MemoryState<std::uint8_t>::merge(const SegmentPlace&, bool, std::span<const CellIndex>, MemoryWorkspace&);
template void MemoryState<std::uint8_t>::punish(std::uint32_t, std::uint32_t, MemoryWorkspace&);
template void MemoryState<std::uint8_t>::punish_column(std::uint32_t, MemoryWorkspace&);

template std::uint32_t MemoryState<std::uint16_t>::least_used_cell(const ColumnView<std::uint16_t>&, MemoryWorkspace&);
template void MemoryState<std::uint16_t>::add_segment(std::uint32_t, std::uint32_t, MemoryWorkspace&);
template SegmentPlace MemoryState<std::uint16_t>::stalest_of(std::uint32_t, std::uint32_t) const;
template void MemoryState<std::uint16_t>::remove(const SegmentPlace&);
template void MemoryState<std::uint16_t>::learn_segments(std::uint32_t, std::uint32_t, MemoryWorkspace&);
template void MemoryState<std::uint16_t>::revise(const SegmentPlace&, bool, std::span<const CellIndex>, MemoryWorkspace&);
template void MemoryState<std::uint16_t>::merge(const SegmentPlace&, bool, std::span<const CellIndex>, MemoryWorkspace&);
template void MemoryState<std::uint16_t>::punish(std::uint32_t, std::uint32_t, MemoryWorkspace&);
template void MemoryState<std::uint16_t>::punish_column(std::uint32_t, MemoryWorkspace&);

}  // namespace cortado::htm
