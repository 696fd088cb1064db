// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "memory_units.h"
#include "synapse_arena.h"

namespace cortado::htm {

/// A distance between two cells of a segment from here on takes two bytes more.
inline constexpr std::uint32_t kFar = 255;

template <typename P, typename F>
void for_each_column(const SynapseArena<P>& arena, const F& visit) {
  for (std::uint32_t column = 0; column < arena.columns(); ++column) {
    if (!arena.empty(column)) visit(arena.view(column));
  }
}

/// Bytes as docs/formats/device-blob.md has them.
void save_cells(const std::vector<std::uint32_t>& cells, base::ByteWriter& out);
/// **Errors:** kCorrupt: not ascending or not below `limit`.
base::Status restore_cells(base::ByteReader& in, std::uint32_t limit,
                           std::vector<std::uint32_t>& cells);

template <typename P>
void save_segments(const SynapseArena<P>& arena, const MemoryUnits& units, std::uint32_t steps,
                   const MemoryCounts& counts, base::ByteWriter& out);
/// Precondition: the arena is empty. **Errors:** kCorrupt.
template <typename P>
base::Result<MemoryCounts> restore_segments(base::ByteReader& in, const MemoryUnits& units,
                                            std::uint32_t steps, SynapseArena<P>& arena);

}  // namespace cortado::htm
