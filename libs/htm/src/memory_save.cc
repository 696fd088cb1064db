// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "memory_format.h"

namespace cortado::htm {
namespace {

/// Scratch of this thread for that many bytes: fresh memory would cost more than what is written.
std::uint8_t* scratch(std::size_t size) {
  thread_local std::vector<std::uint8_t> bytes;
  if (bytes.size() < size) bytes.resize(size);
  return bytes.data();
}

std::string_view text_of(const std::uint8_t* from, const std::uint8_t* end) {
  return {reinterpret_cast<const char*>(from), static_cast<std::size_t>(end - from)};
}

/// The cells that any synapse leads to, ascending.
template <typename P>
std::vector<std::uint32_t> cells_in_use(const SynapseArena<P>& arena, std::uint32_t cells) {
  std::vector<std::uint8_t> used(cells, 0);
  for_each_column(arena, [to = used.data()](const ColumnView<P>& view) {
    for (std::uint32_t i = 0; i < view.synapses; ++i) to[view.cells[i]] = 1;
  });
  std::vector<std::uint32_t> result;
  for (std::uint32_t cell = 0; cell < cells; ++cell) {
    if (used[cell] != 0) result.push_back(cell);
  }
  return result;
}

std::uint8_t* put_varint(std::uint8_t* to, std::uint32_t value) {
  for (; value >= 0x80; value >>= 7) *to++ = static_cast<std::uint8_t>(value | 0x80);
  *to = static_cast<std::uint8_t>(value);
  return to + 1;
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

template <typename P>
void save_heads(const SynapseArena<P>& arena, std::uint32_t steps, std::uint64_t segments,
                base::ByteWriter& out) {
  constexpr std::size_t kLongestVarint = 5;
  std::uint8_t* const start =
      scratch(arena.columns() * kLongestVarint + segments * (2 + kLongestVarint));
  std::uint8_t* to = start;
  for (std::uint32_t column = 0; column < arena.columns(); ++column) {
    to = put_varint(to, arena.view(column).segments);
  }
  std::uint8_t* cell = to;
  std::uint8_t* count = cell + segments;
  to = count + segments;
  for_each_column(arena, [&](const ColumnView<P>& view) {
    for (std::uint32_t i = 0; i < view.segments; ++i) {
      const SegmentHead& head = view.heads[i];
      *cell++ = head.cell;
      *count++ = head.count;
      to = put_varint(to, steps - head.last_used);
    }
  });
  out.raw(text_of(start, to));
}

/// Each segment's cells as distances of their ranks among the cells in use.
template <typename P>
void save_synapses(const SynapseArena<P>& arena, std::uint32_t cells, std::uint64_t synapses,
                   base::ByteWriter& out) {
  const auto in_use = cells_in_use(arena, cells);
  save_cells(in_use, out);
  std::vector<std::uint32_t> ranks(cells, 0);
  for (std::size_t i = 0; i < in_use.size(); ++i) {
    ranks[in_use[i]] = static_cast<std::uint32_t>(i + 1);
  }
  std::uint8_t* const start = scratch(3 * synapses);
  std::uint8_t* to = start;
  for_each_column(arena, [&to, rank_of = ranks.data()](const ColumnView<P>& view) {
    const CellIndex* cell = view.cells;
    std::uint8_t* at = to;
    for (std::uint32_t s = 0; s < view.segments; ++s) {
      std::uint32_t last = 0;
      for (const CellIndex* const end = cell + view.heads[s].count; cell != end; ++cell) {
        const std::uint32_t rank = rank_of[*cell];
        at = put_distance(at, rank - last - 1);
        last = rank;
      }
    }
    to = at;
  });
  out.text(text_of(start, to));
}

template <typename P>
void save_permanences(const SynapseArena<P>& arena, P low, std::uint64_t synapses,
                      base::ByteWriter& out) {
  std::uint8_t* const start = scratch(synapses * sizeof(P));
  std::uint8_t* to = start;
  for_each_column(arena, [&to, low](const ColumnView<P>& view) {
    for (std::uint32_t i = 0; i < view.synapses; ++i) {
      const auto units = static_cast<P>(view.permanences[i] - low);
      to[i * sizeof(P)] = static_cast<std::uint8_t>(units);
      if constexpr (sizeof(P) == 2) to[2 * i + 1] = static_cast<std::uint8_t>(units >> 8);
    }
    to += view.synapses * sizeof(P);
  });
  out.raw(text_of(start, to));
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

template <typename P>
void save_segments(const SynapseArena<P>& arena, const MemoryUnits& units, std::uint32_t steps,
                   const MemoryCounts& counts, base::ByteWriter& out) {
  save_heads(arena, steps, counts.segments, out);
  save_synapses(arena, units.cells, counts.synapses, out);
  save_permanences(arena, lowest_permanence<P>(units), counts.synapses, out);
}

template void save_segments(const SynapseArena<std::uint8_t>&, const MemoryUnits&, std::uint32_t,
                            const MemoryCounts&, base::ByteWriter&);
template void save_segments(const SynapseArena<std::uint16_t>&, const MemoryUnits&, std::uint32_t,
                            const MemoryCounts&, base::ByteWriter&);

}  // namespace cortado::htm
