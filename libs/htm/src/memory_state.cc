// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "memory_state.h"

#include <algorithm>

#include "kernels.h"

namespace cortado::htm {
namespace {

MemoryWorkspace& workspace(std::uint32_t cells) {
  thread_local MemoryWorkspace instance;
  if (instance.flags.size() < cells) {
    instance.flags.resize(cells, 0);
    instance.ranks.resize(cells, 0);
  }
  return instance;
}

}  // namespace

TemporalMemory::State::State(const TemporalMemoryConfig& config, const MemoryUnits& units_in)
    : units(units_in),
      draws(base::mix64(static_cast<std::uint64_t>(config.seed))),
      columns(units_in.columns),
      arena(units_in.rules.low) {}

std::uint32_t TemporalMemory::State::step(std::span<const std::uint32_t> active_columns,
                                          bool learn) {
  MemoryWorkspace& work = workspace(units.cells);
  for (const auto cell : active_cells) work.flags[cell] = 1;
  for (std::size_t i = 0; i < winner_cells.size(); ++i) {
    work.ranks[winner_cells[i]] = static_cast<std::uint16_t>(i + 1);
  }
  work.next_active.clear();
  work.next_winners.clear();
  if (learn) ++steps;
  std::uint32_t predicted = 0;
  for (const auto column : active_columns) {
    const Match match = evaluate(column, learn, work);
    if (match.active) {
      activate_predicted(column, work);
      ++predicted;
    } else {
      burst(column, match, learn, work);
    }
  }
  if (learn && units.punishment > 0) punish_others(active_columns, work);
  for (const auto cell : active_cells) work.flags[cell] = 0;
  for (const auto cell : winner_cells) work.ranks[cell] = 0;
  active_cells.assign(work.next_active.begin(), work.next_active.end());
  winner_cells.assign(work.next_winners.begin(), work.next_winners.end());
  return predicted;
}

/// Look at all segments of an active column; the active ones learn at once, which no other
/// segment's evaluation depends on.
TemporalMemory::State::Match TemporalMemory::State::evaluate(std::uint32_t column, bool learn,
                                                             MemoryWorkspace& work) {
  work.active.assign(units.cells_per_column, 0);
  auto& segments = columns[column];
  Match match;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    Segment& segment = segments[i];
    const std::uint32_t potential =
        kernels().memory->count_active(arena.cells(segment.slot), segment.count, work.flags.data());
    if (potential > match.potential) {
      match.best = static_cast<std::uint32_t>(i);
      match.potential = potential;
    }
    if (potential < units.activation_threshold || !is_active(segment, work)) continue;
    work.active[segment.cell] = 1;
    match.active = true;
    if (learn) learn_segment(segment, potential, work);
  }
  return match;
}

void TemporalMemory::State::gather(const Segment& segment, MemoryWorkspace& work) const {
  kernels().memory->gather_flags(arena.cells(segment.slot), segment.count, work.flags.data(),
                                 work.synapse_flags);
}

bool TemporalMemory::State::is_active(const Segment& segment, MemoryWorkspace& work) const {
  gather(segment, work);
  return kernels().memory->count_connected(arena.permanences(segment.slot), segment.count,
                                           work.synapse_flags) >= units.activation_threshold;
}

void TemporalMemory::State::activate_predicted(std::uint32_t column, MemoryWorkspace& work) const {
  for (std::uint32_t cell = 0; cell < units.cells_per_column; ++cell) {
    if (work.active[cell] == 0) continue;
    work.next_active.push_back(column * units.cells_per_column + cell);
    work.next_winners.push_back(column * units.cells_per_column + cell);
  }
}

void TemporalMemory::State::burst(std::uint32_t column, const Match& match, bool learn,
                                  MemoryWorkspace& work) {
  const std::uint32_t first = column * units.cells_per_column;
  for (std::uint32_t cell = 0; cell < units.cells_per_column; ++cell) {
    work.next_active.push_back(first + cell);
  }
  if (match.potential >= units.min_threshold) {
    Segment& segment = columns[column][match.best];
    work.next_winners.push_back(first + segment.cell);
    if (learn) {
      gather(segment, work);
      learn_segment(segment, match.potential, work);
    }
    return;
  }
  const std::uint32_t cell = least_used_cell(column, work);
  work.next_winners.push_back(first + cell);
  if (learn && !winner_cells.empty()) add_segment(column, cell, work);
}

