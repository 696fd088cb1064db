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
    if (head.cell == cell &&
        (stalest.index == view.segments || head.last_used < view.heads[stalest.index].last_used)) {
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

/// The best matching segment of a column that was not predicted learns.
template <typename P>
void MemoryState<P>::learn_best(std::uint32_t column, std::uint32_t best, const Task& task,
                                ColumnScan<P>& scan, MemoryWorkspace& work) {
  const ColumnView<P> view = arena_.view(column);
  SegmentMark& mark = *scan.marks(task);
  mark = {0, static_cast<std::uint16_t>(best), scan.potentials(task)[best], 0};
  for (std::uint32_t i = 0; i < best; ++i) mark.first += view.heads[i].count;
  Task moved = task;  // another column may have made blocks move
  moved.heads = view.heads;
  moved.permanences = view.permanences;
  scan.adapt(moved, {&mark, 1}, learning_);
  view.heads[best].last_used = steps_;
  revise_all(column, {&mark, 1}, scan.flags(task), work);
}

/// Segments whose permanences have moved lose what has died and grow to what they lack.
template <typename P>
void MemoryState<P>::revise_all(std::uint32_t column, std::span<const SegmentMark> marks,
                                const std::uint8_t* flags, MemoryWorkspace& work) {
  std::uint32_t moved = 0;  // by how many places synapses lie further on than before, modulo 2^32
  for (const SegmentMark& mark : marks) {
    const std::uint32_t potential = mark.potential;
    if (mark.died == 0 && potential >= units_.max_new_synapses) continue;
    const SegmentPlace place{column, mark.index, mark.first + moved};
    const ColumnView<P> view = arena_.view(column);
    std::span<const CellIndex> added;
    if (potential < units_.max_new_synapses) {
      added = work.choose({view.cells + place.first, view.heads[place.index].count},
                          flags + mark.first, units_.max_new_synapses - potential, draws_);
    }
    revise(place, mark.died != 0, added, work);
    moved += arena_.view(column).synapses - view.synapses;
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
  ColumnScan<P>& scan = StepScans<P>::of_thread().punished;
  scan.begin(units_.columns);
  work.punished.clear();
  for (std::uint32_t column = first_column; column < end_column; ++column) {
    const std::uint64_t left = work.targets[column / 64] >> column % 64;
    if (left == 0) {
      column |= 63;
      continue;
    }
    column += static_cast<std::uint32_t>(std::countr_zero(left));
    if (column >= end_column || arena_.empty(column)) continue;
    scan.add(arena_.view(column));
    work.punished.push_back(column);
  }
  scan.run({work.flags.data(), units_.cells}, units_.activation_threshold, nullptr);
  for (std::size_t i = 0; i < work.punished.size(); ++i) {
    punish_column(work.punished[i], scan.task(i), scan, work);
  }
}

/// Precondition: the column's block has not moved since the scan; losing synapses moves none.
template <typename P>
void MemoryState<P>::punish_column(std::uint32_t column, const Task& task, ColumnScan<P>& scan,
                                   MemoryWorkspace& work) {
  SegmentMark* const marks = scan.marks(task);
  const std::uint8_t* const potentials = scan.potentials(task);
  std::uint32_t matching = 0;
  std::uint32_t first = 0;
  for (std::uint32_t i = 0; i < task.segments; ++i) {
    marks[matching] = {first, static_cast<std::uint16_t>(i), potentials[i], 0};
    matching += potentials[i] >= units_.min_threshold ? 1 : 0;
    first += task.heads[i].count;
  }
  if (matching == 0) return;
  scan.adapt(task, {marks, matching}, punishing_);
  while (matching > 0) {  // from the back, so that what is still to be looked at stays in place
    const SegmentMark& mark = marks[--matching];
    if (mark.died == 0) continue;
    const SegmentPlace place{column, mark.index, mark.first};
    merge(place, true, {}, work);
    if (arena_.view(column).heads[mark.index].count == 0) remove(place);
  }
}

template std::uint32_t MemoryState<std::uint8_t>::least_used_cell(const ColumnView<std::uint8_t>&,
                                                                  MemoryWorkspace&);
template void MemoryState<std::uint8_t>::add_segment(std::uint32_t, std::uint32_t,
                                                     MemoryWorkspace&);
template SegmentPlace MemoryState<std::uint8_t>::stalest_of(std::uint32_t, std::uint32_t) const;
template void MemoryState<std::uint8_t>::remove(const SegmentPlace&);
template void MemoryState<std::uint8_t>::learn_best(std::uint32_t, std::uint32_t, const Task&,
                                                    ColumnScan<std::uint8_t>&, MemoryWorkspace&);
template void MemoryState<std::uint8_t>::revise_all(std::uint32_t, std::span<const SegmentMark>,
                                                    const std::uint8_t*, MemoryWorkspace&);
template void MemoryState<std::uint8_t>::revise(const SegmentPlace&, bool,
                                                std::span<const CellIndex>, MemoryWorkspace&);
template void MemoryState<std::uint8_t>::merge(const SegmentPlace&, bool,
                                               std::span<const CellIndex>, MemoryWorkspace&);
template void MemoryState<std::uint8_t>::punish(std::uint32_t, std::uint32_t, MemoryWorkspace&);
template void MemoryState<std::uint8_t>::punish_column(std::uint32_t, const Task&,
                                                       ColumnScan<std::uint8_t>&, MemoryWorkspace&);

template std::uint32_t MemoryState<std::uint16_t>::least_used_cell(const ColumnView<std::uint16_t>&,
                                                                   MemoryWorkspace&);
template void MemoryState<std::uint16_t>::add_segment(std::uint32_t, std::uint32_t,
                                                      MemoryWorkspace&);
template SegmentPlace MemoryState<std::uint16_t>::stalest_of(std::uint32_t, std::uint32_t) const;
template void MemoryState<std::uint16_t>::remove(const SegmentPlace&);
template void MemoryState<std::uint16_t>::learn_best(std::uint32_t, std::uint32_t, const Task&,
                                                     ColumnScan<std::uint16_t>&, MemoryWorkspace&);
template void MemoryState<std::uint16_t>::revise_all(std::uint32_t, std::span<const SegmentMark>,
                                                     const std::uint8_t*, MemoryWorkspace&);
template void MemoryState<std::uint16_t>::revise(const SegmentPlace&, bool,
                                                 std::span<const CellIndex>, MemoryWorkspace&);
template void MemoryState<std::uint16_t>::merge(const SegmentPlace&, bool,
                                                std::span<const CellIndex>, MemoryWorkspace&);
template void MemoryState<std::uint16_t>::punish(std::uint32_t, std::uint32_t, MemoryWorkspace&);
template void MemoryState<std::uint16_t>::punish_column(std::uint32_t, const Task&,
                                                        ColumnScan<std::uint16_t>&,
                                                        MemoryWorkspace&);

}  // namespace cortado::htm
