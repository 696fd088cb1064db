// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "memory_kernels.h"

#include <cstring>

#ifdef __AVX2__
#include <immintrin.h>
#endif

#include "kernels.h"

namespace cortado::htm::CORTADO_KERNEL_SET {
namespace {

constexpr std::uint32_t kChunk = 32;  // permanences moved at once
constexpr std::uint32_t kWord = 64;   // synapses counted at once

/// The top bits of kWord bytes or words.
#if defined(__AVX512BW__)
std::uint64_t top_bits(const std::uint8_t* bytes) {
  return _mm512_movepi8_mask(_mm512_loadu_si512(bytes));
}
std::uint64_t top_bits(const std::uint16_t* words) {
  return _mm512_movepi16_mask(_mm512_loadu_si512(words)) |
         std::uint64_t{_mm512_movepi16_mask(_mm512_loadu_si512(words + 32))} << 32;
}
#elif defined(__AVX2__)
std::uint64_t bits_of(__m256i bytes) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(bytes));
}
__m256i load(const void* from) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(from));
}
std::uint64_t top_bits(const std::uint8_t* bytes) {
  return bits_of(load(bytes)) | bits_of(load(bytes + 32)) << 32;
}
std::uint64_t top_bits(const std::uint16_t* words) {
  const __m256i low = _mm256_packs_epi16(load(words), load(words + 16));
  const __m256i high = _mm256_packs_epi16(load(words + 32), load(words + 48));
  return bits_of(_mm256_permute4x64_epi64(low, 0b11'01'10'00)) |
         bits_of(_mm256_permute4x64_epi64(high, 0b11'01'10'00)) << 32;
}
#else
std::uint64_t top_bits(const std::uint8_t* bytes) {
  std::uint64_t bits = 0;
  for (std::uint32_t i = 0; i < kWord; i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + i, sizeof word);
    bits |= ((word >> 7 & 0x0101010101010101U) * 0x0102040810204080U >> 56) << i;
  }
  return bits;
}
std::uint64_t top_bits(const std::uint16_t* words) {
  std::uint8_t high[kWord];
  for (std::uint32_t i = 0; i < kWord; ++i) high[i] = static_cast<std::uint8_t>(words[i] >> 8);
  return top_bits(high);
}
#endif

std::uint64_t first(std::uint64_t bits, std::uint32_t count) {
  return count < kWord ? bits & ((std::uint64_t{1} << count) - 1) : bits;
}

std::uint32_t count_ones(std::uint64_t bits) {
#ifdef __POPCNT__
  return static_cast<std::uint32_t>(__builtin_popcountll(bits));
#else
  bits -= bits >> 1 & 0x5555555555555555U;
  bits = (bits & 0x3333333333333333U) + (bits >> 2 & 0x3333333333333333U);
  return static_cast<std::uint32_t>(((bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0fU) *
                                        0x0101010101010101U >>
                                    56);
#endif
}

#ifdef __AVX512VBMI__
/// Look up kWord cells in a table of kBitTableCells bits, which sixteen registers hold: a byte's
/// low seven bits choose within two of them, the three bits above which two.
class BitTable {
 public:
  explicit BitTable(const std::uint8_t* bits) {
    for (int i = 0; i < 16; ++i) rows_[i] = _mm512_loadu_si512(bits + 64 * i);
  }
  __m512i flags(const CellIndex* cells) const {
    const __m512i a = _mm512_loadu_si512(cells);
    const __m512i b = _mm512_loadu_si512(cells + 32);
    const __m512i even = _mm512_loadu_si512(kEven);
    const __m512i low = _mm512_permutex2var_epi8(a, even, b);
    const __m512i high =
        _mm512_permutex2var_epi8(a, _mm512_or_si512(even, _mm512_set1_epi8(1)), b);
    const __m512i byte =
        _mm512_or_si512(_mm512_and_si512(_mm512_srli_epi16(low, 3), _mm512_set1_epi8(0x1f)),
                        _mm512_and_si512(_mm512_slli_epi16(high, 5), _mm512_set1_epi8(0x60)));
    const __mmask64 bit2 = _mm512_test_epi8_mask(high, _mm512_set1_epi8(4));
    const __mmask64 bit3 = _mm512_test_epi8_mask(high, _mm512_set1_epi8(8));
    const __mmask64 bit4 = _mm512_test_epi8_mask(high, _mm512_set1_epi8(16));
    __m512i part[4];
    for (int i = 0; i < 4; ++i) {
      const __m512i zero = _mm512_permutex2var_epi8(rows_[4 * i], byte, rows_[4 * i + 1]);
      const __m512i one = _mm512_permutex2var_epi8(rows_[4 * i + 2], byte, rows_[4 * i + 3]);
      part[i] = _mm512_mask_blend_epi8(bit2, zero, one);
    }
    const __m512i lower = _mm512_mask_blend_epi8(bit3, part[0], part[1]);
    const __m512i upper = _mm512_mask_blend_epi8(bit3, part[2], part[3]);
    const __m512i found = _mm512_mask_blend_epi8(bit4, lower, upper);
    const __m512i bit = _mm512_shuffle_epi8(
        _mm512_set1_epi64(static_cast<long long>(0x8040201008040201U)),
        _mm512_and_si512(low, _mm512_set1_epi8(7)));
    return _mm512_movm_epi8(_mm512_test_epi8_mask(found, bit));
  }

 private:
  alignas(64) static constexpr std::uint8_t kEven[64] = {
      0,  2,  4,  6,  8,  10, 12, 14, 16,  18,  20,  22,  24,  26,  28,  30,
      32, 34, 36, 38, 40, 42, 44, 46, 48,  50,  52,  54,  56,  58,  60,  62,
      64, 66, 68, 70, 72, 74, 76, 78, 80,  82,  84,  86,  88,  90,  92,  94,
      96, 98, 100, 102, 104, 106, 108, 110, 112, 114, 116, 118, 120, 122, 124, 126};
  __m512i rows_[16];
};
#endif

void look_up(const CellIndex* __restrict cells, std::uint32_t count, const CellFlags& flags,
             std::uint8_t* __restrict out) {
#ifdef __AVX512VBMI__
  if (flags.cells <= kBitTableCells) {
    const BitTable table(flags.bits);
    for (std::uint32_t i = 0; i < count; i += kWord) {
      _mm512_storeu_si512(out + i, table.flags(cells + i));
    }
    return;
  }
#endif
  const std::uint8_t* __restrict const bytes = flags.bytes;
  std::size_t i = 0;
#ifdef __AVX2__
  for (; i + 16 <= count; i += 16) {
    const CellIndex* const c = cells + i;
    __m128i v = _mm_cvtsi32_si128(bytes[c[0]]);
    v = _mm_insert_epi8(v, bytes[c[1]], 1);
    v = _mm_insert_epi8(v, bytes[c[2]], 2);
    v = _mm_insert_epi8(v, bytes[c[3]], 3);
    v = _mm_insert_epi8(v, bytes[c[4]], 4);
    v = _mm_insert_epi8(v, bytes[c[5]], 5);
    v = _mm_insert_epi8(v, bytes[c[6]], 6);
    v = _mm_insert_epi8(v, bytes[c[7]], 7);
    v = _mm_insert_epi8(v, bytes[c[8]], 8);
    v = _mm_insert_epi8(v, bytes[c[9]], 9);
    v = _mm_insert_epi8(v, bytes[c[10]], 10);
    v = _mm_insert_epi8(v, bytes[c[11]], 11);
    v = _mm_insert_epi8(v, bytes[c[12]], 12);
    v = _mm_insert_epi8(v, bytes[c[13]], 13);
    v = _mm_insert_epi8(v, bytes[c[14]], 14);
    v = _mm_insert_epi8(v, bytes[c[15]], 15);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + i), v);
  }
#else
  for (; i + 8 <= count; i += 8) {
    for (std::uint32_t j = 0; j < 8; ++j) out[i + j] = bytes[cells[i + j]];
  }
#endif
  for (; i < count; ++i) out[i] = bytes[cells[i]];
}

template <typename P>
std::uint32_t find_active(const ColumnSynapses<P>& column, std::uint32_t threshold,
                          std::uint8_t* __restrict potentials, ActiveSegment* __restrict active) {
  const SegmentHead* const heads = column.heads;
  const std::uint8_t* const flags = column.flags;
  const P* const permanences = column.permanences;
  const std::uint32_t segments = column.segments;
  std::uint32_t found = 0;
  std::uint32_t at = 0;
  for (std::uint32_t s = 0; s < segments; ++s) {
    const std::uint32_t count = heads[s].count;
    std::uint64_t bits = first(top_bits(flags + at), count);
    std::uint32_t potential = count_ones(bits);
    std::uint32_t connected = count_ones(bits & top_bits(permanences + at));
    for (std::uint32_t i = kWord; i < count; i += kWord) {
      bits = first(top_bits(flags + at + i), count - i);
      potential += count_ones(bits);
      connected += count_ones(bits & top_bits(permanences + at + i));
    }
    potentials[s] = static_cast<std::uint8_t>(potential);
    active[found] = {s, at, false};
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
void adapt(const ColumnSynapses<P>& column, ActiveSegment* segments, std::uint32_t count,
           const PermanenceRules<P>& rules) {
  const ColumnSynapses<P> c = column;
  const PermanenceRules<P> r = rules;
  for (std::uint32_t s = 0; s < count; ++s) {
    const std::uint32_t at = segments[s].first;
    const std::uint32_t synapses = c.heads[segments[s].index].count;
    P lowest = r.high;
    for (std::uint32_t i = 0; i < synapses; i += kChunk) {
      lowest = least(lowest, adapt_chunk(c.permanences + at + i, c.flags + at + i,
                                         inside(synapses - i), r));
    }
    segments[s].died = lowest == r.low;
  }
}

}  // namespace

extern const MemoryKernels memory_kernels{look_up, {find_active, adapt}, {find_active, adapt}};

}  // namespace cortado::htm::CORTADO_KERNEL_SET
