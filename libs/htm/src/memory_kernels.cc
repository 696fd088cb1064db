// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "memory_kernels.h"

#ifdef __AVX2__
#include <immintrin.h>
#endif

#include "kernel_bits.h"
#include "kernels.h"

namespace cortado::htm::CORTADO_KERNEL_SET {
namespace {

constexpr std::uint32_t kChunk = 32;  // permanences moved at once

void look_up(const CellIndex* __restrict cells, std::uint32_t count,
             const std::uint8_t* __restrict flags, std::uint8_t* __restrict out) {
#ifdef __AVX2__
  for (std::size_t i = 0; i < count; i += 16) {  // insertion beats a gather and single bytes
    const CellIndex* const c = cells + i;
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
  }
#else
  for (std::size_t i = 0; i < count; i += 8) {
    for (std::size_t j = 0; j < 8; ++j) out[i + j] = flags[cells[i + j]];
  }
#endif
}

constexpr std::uint32_t kRow = 8;     // words of a row counted at once
constexpr std::uint32_t kPlanes = 8;  // bits of a column's count

/// Counts of kRow x 64 columns, bit by bit; `over` has a 1 where a count had one bit too many.
struct ColumnCounts {
  alignas(64) std::uint64_t planes[kPlanes][kRow];
  alignas(64) std::uint64_t over[kRow];
};

void add_row(const std::uint64_t* __restrict row, std::uint32_t planes,
             ColumnCounts& __restrict counts) {
  alignas(64) std::uint64_t carry[kRow];
  for (std::uint32_t j = 0; j < kRow; ++j) carry[j] = row[j];
  for (std::uint32_t p = 0; p < planes; ++p) {
    for (std::uint32_t j = 0; j < kRow; ++j) {
      const std::uint64_t both = counts.planes[p][j] & carry[j];
      counts.planes[p][j] ^= carry[j];
      carry[j] = both;
    }
  }
  for (std::uint32_t j = 0; j < kRow; ++j) counts.over[j] |= carry[j];
}

/// Compare the counts with the threshold, from the highest bit down.
void compare(const ColumnCounts& counts, std::uint32_t planes, std::uint32_t threshold,
             std::uint64_t* columns) {
  for (std::uint32_t j = 0; j < kRow; ++j) {
    std::uint64_t above = counts.over[j];
    std::uint64_t equal = ~above;
    for (std::uint32_t p = planes; p-- > 0;) {
      const std::uint64_t plane = counts.planes[p][j];
      if ((threshold >> p & 1) != 0) {
        equal &= plane;
      } else {
        above |= equal & plane;
        equal &= ~plane;
      }
    }
    columns[j] = above | equal;
  }
}

void find_columns(const std::uint64_t* const* rows, std::uint32_t count, std::uint32_t words,
                  std::uint32_t threshold, std::uint64_t* columns) {
  std::uint32_t planes = 0;  // the fewest that hold the threshold
  while (threshold >> planes != 0) ++planes;
  for (std::uint32_t w = 0; w < words; w += kRow) {
    ColumnCounts counts = {};
    for (std::uint32_t r = 0; r < count; ++r) add_row(rows[r] + w, planes, counts);
    compare(counts, planes, threshold, columns + w);
  }
}

template <typename P>
std::uint32_t find_active(const ColumnSynapses<P>& column, std::uint32_t threshold,
                          std::uint8_t* __restrict potentials, SegmentMark* __restrict active) {
  const ColumnSynapses<P> c = column;
  std::uint32_t found = 0;
  std::uint32_t at = 0;
  for (std::uint32_t s = 0; s < c.segments; ++s) {
    const std::uint32_t count = c.heads[s].count;
    std::uint64_t bits = first(top_bits(c.flags + at), count);
    std::uint32_t potential = count_ones(bits);
    std::uint32_t connected = count_ones(bits & top_bits(c.permanences + at));
    for (std::uint32_t i = kWord; i < count; i += kWord) {
      bits = first(top_bits(c.flags + at + i), count - i);
      potential += count_ones(bits);
      connected += count_ones(bits & top_bits(c.permanences + at + i));
    }
    potentials[s] = static_cast<std::uint8_t>(potential);
    active[found] = {at, static_cast<std::uint16_t>(s), 0};
    found += connected >= threshold ? 1 : 0;
    at += count;
  }
  return found;
}

template <typename P>
constexpr P least(P a, P b) {
  return a < b ? a : b;
}
template <typename P>
constexpr P most(P a, P b) {
  return a < b ? b : a;
}

/// From kChunk - n bytes of it on lies a mask of the first n of kChunk synapses.
alignas(64) constexpr std::uint8_t kInside[2 * kChunk] = {
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};

const std::uint8_t* inside(std::uint32_t left) {
  return kInside + (left < kChunk ? kChunk - left : 0);
}

/// Raise and lower those of kChunk permanences that are inside the segment; return the lowest.
template <typename P>
P adapt_chunk(P* __restrict permanences, const std::uint8_t* __restrict flags,
              const std::uint8_t* __restrict inside, const PermanenceRules<P> rules) {
  P lowest = rules.high;
  for (std::uint32_t i = 0; i < kChunk; ++i) {
    const auto flagged = static_cast<P>(static_cast<std::int8_t>(flags[i]));
    const auto valid = static_cast<P>(static_cast<std::int8_t>(inside[i]));
    const auto up = static_cast<P>(flagged & rules.flagged_gain);
    const auto down =
        static_cast<P>((flagged & rules.flagged_loss) | (~flagged & rules.other_loss));
    const P old = permanences[i];
    P value = least(old, static_cast<P>(rules.high - up));
    value = static_cast<P>(value + up);
    value = most(value, static_cast<P>(rules.low + down));
    value = static_cast<P>(value - down);
    value = static_cast<P>((value & valid) | (old & ~valid));
    permanences[i] = value;
    lowest = least(lowest, static_cast<P>(value | ~valid));
  }
  return lowest;
}

template <typename P>
void adapt(const ColumnSynapses<P>& column, SegmentMark* segments, std::uint32_t count,
           const PermanenceRules<P>& rules) {
  const ColumnSynapses<P> c = column;
  const PermanenceRules<P> r = rules;
  for (std::uint32_t s = 0; s < count; ++s) {
    const std::uint32_t at = segments[s].first;
    const std::uint32_t synapses = c.heads[segments[s].index].count;
    P lowest = r.high;
    for (std::uint32_t i = 0; i < synapses; i += kChunk) {
      lowest = least(
          lowest, adapt_chunk(c.permanences + at + i, c.flags + at + i, inside(synapses - i), r));
    }
    segments[s].died = lowest == r.low ? 1 : 0;
  }
}

}  // namespace

extern const MemoryKernels kMemoryKernels{
    look_up, find_columns, {find_active, adapt}, {find_active, adapt}};

}  // namespace cortado::htm::CORTADO_KERNEL_SET
