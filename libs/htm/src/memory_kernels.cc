// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "memory_kernels.h"

#ifdef __AVX2__
#include <immintrin.h>
#endif

#include "flag_table.h"
#include "kernel_bits.h"
#include "kernels.h"
#include "permanence_lanes.h"
#include "segment_search.h"
#include "target_kernels.h"

namespace cortado::htm::CORTADO_KERNEL_SET {
namespace {

/// Write the top bit of each flag or permanence, and of some behind them.
template <typename T>
void pack(const T* values, std::uint32_t count, std::uint8_t* bits) {
  for (const T* const end = values + count; values < end; values += kWord, bits += kWord / 8) {
    store_bits(bits, top_bits(values));
  }
}

/// Write what `flags` has for each cell, as bytes and as bits.
void look_up(const CellIndex* __restrict cells, std::uint32_t count,
             const std::uint8_t* __restrict flags, std::uint8_t* __restrict out,
             std::uint8_t* __restrict bits) {
#ifdef __AVX2__
  for (std::size_t i = 0; i < count; i += 16, bits += 2) {
    const CellIndex* const c = cells + i;  // insertion beats a gather and single bytes
    __m128i v = _mm_cvtsi32_si128(flags[c[0]]);
    v = _mm_insert_epi8(v, flags[c[1]], 1);
    v = _mm_insert_epi8(v, flags[c[2]], 2);
    v = _mm_insert_epi8(v, flags[c[3]], 3);
    v = _mm_insert_epi8(v, flags[c[4]], 4);
    v = _mm_insert_epi8(v, flags[c[5]], 5);
    v = _mm_insert_epi8(v, flags[c[6]], 6);
    v = _mm_insert_epi8(v, flags[c[7]], 7);
    v = _mm_insert_epi8(v, flags[c[8]], 8);
    v = _mm_insert_epi8(v, flags[c[9]], 9);
    v = _mm_insert_epi8(v, flags[c[10]], 10);
    v = _mm_insert_epi8(v, flags[c[11]], 11);
    v = _mm_insert_epi8(v, flags[c[12]], 12);
    v = _mm_insert_epi8(v, flags[c[13]], 13);
    v = _mm_insert_epi8(v, flags[c[14]], 14);
    v = _mm_insert_epi8(v, flags[c[15]], 15);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + i), v);
    const auto sixteen = static_cast<std::uint16_t>(_mm_movemask_epi8(v));
    __builtin_memcpy(bits, &sixteen, sizeof sixteen);
  }
#else
  for (std::size_t i = 0; i < count; i += 8) {
    for (std::size_t j = 0; j < 8; ++j) out[i + j] = flags[cells[i + j]];
  }
  pack(out, count, bits);
#endif
}

/// A segment's potential and how many of these synapses are connected.
struct Activity {
  std::uint32_t potential;
  std::uint32_t connected;
};

Activity look_at(const std::uint8_t* flag_bits, const std::uint8_t* connected_bits,
                 std::uint32_t at, std::uint32_t count) {
  const std::uint64_t active = first(load_bits(flag_bits + at / 8) >> at % 8, count);
  return {count_ones(active), count_ones(active & load_bits(connected_bits + at / 8) >> at % 8)};
}

__attribute__((noinline)) Activity look_at_long(const std::uint8_t* flag_bits,
                                                const std::uint8_t* connected_bits,
                                                std::uint32_t at, std::uint32_t count) {
  Activity sum{0, 0};
  for (std::uint32_t i = 0; i < count; i += kShort) {
    const std::uint32_t left = count - i < kShort ? count - i : kShort;
    const Activity part = look_at(flag_bits, connected_bits, at + i, left);
    sum = {sum.potential + part.potential, sum.connected + part.connected};
  }
  return sum;
}

