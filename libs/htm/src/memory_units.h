// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "cortado/htm/temporal_memory.h"
#include "memory_kernels.h"

namespace cortado::htm {

/// A temporal memory's configuration, permanences in whole units.
struct MemoryUnits {
  std::uint32_t columns;
  std::uint32_t cells_per_column;
  std::uint32_t cells;
  std::uint32_t max_new_synapses;
  std::uint32_t min_threshold;
  std::uint32_t activation_threshold;
  std::uint32_t max_segments_per_cell;
  std::uint32_t max_synapses_per_segment;
  std::uint32_t max_segments;  ///< 0 = no limit
  std::uint64_t seed;

  std::int32_t one;  ///< permanence 1: 100 units fit a byte, 1000 take two
  std::int32_t initial;
  std::int32_t connected;
  std::int32_t increment;
  std::int32_t decrement;
  std::int32_t punishment;
};

inline constexpr std::int32_t kNarrowOne = 100;
inline constexpr std::int32_t kWideOne = 1000;

/// **Errors:** kInvalidConfig.
base::Result<MemoryUnits> to_units(const TemporalMemoryConfig& config);

/// The permanence 0 as stored: its distance to the lowest connected one lies below the top bit.
template <typename P>
P lowest_permanence(const MemoryUnits& units) {
  return static_cast<P>((1 << (8 * sizeof(P) - 1)) - units.connected);
}

}  // namespace cortado::htm
