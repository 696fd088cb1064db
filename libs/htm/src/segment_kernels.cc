// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "segment_kernels.h"

#ifdef __AVX2__
#include <immintrin.h>
#endif

#include "kernel_bits.h"
#include "kernels.h"

namespace cortado::htm::CORTADO_KERNEL_SET {
namespace {

// --- Which cells a segment may grow to

constexpr std::uint32_t kTakenWords = kFlagTableCells / 64 + 1;

/// Switch on the ranks of the flagged synapses' cells.
void mark_taken(const CellIndex* cells, const std::uint8_t* flags, std::uint32_t count,
                const std::uint16_t* rank_of, std::uint64_t* taken) {
  for (std::uint32_t i = 0; i < count; i += kWord) {
    for (std::uint64_t bits = first(top_bits(flags + i), count - i); bits != 0; bits &= bits - 1) {
      const std::uint32_t rank =
          rank_of[cells[i + static_cast<std::uint32_t>(__builtin_ctzll(bits))]];
      taken[rank / 64] |= std::uint64_t{1} << rank % 64;
    }
  }
}

/// The same for ranks below 64, kept in a register.
std::uint64_t mark_few_taken(const CellIndex* cells, const std::uint8_t* flags, std::uint32_t count,
                             const std::uint16_t* rank_of, std::uint64_t taken) {
  for (std::uint32_t i = 0; i < count; i += kWord) {
    for (std::uint64_t bits = first(top_bits(flags + i), count - i); bits != 0; bits &= bits - 1) {
      const std::uint32_t rank =
          rank_of[cells[i + static_cast<std::uint32_t>(__builtin_ctzll(bits))]];
      taken |= std::uint64_t{1} << (rank & 63);
    }
  }
  return taken;
}

/// List the zeros below `ranks`.
std::uint32_t list_zeros(const std::uint64_t* taken, std::uint32_t ranks, std::uint16_t* free) {
  std::uint32_t found = 0;
  for (std::uint32_t base = 0; base < ranks; base += 8) {
    const auto byte = static_cast<std::uint32_t>(~taken[base / 64] >> base % 64 & 0xff);
    const std::uint8_t* const places = kBitPlaces.of[byte];
    std::uint16_t* const to = free + found;
    for (std::uint32_t i = 0; i < 8; ++i) to[i] = static_cast<std::uint16_t>(base + places[i]);
    found += count_ones(byte);
  }
  return found;
}

std::uint32_t find_free(const CellIndex* cells, const std::uint8_t* flags, std::uint32_t count,
                        const std::uint16_t* rank_of, std::uint32_t ranks, std::uint16_t* free) {
  std::uint64_t taken[kTakenWords];
  const std::uint32_t words = ranks / 64 + 1;
  for (std::uint32_t w = 0; w < words; ++w) taken[w] = 0;
  taken[words - 1] = ~std::uint64_t{0} << ranks % 64;  // rank `ranks` and those behind it
  if (words == 1) {
    taken[0] = mark_few_taken(cells, flags, count, rank_of, taken[0]);
  } else {
    mark_taken(cells, flags, count, rank_of, taken);
  }
  return list_zeros(taken, ranks, free);
}

// --- Synapses that go and come

constexpr std::uint32_t kRun = 16;  // synapses copied at once

/// Copy a run of synapses; up to kRun - 1 behind them are overwritten.
template <typename T>
inline void copy_run(T* __restrict to, const T* __restrict from, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; i += kRun) {
    __builtin_memcpy(to + i, from + i, kRun * sizeof(T));
  }
}

#ifdef __AVX2__
/// Which of kWord permanences are dead?
std::uint64_t dead_bits(const std::uint8_t* permanences, std::uint8_t dead) {
  const __m256i value = _mm256_set1_epi8(static_cast<char>(dead));
  return bits_of(_mm256_cmpeq_epi8(load_bytes(permanences), value)) |
         bits_of(_mm256_cmpeq_epi8(load_bytes(permanences + 32), value)) << 32;
}
std::uint64_t dead_bits(const std::uint16_t* permanences, std::uint16_t dead) {
  const __m256i value = _mm256_set1_epi16(static_cast<short>(dead));
  std::uint16_t flags[kWord];
  for (std::uint32_t i = 0; i < kWord; i += 16) {
    const __m256i equal = _mm256_cmpeq_epi16(load_bytes(permanences + i), value);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(flags + i), equal);
  }
  return top_bits(flags);
}