std::uint32_t TemporalMemory::State::least_used_cell(std::uint32_t column, MemoryWorkspace& work) {
  work.counts.assign(units.cells_per_column, 0);
  for (const auto& segment : columns[column]) ++work.counts[segment.cell];
  const std::uint32_t fewest = *std::min_element(work.counts.begin(), work.counts.end());
  const auto equal =
      static_cast<std::uint32_t>(std::count(work.counts.begin(), work.counts.end(), fewest));
  std::uint32_t skip = equal > 1 ? draws.below(equal) : 0;
  std::uint32_t cell = 0;
  while (work.counts[cell] != fewest || skip-- > 0) ++cell;
  return cell;
}

void TemporalMemory::State::add_segment(std::uint32_t column, std::uint32_t cell,
                                        MemoryWorkspace& work) {
  if (work.counts[cell] >= units.max_segments_per_cell) evict_segment(column, cell);
  Segment segment{};
  segment.last_used = steps;
  segment.cell = static_cast<std::uint8_t>(cell);
  grow(segment, units.max_new_synapses, work);
  columns[column].push_back(segment);
  ++counts.segments;
}

void TemporalMemory::State::evict_segment(std::uint32_t column, std::uint32_t cell) {
  auto& segments = columns[column];
  auto oldest = segments.end();
  for (auto it = segments.begin(); it != segments.end(); ++it) {
    if (it->cell != cell) continue;
    if (oldest == segments.end() || it->last_used < oldest->last_used) oldest = it;
  }
  counts.synapses -= oldest->count;
  --counts.segments;
  arena.release(*oldest);
  segments.erase(oldest);
}

/// Precondition: the segment's flags are gathered.
void TemporalMemory::State::learn_segment(Segment& segment, std::uint32_t potential,
                                          MemoryWorkspace& work) {
  segment.last_used = steps;
  const bool dead = kernels().memory->adapt_synapses(arena.permanences(segment.slot), segment.count,
                                                     work.synapse_flags, units.rules);
  if (dead) counts.synapses -= arena.drop_dead(segment);
  if (potential < units.max_new_synapses) grow(segment, units.max_new_synapses - potential, work);
}

void TemporalMemory::State::grow(Segment& segment, std::uint32_t wanted, MemoryWorkspace& work) {
  work.taken.assign(winner_cells.size() + 1, 0);
  if (segment.count > 0) {
    const CellIndex* const cells = arena.cells(segment.slot);
    for (std::uint32_t i = 0; i < segment.count; ++i) work.taken[work.ranks[cells[i]]] = 1;
  }
  work.candidates.resize(winner_cells.size());
  std::uint32_t found = 0;
  for (std::size_t i = 0; i < winner_cells.size(); ++i) {
    work.candidates[found] = static_cast<CellIndex>(winner_cells[i]);
    found += work.taken[i + 1] == 0 ? 1 : 0;
  }
  const std::uint32_t chosen = std::min(wanted, found);
  if (chosen < found) {
    for (std::uint32_t i = 0; i < chosen; ++i) {
      std::swap(work.candidates[i], work.candidates[i + draws.below(found - i)]);
    }
  }
  if (chosen == 0) return;
  if (segment.count + chosen > units.max_synapses_per_segment) {
    const std::uint32_t excess = segment.count + chosen - units.max_synapses_per_segment;
    arena.drop_weakest(segment, excess);
    counts.synapses -= excess;
  }
  arena.append(segment, std::span(work.candidates).first(chosen), units.initial);
  counts.synapses += chosen;
}

void TemporalMemory::State::punish_others(std::span<const std::uint32_t> active_columns,
                                          MemoryWorkspace& work) {
  auto next = active_columns.begin();
  for (std::uint32_t column = 0; column < units.columns; ++column) {
    if (next != active_columns.end() && *next == column) {
      ++next;
      continue;
    }
    if (!columns[column].empty()) punish_column(column, work);
  }
}

void TemporalMemory::State::punish_column(std::uint32_t column, MemoryWorkspace& work) {
  auto& segments = columns[column];
  bool empty = false;
  for (auto& segment : segments) {
    CellIndex* const cells = arena.cells(segment.slot);
    if (kernels().memory->count_active(cells, segment.count, work.flags.data()) <
        units.min_threshold)
      continue;
    MemoryPermanence* const permanences = arena.permanences(segment.slot);
    for (std::uint32_t i = 0; i < segment.count; ++i) {
      const int loss = work.flags[cells[i]] * units.punishment;
      permanences[i] =
          static_cast<MemoryPermanence>(std::max<int>(permanences[i] - loss, units.rules.low));
    }
    counts.synapses -= arena.drop_dead(segment);
    empty = empty || segment.count == 0;
  }
  if (!empty) return;
  const auto dead = [](const Segment& segment) { return segment.count == 0; };
  for (const auto& segment : segments) {
    if (dead(segment)) arena.release(segment);
  }
  counts.segments -= std::erase_if(segments, dead);
}

}  // namespace cortado::htm
