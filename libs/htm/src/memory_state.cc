// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "memory_state.h"

#include <algorithm>
#include <bit>

#include "kernels.h"
#include "memory_format.h"

namespace cortado::htm {
namespace {

/// So rarely are bits forgotten whose synapses are gone.
constexpr std::uint32_t kStepsToRebuild = 4096;

template <typename P>
const PermanenceKernels<P>& permanence_kernels() {
  if constexpr (sizeof(P) == 1) {
    return kernels().memory->narrow;
  } else {
    return kernels().memory->wide;
  }
}

std::size_t vector_bytes(const std::vector<std::uint32_t>& cells) {
  constexpr std::size_t kAllocatorBytes = 16;
  return cells.capacity() * sizeof(cells[0]) + kAllocatorBytes;
}

}  // namespace

template <typename P>
MemoryState<P>::MemoryState(const MemoryUnits& units)
    : MemoryCore(units), arena_(units.columns), targets_(units.cells, units.columns) {
  const auto low = lowest_permanence<P>(units);
  const auto high = static_cast<P>(low + units.one);
  const auto stored = [](std::int32_t value) { return static_cast<P>(value); };
  learning_ = {low, high, stored(units.increment), 0, stored(units.decrement)};
  punishing_ = {low, high, 0, stored(units.punishment), 0};
}

template <typename P>
std::uint32_t MemoryState<P>::compute(std::span<const std::uint32_t> active_columns, bool learn) {
  MemoryWorkspace& work = MemoryWorkspace::of_thread(units_.cells);
  work.begin(active_cells_, active_columns.size() * units_.cells_per_column);
  if (learn) ++steps_;
  const bool punishes = learn && units_.punishment > 0;
  if (punishes) {
    if (steps_ % kStepsToRebuild == 0) targets_.rebuild(arena_);
    targets_.find(active_cells_, units_.min_threshold, work.targets);
  }
  std::uint32_t predicted = 0;
  std::uint32_t next_column = 0;
  for (const auto column : active_columns) {
    if (punishes) punish(next_column, column, work);
    next_column = column + 1;
    predicted += compute_column(column, learn, work) ? 1 : 0;
  }
  if (punishes) punish(next_column, units_.columns, work);
  work.end(active_cells_, winner_cells_);
  return predicted;
}

/// Count the active synapses of a column's segments and find the active ones.
template <typename P>
std::uint32_t MemoryState<P>::evaluate(const ColumnView<P>& view, MemoryWorkspace& work) const {
  if (view.segments == 0) return 0;
  work.fit(view.segments, view.synapses);
  kernels().memory->look_up(view.cells, view.synapses, work.flags.data(),
                            work.synapse_flags.data());
  return permanence_kernels<P>().find_active(synapses_of(view, work), units_.activation_threshold,
                                             work.potentials.data(), work.active.data());
}

/// Return whether an active column was predicted.
template <typename P>
bool MemoryState<P>::compute_column(std::uint32_t column, bool learn, MemoryWorkspace& work) {
  const ColumnView<P> view = arena_.view(column);
  const std::uint32_t active = evaluate(view, work);
  if (active == 0) {
    burst(column, view, learn, work);
    return false;
  }
  activate(column, view, active, work);
  if (learn) learn_segments(column, active, work);
  return true;
}

/// All cells with an active segment become active, and winners.
template <typename P>
void MemoryState<P>::activate(std::uint32_t column, const ColumnView<P>& view, std::uint32_t active,
                              MemoryWorkspace& work) const {
  std::array<std::uint64_t, 4> cells{};
  const SegmentMark* const marks = work.active.data();
  for (std::uint32_t i = 0; i < active; ++i) {
    const std::uint32_t cell = view.heads[marks[i].index].cell;
    cells[cell / 64] |= std::uint64_t{1} << cell % 64;
  }
  std::uint32_t* const to_active = work.active_cells.data() + work.active_count;
  std::uint32_t* const to_winners = work.winner_cells.data() + work.winner_count;
  std::uint32_t first = column * units_.cells_per_column;
  std::uint32_t count = 0;
  for (std::uint32_t word = 0; 64 * word < units_.cells_per_column; ++word, first += 64) {
    for (std::uint64_t bits = cells[word]; bits != 0; bits &= bits - 1, ++count) {
      to_active[count] = first + static_cast<std::uint32_t>(std::countr_zero(bits));
      to_winners[count] = to_active[count];
    }
  }
  work.active_count += count;
  work.winner_count += count;
}

template <typename P>
void MemoryState<P>::burst(std::uint32_t column, const ColumnView<P>& view, bool learn,
                           MemoryWorkspace& work) {
  const std::uint32_t first = column * units_.cells_per_column;
  for (std::uint32_t i = 0; i < units_.cells_per_column; ++i) {
    work.active_cells[work.active_count++] = first + i;
  }
  const std::uint8_t* const potentials = work.potentials.data();
  const auto best = static_cast<std::uint32_t>(
      std::max_element(potentials, potentials + view.segments) - potentials);
  if (view.segments > 0 && potentials[best] >= units_.min_threshold) {
    work.winner_cells[work.winner_count++] = first + view.heads[best].cell;
    if (!learn) return;
    std::uint32_t place = 0;
    for (std::uint32_t i = 0; i < best; ++i) place += view.heads[i].count;
    work.active[0] = {place, static_cast<std::uint16_t>(best), 0};
    learn_segments(column, 1, work);
    return;
  }
  const std::uint32_t cell = least_used_cell(view, work);
  work.winner_cells[work.winner_count++] = first + cell;
  if (learn && !winner_cells_.empty()) add_segment(column, cell, work);
}

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
  grow(place, units_.max_new_synapses, work);
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
    const std::uint32_t before = view.synapses;
    if (segment.died != 0) counts_.synapses -= arena_.drop_dead(place, learning_.low);
    if (potential < units_.max_new_synapses) {
      grow(place, units_.max_new_synapses - potential, work);
    }
    view = arena_.view(column);
    moved += view.synapses - before;
  }
}

