// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cortado/htm/temporal_memory.h"

namespace cortado::htm::testing {

/// The temporal memory as the pseudo-code has it: after every step every segment is looked at, and
/// the next step uses what was found. What the pseudo-code leaves open is decided as TemporalMemory
/// says. Slow and plain, to judge the shipped one.
///
/// **Source:** Numenta, "Biological and Machine Intelligence", chapter "Temporal Memory Algorithm".
class TextbookMemory {
 public:
  explicit TextbookMemory(const TemporalMemoryConfig& config);

  /// Return how many of the active columns were predicted.
  std::uint32_t compute(std::span<const std::uint32_t> active_columns, bool learn);

  const std::vector<std::uint32_t>& active_cells() const { return active_cells_; }
  const std::vector<std::uint32_t>& winner_cells() const { return winner_cells_; }
  std::vector<std::uint32_t> predictive_cells() const;
  MemoryCounts counts() const;

 private:
  struct Synapse {
    std::uint32_t cell;
    std::int32_t permanence;
  };
  struct Segment {
    std::uint32_t cell;
    std::int64_t last_used;
    std::vector<Synapse> synapses;
    std::int64_t active_connected;
    std::int64_t active_potential;
  };
  using Column = std::vector<Segment>;  // in the order of creation

  void activate_predicted_column(std::uint32_t column, bool learn);
  void burst_column(std::uint32_t column, bool learn);
  void punish_predicted_column(std::uint32_t column);
  void activate_dendrites();
  bool is_active(const Segment& segment) const;
  bool is_matching(const Segment& segment) const;
  std::uint32_t least_used_cell(std::uint32_t column);
  std::int64_t segments_of(std::uint32_t cell) const;
  void make_room(std::uint32_t cell);
  void evict_stalest();
  void adapt(Segment& segment);
  void grow_synapses(Segment& segment, std::int64_t wanted);
  void remove_dead_synapses(Segment& segment);
  std::uint32_t draw_below(std::uint32_t bound);

  TemporalMemoryConfig config_;
  std::vector<Column> columns_;
  std::vector<std::uint32_t> active_cells_;
  std::vector<std::uint32_t> winner_cells_;
  std::vector<std::uint32_t> previous_active_;
  std::vector<std::uint32_t> previous_winners_;
  std::int64_t steps_ = 0;
  std::uint64_t draw_state_;
};

}  // namespace cortado::htm::testing