template <typename P>
std::uint32_t find_active_singly(const ColumnTask<P>& task, const ScanRoom& room,
                                 std::uint32_t threshold) {
  const SegmentHead* const heads = task.heads;
  const std::uint32_t segments = task.segments;
  const std::uint8_t* const flag_bits = room.flag_bits + task.first_synapse / 8;
  const std::uint8_t* const connected_bits = room.connected_bits + task.first_synapse / 8;
  std::uint8_t* const potentials = room.potentials + task.first_segment;
  SegmentMark* mark = room.marks + task.first_segment;
  std::uint32_t at = 0;
  for (std::uint32_t s = 0; s < segments; ++s) {
    const std::uint32_t count = heads[s].count;
    const Activity activity = count <= kShort ? look_at(flag_bits, connected_bits, at, count)
                                              : look_at_long(flag_bits, connected_bits, at, count);
    potentials[s] = static_cast<std::uint8_t>(activity.potential);
    *mark = {at, static_cast<std::uint16_t>(s), static_cast<std::uint8_t>(activity.potential), 0};
    mark += activity.connected >= threshold ? 1 : 0;
    at += count;
  }
  return static_cast<std::uint32_t>(mark - (room.marks + task.first_segment));
}

/// Mark a column's active segments; return how many.
template <typename P>
std::uint32_t find_active(const ColumnTask<P>& task, const ScanRoom& room,
                          std::uint32_t threshold) {
#ifdef __AVX512VBMI__
  SegmentSearch search(room.flag_bits + task.first_synapse / 8,
                       room.connected_bits + task.first_synapse / 8, threshold);
  const std::uint32_t segments = task.segments;
  SegmentMark* mark = room.marks + task.first_segment;
  std::uint8_t* const potentials = room.potentials + task.first_segment;
  std::uint32_t s = 0;
  while (s < segments && search.take(task.heads + s, segments - s, potentials + s, mark)) {
    s += SegmentSearch::kSegments;
  }
  if (s >= segments) return static_cast<std::uint32_t>(mark - (room.marks + task.first_segment));
#endif
  return find_active_singly(task, room, threshold);
}

// --- Learning

template <typename P>
void adapt(const ColumnTask<P>& task, const ScanRoom& room, SegmentMark* marks, std::uint32_t count,
           const PermanenceRules<P>& rules) {
  const LaneRules<P> lanes(rules);
  const std::uint8_t* const flags = room.flags + task.first_synapse;
  for (SegmentMark* mark = marks; mark != marks + count; ++mark) {
    mark->died = adapt_segment<true>(task.permanences + mark->first, flags + mark->first,
                                     task.heads[mark->index].count, lanes);
  }
}

/// The active segments of a column learn.
template <typename P>
void learn(ColumnTask<P>& to_learn, const ScanRoom& room, const LaneRules<P>& rules,
           std::uint32_t step, std::uint32_t wanted) {
  const ColumnTask<P> task = to_learn;
  const std::uint8_t* const flags = room.flags + task.first_synapse;
  P* const permanences = task.permanences;
  SegmentMark* const marks = room.marks + task.first_segment;
  std::uint64_t cells = 0;
  std::uint32_t unfinished = 0;
  for (SegmentMark *mark = marks, *const end = marks + task.active; mark != end; ++mark) {
    SegmentHead& head = task.heads[mark->index];
    head.last_used = step;
    cells |= std::uint64_t{1} << (head.cell & 63);
    const std::uint8_t died =
        adapt_segment<false>(permanences + mark->first, flags + mark->first, head.count, rules);
    mark->died = died;
    unfinished |= died | (mark->potential < wanted ? 1U : 0U);
  }
  to_learn.active_cells = cells;
  to_learn.unfinished = unfinished;
}

template <typename P>
std::uint64_t cells_of(const ColumnTask<P>& task, const ScanRoom& room) {
  const SegmentMark* const marks = room.marks + task.first_segment;
  std::uint64_t cells = 0;
  for (const SegmentMark* mark = marks; mark != marks + task.active; ++mark) {
    cells |= std::uint64_t{1} << (task.heads[mark->index].cell & 63);
  }
  return cells;
}

