// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "memory_format.h"

#include <numeric>
#include <string>

namespace cortado::htm {
namespace {

/// A distance between two ranks from here on takes two bytes more.
constexpr std::uint32_t kFar = 255;

base::Error corrupt(const char* text) {
  return base::Error(base::ErrorCode::kCorrupt, std::string("temporal memory: ") + text);
}

template <typename P, typename F>
void for_each_column(const SynapseArena<P>& arena, const F& visit) {
  for (std::uint32_t column = 0; column < arena.columns(); ++column) {
    if (!arena.empty(column)) visit(arena.view(column));
  }
}

/// The cells that any synapse leads to, ascending.
template <typename P>
std::vector<std::uint32_t> cells_in_use(const SynapseArena<P>& arena, std::uint32_t cells) {
  std::vector<std::uint8_t> used(cells, 0);
  for_each_column(arena, [&used](const ColumnView<P>& view) {
    for (std::uint32_t i = 0; i < view.synapses; ++i) used[view.cells[i]] = 1;
  });
  std::vector<std::uint32_t> result;
  for (std::uint32_t cell = 0; cell < cells; ++cell) {
    if (used[cell] != 0) result.push_back(cell);
  }
  return result;
}

std::uint8_t* put_distance(std::uint8_t* to, std::uint32_t distance) {
  if (distance < kFar) {
    *to = static_cast<std::uint8_t>(distance);
    return to + 1;
  }
  to[0] = kFar;
  to[1] = static_cast<std::uint8_t>(distance);
  to[2] = static_cast<std::uint8_t>(distance >> 8);
  return to + 3;
}

std::string_view text_of(const std::vector<std::uint8_t>& bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

/// Each segment's cells as distances of their ranks among the cells in use.
template <typename P>
void save_synapses(const SynapseArena<P>& arena, std::uint32_t cells, base::ByteWriter& out) {
  const auto in_use = cells_in_use(arena, cells);
  save_cells(in_use, out);
  std::vector<std::uint32_t> ranks(cells, 0);
  for (std::size_t i = 0; i < in_use.size(); ++i) {
    ranks[in_use[i]] = static_cast<std::uint32_t>(i + 1);
  }
  std::size_t synapses = 0;
  for_each_column(arena, [&synapses](const auto& view) { synapses += view.synapses; });
  std::vector<std::uint8_t> bytes(3 * synapses);
  std::uint8_t* to = bytes.data();
  for_each_column(arena, [&](const ColumnView<P>& view) {
    const CellIndex* cell = view.cells;
    for (std::uint32_t s = 0; s < view.segments; ++s) {
      std::uint32_t last = 0;
      for (const CellIndex* const end = cell + view.heads[s].count; cell != end; ++cell) {
        const std::uint32_t rank = ranks[*cell];
        to = put_distance(to, rank - last - 1);
        last = rank;
      }
    }
  });
  out.text(text_of(bytes, static_cast<std::size_t>(to - bytes.data())));
}

template <typename P>
void save_permanences(const SynapseArena<P>& arena, P low, base::ByteWriter& out) {
  std::vector<std::uint8_t> bytes;
  for_each_column(arena, [&](const ColumnView<P>& view) {
    const std::size_t at = bytes.size();
    bytes.resize(at + view.synapses * sizeof(P));
    std::uint8_t* to = bytes.data() + at;
    for (std::uint32_t i = 0; i < view.synapses; ++i) {
      const auto units = static_cast<P>(view.permanences[i] - low);
      *to++ = static_cast<std::uint8_t>(units);
      if constexpr (sizeof(P) == 2) *to++ = static_cast<std::uint8_t>(units >> 8);
    }
  });
  out.raw(text_of(bytes, bytes.size()));
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
      view.heads[i] = {0, 0, static_cast<std::uint8_t>(heads.cells[at]),
                       static_cast<std::uint8_t>(heads.counts[at])};
      set_last_used(view.heads[i], heads.last_used[at]);
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

void save_cells(const std::vector<std::uint32_t>& cells, base::ByteWriter& out) {
  out.varint(cells.size());
  std::uint32_t next = 0;
  for (const auto cell : cells) {
    out.varint(cell - next);
    next = cell + 1;
  }
}

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
void save_segments(const SynapseArena<P>& arena, const MemoryUnits& units, std::uint32_t steps,
                   base::ByteWriter& out) {
  for (std::uint32_t column = 0; column < arena.columns(); ++column) {
    out.varint(arena.view(column).segments);
  }
  const auto for_each_head = [&arena](const auto& visit) {
    for_each_column(arena, [&visit](const ColumnView<P>& view) {
      for (std::uint32_t i = 0; i < view.segments; ++i) visit(view.heads[i]);
    });
  };
  for_each_head([&out](const SegmentHead& head) { out.u8(head.cell); });
  for_each_head([&out](const SegmentHead& head) { out.u8(head.count); });
  for_each_head([&](const SegmentHead& head) { out.varint(steps - last_used(head)); });
  save_synapses(arena, units.cells, out);
  save_permanences(arena, lowest_permanence<P>(units), out);
}

template <typename P>
base::Result<MemoryCounts> restore_segments(base::ByteReader& in, const MemoryUnits& units,
                                            std::uint32_t steps, SynapseArena<P>& arena) {
  CORTADO_ASSIGN(const Heads heads, restore_heads(in, units, steps));
  if (std::uint64_t{in.remaining()} < heads.counts.size()) return corrupt("synapses");
  MemoryCounts counts;
  counts.segments = heads.counts.size();
  counts.synapses = make_blocks(heads, arena);
  CORTADO_TRY(restore_synapses(in, units.cells, arena));
  CORTADO_TRY(restore_permanences(in, counts.synapses, units, arena));
  return counts;
}

template void save_segments(const SynapseArena<std::uint8_t>&, const MemoryUnits&, std::uint32_t,
                            base::ByteWriter&);
template void save_segments(const SynapseArena<std::uint16_t>&, const MemoryUnits&, std::uint32_t,
                            base::ByteWriter&);
template base::Result<MemoryCounts> restore_segments(base::ByteReader&, const MemoryUnits&,
                                                     std::uint32_t, SynapseArena<std::uint8_t>&);
template base::Result<MemoryCounts> restore_segments(base::ByteReader&, const MemoryUnits&,
                                                     std::uint32_t, SynapseArena<std::uint16_t>&);

}  // namespace cortado::htm
