// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "memory_units.h"
#include "synapse_arena.h"

namespace cortado::htm {

/// Bytes as docs/formats/device-blob.md has them.
void save_cells(const std::vector<std::uint32_t>& cells, base::ByteWriter& out);
/// **Errors:** kCorrupt: not ascending or not below `limit`.
base::Status restore_cells(base::ByteReader& in, std::uint32_t limit,
                           std::vector<std::uint32_t>& cells);

template <typename P>
void save_segments(const SynapseArena<P>& arena, const MemoryUnits& units, std::uint32_t steps,
                   base::ByteWriter& out);
/// Precondition: the arena is empty. **Errors:** kCorrupt.
template <typename P>
base::Result<MemoryCounts> restore_segments(base::ByteReader& in, const MemoryUnits& units,
                                            std::uint32_t steps, SynapseArena<P>& arena);

}  // namespace cortado::htm
