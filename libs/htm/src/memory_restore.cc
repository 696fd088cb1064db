// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <numeric>
#include <string>
#include <string_view>

#include "memory_format.h"

namespace cortado::htm {
namespace {

base::Error corrupt(const char* text) {
  return base::Error(base::ErrorCode::kCorrupt, std::string("temporal memory: ") + text);
}

struct Heads {
  std::vector<std::uint32_t> segments;  ///< by column
  std::string_view cells;               ///< by segment
  std::string_view counts;
  std::vector<std::uint32_t> last_used;
};

base::Result<Heads> restore_heads(base::ByteReader& in, const MemoryUnits& units,
                                  std::uint32_t steps) {
  Heads heads;
  std::uint64_t total = 0;
  for (std::uint32_t column = 0; column < units.columns; ++column) {
    const std::uint64_t count = in.varint();
    if (!in.ok() || count > std::uint64_t{units.cells_per_column} * units.max_segments_per_cell) {
      return corrupt("a number of segments");
    }
    heads.segments.push_back(static_cast<std::uint32_t>(count));
    total += count;
  }
  if (units.max_segments > 0 && total > units.max_segments) return corrupt("too many segments");
  heads.cells = in.raw(total);
  heads.counts = in.raw(total);
  for (std::uint64_t i = 0; in.ok() && i < total; ++i) {
    const std::uint64_t age = in.varint();
    const auto cell = static_cast<std::uint8_t>(heads.cells[i]);
    const auto count = static_cast<std::uint8_t>(heads.counts[i]);
    if (age > steps || cell >= units.cells_per_column || count == 0 ||
        count > units.max_synapses_per_segment) {
      return corrupt("a segment");
    }
    heads.last_used.push_back(steps - static_cast<std::uint32_t>(age));
  }
  if (!in.ok()) return corrupt("segments");
  return heads;
}

/// Give every column its block, heads filled in; return the number of synapses.
template <typename P>
std::uint64_t make_blocks(const Heads& heads, SynapseArena<P>& arena) {
  std::vector<std::uint32_t> synapses(heads.segments.size(), 0);
  std::uint32_t lines = 0;
  std::size_t at = 0;
  for (std::size_t column = 0; column < synapses.size(); ++column) {
    for (std::uint32_t i = 0; i < heads.segments[column]; ++i) {
      synapses[column] += static_cast<std::uint8_t>(heads.counts[at++]);
    }
    if (heads.segments[column] > 0) {
      lines += SynapseArena<P>::lines_for(heads.segments[column], synapses[column]);
    }
  }
  if (lines > 0) arena.make_room(lines);
  at = 0;
  for (std::uint32_t column = 0; column < synapses.size(); ++column) {
    if (heads.segments[column] == 0) continue;
    const auto view = arena.allocate(column, heads.segments[column], synapses[column]);
    for (std::uint32_t i = 0; i < view.segments; ++i, ++at) {
      view.heads[i] = {heads.last_used[at], static_cast<std::uint8_t>(heads.cells[at]),
                       static_cast<std::uint8_t>(heads.counts[at])};
    }
  }
  return std::accumulate(synapses.begin(), synapses.end(), std::uint64_t{0});
}

/// Read one segment's cells from `at` on; return where they end, npos if they are wrong.
std::size_t read_cells(std::string_view bytes, std::size_t at,
                       const std::vector<std::uint32_t>& in_use, std::span<CellIndex> cells) {
  std::uint32_t rank = 0;
  for (auto& cell : cells) {
    if (at >= bytes.size()) return std::string_view::npos;
    std::uint32_t distance = static_cast<std::uint8_t>(bytes[at++]);
    if (distance == kFar) {
      if (bytes.size() - at < 2) return std::string_view::npos;
      distance = static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[at]) |
                                            static_cast<std::uint8_t>(bytes[at + 1]) << 8);
      at += 2;
      if (distance < kFar) return std::string_view::npos;
    }
    rank += distance + 1;
    if (rank > in_use.size()) return std::string_view::npos;
    cell = static_cast<CellIndex>(in_use[rank - 1]);
  }
  return at;
}

template <typename P>
base::Status restore_synapses(base::ByteReader& in, std::uint32_t cells, SynapseArena<P>& arena) {
  std::vector<std::uint32_t> in_use;
  CORTADO_TRY(restore_cells(in, cells, in_use));
  const std::string_view bytes = in.text();
  std::size_t at = 0;
  for_each_column(arena, [&](const ColumnView<P>& view) {
    CellIndex* cell = view.cells;
    for (std::uint32_t s = 0; s < view.segments && at != std::string_view::npos; ++s) {
      at = read_cells(bytes, at, in_use, {cell, view.heads[s].count});
      cell += view.heads[s].count;
    }
  });
  if (!in.ok() || at != bytes.size()) return corrupt("synapses");
  return {};
}

template <typename P>
base::Status restore_permanences(base::ByteReader& in, std::uint64_t synapses,
                                 const MemoryUnits& units, SynapseArena<P>& arena) {
  const std::string_view bytes = in.raw(synapses * sizeof(P));
  if (!in.ok()) return corrupt("permanences");
  const auto low = lowest_permanence<P>(units);
  const auto* from = reinterpret_cast<const std::uint8_t*>(bytes.data());
  std::uint32_t wrong = 0;
  for_each_column(arena, [&](const ColumnView<P>& view) {
    for (std::uint32_t i = 0; i < view.synapses; ++i) {
      std::uint32_t permanence = *from++;
      if constexpr (sizeof(P) == 2) permanence |= static_cast<std::uint32_t>(*from++) << 8;
      wrong += permanence - 1 >= static_cast<std::uint32_t>(units.one) ? 1 : 0;
      view.permanences[i] = static_cast<P>(low + permanence);
    }
  });
  if (wrong > 0) return corrupt("a permanence");
  return {};
}

}  // namespace

base::Status restore_cells(base::ByteReader& in, std::uint32_t limit,
                           std::vector<std::uint32_t>& cells) {
  const std::uint64_t count = in.varint();
  if (!in.ok() || count > limit) return corrupt("a number of cells");
  cells.clear();
  std::uint64_t next = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t distance = in.varint();
    if (!in.ok() || distance >= limit - next) return corrupt("a cell");
    cells.push_back(static_cast<std::uint32_t>(next + distance));
    next += distance + 1;
  }
  return {};
}

template <typename P>
base::Result<MemoryCounts> restore_segments(base::ByteReader& in, const MemoryUnits& units,
                                            std::uint32_t steps, SynapseArena<P>& arena) {
  CORTADO_ASSIGN(const Heads heads, restore_heads(in, units, steps));
  std::uint64_t synapses = 0;
  for (const char count : heads.counts) synapses += static_cast<std::uint8_t>(count);
  if (in.remaining() < synapses * (1 + sizeof(P))) return corrupt("synapses");
  MemoryCounts counts;
  counts.segments = heads.counts.size();
  counts.synapses = make_blocks(heads, arena);
  CORTADO_TRY(restore_synapses(in, units.cells, arena));
  CORTADO_TRY(restore_permanences(in, counts.synapses, units, arena));
  return counts;
}

template base::Result<MemoryCounts> restore_segments(base::ByteReader&, const MemoryUnits&,
                                                     std::uint32_t, SynapseArena<std::uint8_t>&);
template base::Result<MemoryCounts> restore_segments(base::ByteReader&, const MemoryUnits&,
                                                     std::uint32_t, SynapseArena<std::uint16_t>&);

}  // namespace cortado::htm
