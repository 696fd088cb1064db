// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "memory_state.h"

#include <algorithm>
#include <bit>

#include "memory_format.h"

namespace cortado::htm {
namespace {

/// So rarely are bits forgotten whose synapses are gone.
constexpr std::uint32_t kStepsToRebuild = 4096;

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
  if (learn) {
    ++steps_;
    work.rank(active_cells_, winner_cells_);
  }
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