template <typename P>
std::uint32_t drop_dead(const SegmentChange<P>& c, CellIndex* __restrict cells,
                        P* __restrict permanences) {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  for (std::uint32_t i = 0; i < c.count; i += kWord) {
    std::uint64_t bits = first(dead_bits(c.permanences + i, c.dead), c.count - i);
    for (; bits != 0; bits &= bits - 1) {
      const std::uint32_t at = i + static_cast<std::uint32_t>(__builtin_ctzll(bits));
      copy_run(cells + to, c.cells + from, at - from);
      copy_run(permanences + to, c.permanences + from, at - from);
      to += at - from;
      from = at + 1;
    }
  }
  copy_run(cells + to, c.cells + from, c.count - from);
  copy_run(permanences + to, c.permanences + from, c.count - from);
  return to + c.count - from;
}

/// Return the place of the first cell not below `wanted`, of those from `from` on.
std::uint32_t place_of(const CellIndex* cells, std::uint32_t from, std::uint32_t count,
                       CellIndex wanted) {
  const __m256i value = _mm256_set1_epi16(static_cast<short>(wanted));
  for (; from < count; from += 16) {
    const __m256i below = _mm256_subs_epu16(value, load_bytes(cells + from));  // 0 = not below
    const std::uint64_t bits = bits_of(_mm256_cmpeq_epi16(below, _mm256_setzero_si256()));
    if (bits == 0) continue;
    const std::uint32_t at = from + static_cast<std::uint32_t>(__builtin_ctzll(bits)) / 2;
    return at < count ? at : count;
  }
  return count;
}
#else
template <typename P>
std::uint32_t drop_dead(const SegmentChange<P>& c, CellIndex* __restrict cells,
                        P* __restrict permanences) {
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < c.count; ++i) {
    cells[kept] = c.cells[i];
    permanences[kept] = c.permanences[i];
    kept += c.permanences[i] != c.dead ? 1 : 0;
  }
  return kept;
}

std::uint32_t place_of(const CellIndex* cells, std::uint32_t from, std::uint32_t count,
                       CellIndex wanted) {
  while (from < count && cells[from] < wanted) ++from;
  return from;
}
#endif

/// Write the segment's synapses and those that are added, none of them dead.
template <typename P>
std::uint32_t insert(const SegmentChange<P>& c, CellIndex* __restrict cells,
                     P* __restrict permanences) {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  for (std::uint32_t i = 0; i < c.added_count; ++i, ++to) {
    const std::uint32_t at = place_of(c.cells, from, c.count, c.added[i]);
    copy_run(cells + to, c.cells + from, at - from);
    copy_run(permanences + to, c.permanences + from, at - from);
    to += at - from;
    from = at;
    cells[to] = c.added[i];
    permanences[to] = c.initial;
  }
  copy_run(cells + to, c.cells + from, c.count - from);
  copy_run(permanences + to, c.permanences + from, c.count - from);
  return to + c.count - from;
}

template <typename P>
std::uint32_t merge(const SegmentChange<P>& change, CellIndex* cells, P* permanences) {
  const SegmentChange<P> all = change;
  if (!all.died) return insert(all, cells, permanences);
  if (all.added_count == 0) return drop_dead(all, cells, permanences);
  CellIndex kept_cells[kMergedRoom];
  P kept_permanences[kMergedRoom];
  SegmentChange<P> kept = all;
  kept.count = drop_dead(all, kept_cells, kept_permanences);
  kept.cells = kept_cells;
  kept.permanences = kept_permanences;
  return insert(kept, cells, permanences);
}

}  // namespace

extern const SegmentKernels kSegmentKernels{find_free, merge, merge};

}  // namespace cortado::htm::CORTADO_KERNEL_SET