template <typename P>
void MemoryState<P>::grow(const SegmentPlace& place, std::uint32_t wanted, MemoryWorkspace& work) {
  const ColumnView<P> view = arena_.view(place.column);
  const std::uint32_t count = view.heads[place.index].count;
  const std::span<const CellIndex> cells(view.cells + place.first, count);
  const auto chosen = work.choose(winner_cells_, cells, wanted, draws_);
  if (chosen.empty()) return;
  const auto grown = static_cast<std::uint32_t>(chosen.size());
  if (count + grown > units_.max_synapses_per_segment) {
    const std::uint32_t excess = count + grown - units_.max_synapses_per_segment;
    arena_.drop_weakest(place, excess);
    counts_.synapses -= excess;
  }
  arena_.insert(place, chosen, static_cast<P>(learning_.low + units_.initial));
  if (units_.punishment > 0) targets_.add(chosen, place.column);
  counts_.synapses += grown;
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
    counts_.synapses -= arena_.drop_dead(place, punishing_.low);
    if (arena_.view(column).heads[segment.index].count == 0) remove(place);
  }
}

template <typename P>
std::vector<std::uint32_t> MemoryState<P>::predictive_cells() const {
  MemoryWorkspace& work = MemoryWorkspace::of_thread(units_.cells);
  work.begin(active_cells_, units_.cells);
  for (std::uint32_t column = 0; column < units_.columns; ++column) {
    const ColumnView<P> view = arena_.view(column);
    activate(column, view, evaluate(view, work), work);
  }
  std::vector<std::uint32_t> cells;
  std::vector<std::uint32_t> before = active_cells_;
  work.end(before, cells);
  return cells;
}

template <typename P>
std::size_t MemoryState<P>::bytes() const {
  return sizeof(*this) + arena_.bytes() + stalest_.bytes() + targets_.bytes() +
         vector_bytes(active_cells_) + vector_bytes(winner_cells_);
}

template <typename P>
void MemoryState<P>::save(base::ByteWriter& out) const {
  out.u32(steps_);
  out.u64(draws_.state());
  save_cells(active_cells_, out);
  save_cells(winner_cells_, out);
  save_segments(arena_, units_, steps_, counts_, out);
}

template <typename P>
base::Status MemoryState<P>::restore(base::ByteReader& in) {
  steps_ = in.u32();
  draws_ = Draws(in.u64());
  CORTADO_TRY(restore_cells(in, units_.cells, active_cells_));
  CORTADO_TRY(restore_cells(in, units_.cells, winner_cells_));
  CORTADO_ASSIGN(counts_, restore_segments(in, units_, steps_, arena_));
  if (units_.punishment > 0) targets_.rebuild(arena_);
  return {};
}

template class MemoryState<std::uint8_t>;
template class MemoryState<std::uint16_t>;

}  // namespace cortado::htm
