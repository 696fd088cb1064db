// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cortado/htm/temporal_memory.h"
#include "draws.h"
#include "synapse_arena.h"

namespace cortado::htm {

/// A temporal memory's configuration in stored units.
struct MemoryUnits {
  std::uint32_t columns;
  std::uint32_t cells_per_column;
  std::uint32_t cells;
  std::uint32_t max_new_synapses;
  MemoryPermanence initial;  ///< as stored
  MemoryPermanence punishment;
  PermanenceRules rules;
  std::uint32_t min_threshold;
  std::uint32_t activation_threshold;
  std::uint32_t max_segments_per_cell;
  std::uint32_t max_synapses_per_segment;
};

/// **Errors:** kInvalidConfig.
base::Result<MemoryUnits> to_units(const TemporalMemoryConfig& config);

/// What a step needs and forgets; one for each thread. Between steps flags and ranks are all 0.
struct MemoryWorkspace {
  std::vector<std::uint8_t> flags;   ///< by cell: 1 = active in the last step
  std::vector<std::uint16_t> ranks;  ///< by cell: 1 + place among the last winners, 0 = none
  SynapseFlags synapse_flags;
  std::vector<std::uint8_t> active;  ///< by cell of the column: 1 = it has an active segment
  std::vector<std::uint8_t> taken;
  std::vector<CellIndex> candidates;
  std::vector<std::uint32_t> counts;
  std::vector<std::uint32_t> next_active;
  std::vector<std::uint32_t> next_winners;
};

struct TemporalMemory::State {
  State(const TemporalMemoryConfig& config, const MemoryUnits& units_in);

  std::uint32_t step(std::span<const std::uint32_t> active_columns, bool learn);
  /// Tell whether a segment's connected synapses to flagged cells reach the threshold.
  bool is_active(const Segment& segment, MemoryWorkspace& work) const;

  MemoryUnits units;
  std::uint32_t steps = 0;
  Draws draws;
  std::vector<std::uint32_t> active_cells;
  std::vector<std::uint32_t> winner_cells;
  std::vector<std::vector<Segment>> columns;
  SynapseArena arena;
  MemoryCounts counts;

 private:
  struct Match {
    bool active = false;          ///< a segment is active
    std::uint32_t best = 0;       ///< the segment with the most active synapses
    std::uint32_t potential = 0;  ///< its active synapses
  };

  Match evaluate(std::uint32_t column, bool learn, MemoryWorkspace& work);
  void activate_predicted(std::uint32_t column, MemoryWorkspace& work) const;
  void burst(std::uint32_t column, const Match& match, bool learn, MemoryWorkspace& work);
  void punish_others(std::span<const std::uint32_t> active_columns, MemoryWorkspace& work);
  void punish_column(std::uint32_t column, MemoryWorkspace& work);
  std::uint32_t least_used_cell(std::uint32_t column, MemoryWorkspace& work);
  void add_segment(std::uint32_t column, std::uint32_t cell, MemoryWorkspace& work);
  void evict_segment(std::uint32_t column, std::uint32_t cell);
  void learn_segment(Segment& segment, std::uint32_t potential, MemoryWorkspace& work);
  void gather(const Segment& segment, MemoryWorkspace& work) const;
  void grow(Segment& segment, std::uint32_t wanted, MemoryWorkspace& work);
};

}  // namespace cortado::htm
