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
    for (const auto column : active_columns) {
      work.targets[column / 64] &= ~(std::uint64_t{1} << column % 64);
    }
  }
  std::uint32_t predicted = 0;
  std::uint32_t next_column = 0;
  const std::size_t together = may_fill(active_columns.size()) ? 1 : active_columns.size();
  for (std::size_t i = 0; i < active_columns.size(); i += together) {
    if (punishes && together == 1) punish(next_column, active_columns[i], work);
    if (together == 1) next_column = active_columns[i];
    predicted += compute_columns(active_columns.subspan(i, together), learn, work);
  }
  if (punishes) punish(next_column, units_.columns, work);
  work.end(active_cells_, winner_cells_);
  return predicted;
}

/// Can the memory become full when that many columns get a segment each? Then the columns come one
/// after the other, since one may take a segment from another.
template <typename P>
bool MemoryState<P>::may_fill(std::size_t columns) const {
  return units_.max_segments > 0 && counts_.segments + columns > units_.max_segments;
}

/// Return how many of these columns were predicted.
template <typename P>
std::uint32_t MemoryState<P>::compute_columns(std::span<const std::uint32_t> columns, bool learn,
                                              MemoryWorkspace& work) {
  ColumnScan<P>& scan = StepScans<P>::of_thread().active;
  scan.begin(columns.size());
  for (const auto column : columns) scan.add(arena_.view(column));
  const SegmentLearning<P> learning{learning_, steps_, units_.max_new_synapses};
  scan.run({work.flags.data(), units_.cells}, units_.activation_threshold,
           learn ? &learning : nullptr);
  const std::uint32_t bit_words = words();
  work.fit_bits(columns.size() * bit_words);
  std::uint64_t* active = work.active_bits.data();
  std::uint64_t* winners = work.winner_bits.data();
  std::uint32_t predicted = 0;
  for (std::size_t i = 0; i < columns.size(); ++i, active += bit_words, winners += bit_words) {
    const Task& task = scan.task(i);
    if (task.active == 0) {
      burst(columns[i], task, learn, scan, work, active, winners);
      continue;
    }
    ++predicted;
    if (bit_words == 1) {
      *active = *winners = task.active_cells;
    } else {
      activate(columns[i], task, scan, active, winners);
    }
    if (task.unfinished != 0) {
      revise_all(columns[i], {scan.marks(task), task.active}, scan.flags(task), work);
    }
  }
  list(columns, predicted < columns.size(), work);
  return predicted;
}

/// All cells with an active segment become active, and winners.
template <typename P>
void MemoryState<P>::activate(std::uint32_t column, const Task& task, const ColumnScan<P>& scan,
                              std::uint64_t* active, std::uint64_t* winners) const {
  if (words() == 1) {
    *active = task.active_cells;
  } else {
    const SegmentMark* const marks = scan.marks(task);
    const SegmentHead* const heads = arena_.view(column).heads;  // the task's may have moved
    std::fill_n(active, words(), 0);
    for (std::uint32_t i = 0; i < task.active; ++i) {
      const std::uint32_t cell = heads[marks[i].index].cell;
      active[cell / 64] |= std::uint64_t{1} << cell % 64;
    }
  }
  std::copy_n(active, words(), winners);
}

/// All cells become active, one of them the winner.
template <typename P>
void MemoryState<P>::burst(std::uint32_t column, const Task& task, bool learn, ColumnScan<P>& scan,
                           MemoryWorkspace& work, std::uint64_t* active, std::uint64_t* winners) {
  for (std::uint32_t w = 0; w < words(); ++w) {
    const std::uint32_t cells = units_.cells_per_column - 64 * w;
    active[w] = cells < 64 ? (std::uint64_t{1} << cells) - 1 : ~std::uint64_t{0};
    winners[w] = 0;
  }
  const std::uint32_t cell = winner(column, task, learn, scan, work);
  winners[cell / 64] = std::uint64_t{1} << cell % 64;
}

/// Return the winner of a column that was not predicted; its best segment learns, or a new one.
template <typename P>
std::uint32_t MemoryState<P>::winner(std::uint32_t column, const Task& task, bool learn,
                                     ColumnScan<P>& scan, MemoryWorkspace& work) {
  const ColumnView<P> view = arena_.view(column);
  const std::uint8_t* const potentials = scan.potentials(task);
  const auto best = static_cast<std::uint32_t>(
      std::max_element(potentials, potentials + view.segments) - potentials);
  if (view.segments > 0 && potentials[best] >= units_.min_threshold) {
    const std::uint32_t cell = view.heads[best].cell;
    if (learn) learn_best(column, best, task, scan, work);
    return cell;
  }
  const std::uint32_t cell = least_used_cell(view, work);
  if (learn && !winner_cells_.empty()) add_segment(column, cell, work);
  return cell;
}

/// List the active cells and the winners of these columns; unless one is `burst` they are equal.
template <typename P>
void MemoryState<P>::list(std::span<const std::uint32_t> columns, bool burst,
                          MemoryWorkspace& work) const {
  const auto list_cells = kernels().memory->list_cells;
  CellBits cells{work.active_bits.data(), columns.data(),
                 static_cast<std::uint32_t>(columns.size()), words(), units_.cells_per_column};
  std::uint32_t* const active = work.active_cells.data() + work.active_count;
  std::uint32_t* const winners = work.winner_cells.data() + work.winner_count;
  const std::uint32_t count = list_cells(cells, active);
  work.active_count += count;
  if (burst) {
    cells.bits = work.winner_bits.data();
    work.winner_count += list_cells(cells, winners);
  } else {
    std::copy_n(active, count, winners);
    work.winner_count += count;
  }
}

template <typename P>
std::vector<std::uint32_t> MemoryState<P>::predictive_cells() const {
  MemoryWorkspace& work = MemoryWorkspace::of_thread(units_.cells);
  ColumnScan<P>& scan = StepScans<P>::of_thread().active;
  work.begin(active_cells_, units_.cells);
  work.fit_bits(words());
  for (std::uint32_t column = 0; column < units_.columns; ++column) {
    if (arena_.empty(column)) continue;
    scan.begin(1);
    scan.add(arena_.view(column));
    scan.run({work.flags.data(), units_.cells}, units_.activation_threshold, nullptr);
    activate(column, scan.task(0), scan, work.active_bits.data(), work.winner_bits.data());
    list({&column, 1}, false, work);
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