/// Flags of all synapses, as bytes and as bits.
template <typename P>
__attribute__((noinline)) void look_up_all(const ColumnTask<P>* tasks, const ColumnTask<P>* end,
                                           const ScanRoom& room) {
#ifdef __AVX512BW__
  if (room.cells <= FlagTable::kCells) {
    const FlagTable table(room.cell_flags);
    for (const ColumnTask<P>* task = tasks; task != end; ++task) {
      const std::uint32_t at = task->first_synapse;
      table.look_up(task->cells, task->synapses, room.flags + at, room.flag_bits + at / 8);
    }
    return;
  }
#endif
  for (const ColumnTask<P>* task = tasks; task != end; ++task) {
    const std::uint32_t at = task->first_synapse;
    look_up(task->cells, task->synapses, room.cell_flags, room.flags + at, room.flag_bits + at / 8);
  }
}

// Each pass is a function of its own, so that its loop has all registers for itself.

template <typename P>
__attribute__((noinline)) void pack_all(const ColumnTask<P>* tasks, const ColumnTask<P>* end,
                                        std::uint8_t* connected_bits) {
  for (const ColumnTask<P>* task = tasks; task != end; ++task) {
    pack(task->permanences, task->synapses, connected_bits + task->first_synapse / 8);
  }
}

template <typename P>
__attribute__((noinline)) void find_all(ColumnTask<P>* tasks, const ColumnTask<P>* end,
                                        const ScanRoom& room_in, std::uint32_t threshold) {
  const ScanRoom room = room_in;
  for (ColumnTask<P>* task = tasks; task != end; ++task) {
    task->active = find_active(*task, room, threshold);
  }
}

template <typename P>
__attribute__((noinline)) void learn_all(ColumnTask<P>* tasks, const ColumnTask<P>* end,
                                         const ScanRoom& room_in,
                                         const SegmentLearning<P>& learning) {
  const ScanRoom room = room_in;
  const LaneRules<P> rules(learning.rules);
  const std::uint32_t step = learning.step;
  const std::uint32_t wanted = learning.wanted;
  for (ColumnTask<P>* task = tasks; task != end; ++task) {
    learn(*task, room, rules, step, wanted);
  }
}

/// One pass after the other over all columns, so that no pass waits for what it has just written.
template <typename P>
void scan(ColumnTask<P>* tasks, std::uint32_t count, const ScanRoom& room, std::uint32_t threshold,
          const SegmentLearning<P>* learning) {
  ColumnTask<P>* const end = tasks + count;
  look_up_all<P>(tasks, end, room);
  pack_all<P>(tasks, end, room.connected_bits);
  find_all<P>(tasks, end, room, threshold);
  if (learning != nullptr) {
    learn_all<P>(tasks, end, room, *learning);
    return;
  }
  for (ColumnTask<P>* task = tasks; task != end; ++task) task->active_cells = cells_of(*task, room);
}

inline void put_eight(const std::uint8_t* __restrict places, std::uint32_t first,
                      std::uint32_t* __restrict to) {
  for (std::uint32_t i = 0; i < 8; ++i) to[i] = first + places[i];
}

std::uint32_t list_cells(const CellBits& cells, std::uint32_t* to) {
  const CellBits all = cells;
  const std::uint64_t* word = all.bits;
  std::uint32_t* end = to;
  for (std::uint32_t c = 0; c < all.count; ++c) {
    std::uint32_t first = all.columns[c] * all.cells_per_column;
    for (std::uint32_t w = 0; w < all.words; ++w, first += 64) {
      std::uint32_t at = first;
      for (std::uint64_t bits = *word++; bits != 0; bits >>= 8, at += 8) {
        put_eight(kBitPlaces.of[bits & 0xff], at, end);
        end += count_ones(bits & 0xff);
      }
    }
  }
  return static_cast<std::uint32_t>(end - to);
}

}  // namespace

extern const MemoryKernels kMemoryKernels{find_columns, list_cells, {scan, adapt}, {scan, adapt}};

}  // namespace cortado::htm::CORTADO_KERNEL_SET
