// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "transition_kernels.h"

#ifdef __AVX2__
#include <immintrin.h>
#endif

#include "kernels.h"

namespace cortado::htm::CORTADO_KERNEL_SET {
namespace {

constexpr std::uint32_t kSynapses = 16;
constexpr int kHighest = 250;

#if defined(__AVX512BW__)
// The forms with a mask, since g++ 12 warns of the others' undefined registers (GCC bug 105593).
constexpr __mmask16 kAll = 0xffff;

/// The whole set of previous columns, in four registers.
struct Previous {
  explicit Previous(const std::uint64_t* bits)
      : a(_mm512_loadu_si512(bits)),
        b(_mm512_loadu_si512(bits + 8)),
        c(_mm512_loadu_si512(bits + 16)),
        d(_mm512_loadu_si512(bits + 24)) {}

  std::uint32_t has(const std::uint16_t* columns) const {
    const __m256i narrow = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(columns));
    const __m512i column = _mm512_maskz_cvtepu16_epi32(kAll, narrow);
    const __m512i word = _mm512_maskz_srli_epi32(kAll, column, 5);
    const __m512i low = _mm512_permutex2var_epi32(a, word, b);
    const __m512i high = _mm512_permutex2var_epi32(c, word, d);
    const __mmask16 is_high = _mm512_test_epi32_mask(word, _mm512_set1_epi32(32));
    const __m512i bits = _mm512_mask_blend_epi32(is_high, low, high);
    const __m512i place = _mm512_and_si512(column, _mm512_set1_epi32(31));
    return _mm512_test_epi32_mask(_mm512_maskz_srlv_epi32(kAll, bits, place), _mm512_set1_epi32(1));
  }

  __m512i a, b, c, d;
};

std::uint32_t at_least(const std::uint8_t* permanences, std::uint8_t least) {
  const __m128i all = _mm_loadu_si128(reinterpret_cast<const __m128i*>(permanences));
  return _mm_cmpge_epu8_mask(all, _mm_set1_epi8(static_cast<char>(least)));
}
#elif defined(__AVX2__)
struct Previous {
  explicit Previous(const std::uint64_t* bits_in) : bits(reinterpret_cast<const int*>(bits_in)) {}

  std::uint32_t eight(const std::uint16_t* columns) const {
    const __m128i narrow = _mm_loadu_si128(reinterpret_cast<const __m128i*>(columns));
    const __m256i column = _mm256_cvtepu16_epi32(narrow);
    const __m256i words = _mm256_i32gather_epi32(bits, _mm256_srli_epi32(column, 5), 4);
    const __m256i place = _mm256_and_si256(column, _mm256_set1_epi32(31));
    const __m256i shifted = _mm256_slli_epi32(_mm256_srlv_epi32(words, place), 31);
    return static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(shifted)));
  }
  std::uint32_t has(const std::uint16_t* columns) const {
    return eight(columns) | eight(columns + 8) << 8;
  }

  const int* bits;
};

std::uint32_t at_least(const std::uint8_t* permanences, std::uint8_t least) {
  const __m128i all = _mm_loadu_si128(reinterpret_cast<const __m128i*>(permanences));
  const __m128i higher = _mm_max_epu8(all, _mm_set1_epi8(static_cast<char>(least)));
  return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(all, higher)));
}
#else
struct Previous {
  explicit Previous(const std::uint64_t* bits_in) : bits(bits_in) {}

  std::uint32_t has(const std::uint16_t* columns) const {
    std::uint32_t mask = 0;
    for (std::uint32_t i = 0; i < kSynapses; ++i) {
      mask |= static_cast<std::uint32_t>(bits[columns[i] / 64] >> (columns[i] % 64) & 1) << i;
    }
    return mask;
  }

  const std::uint64_t* bits;
};

std::uint32_t at_least(const std::uint8_t* permanences, std::uint8_t least) {
  std::uint32_t mask = 0;
  for (std::uint32_t i = 0; i < kSynapses; ++i) {
    mask |= static_cast<std::uint32_t>(permanences[i] >= least) << i;
  }
  return mask;
}
#endif

#ifdef __POPCNT__
std::uint8_t count_ones(std::uint32_t bits) {
  return static_cast<std::uint8_t>(__builtin_popcount(bits));
}
#else
/// Of 16 bits.
std::uint8_t count_ones(std::uint32_t bits) {
  bits -= bits >> 1 & 0x5555U;
  bits = (bits & 0x3333U) + (bits >> 2 & 0x3333U);
  bits = (bits + (bits >> 4)) & 0x0f0fU;
  return static_cast<std::uint8_t>((bits + (bits >> 8)) & 0x1fU);
}
#endif

void find_active(const TransitionSegment* segments, const std::uint16_t* numbers,
                 std::uint32_t count, const std::uint64_t* previous, std::uint8_t connected,
                 SegmentMatch* matches) {
  const Previous set(previous);
  for (std::uint32_t i = 0; i < count; ++i) {
    const TransitionSegment& segment = segments[numbers[i]];
    const std::uint32_t active = set.has(segment.columns) & at_least(segment.permanences, 1);
    const std::uint32_t firm = active & at_least(segment.permanences, connected);
    matches[i] = {static_cast<std::uint16_t>(active), count_ones(active), count_ones(firm)};
  }
}

void adapt(TransitionSegment& segment, std::uint16_t active, std::uint8_t increment,
           std::uint8_t decrement) {
  for (std::uint32_t i = 0; i < kSynapses; ++i) {
    const int before = segment.permanences[i];
    const int up = before + increment < kHighest ? before + increment : kHighest;
    const int down = before > decrement ? before - decrement : 0;
    segment.permanences[i] = static_cast<std::uint8_t>((active >> i & 1) != 0 ? up : down);
  }
}

}  // namespace

const TransitionKernels kTransitionKernels{find_active, adapt};

}  // namespace cortado::htm::CORTADO_KERNEL_SET
