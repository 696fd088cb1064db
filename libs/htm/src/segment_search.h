// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel_bits.h"
#include "memory_kernels.h"

#ifdef __AVX512VBMI__
namespace cortado::htm::CORTADO_KERNEL_SET {
namespace {

/// Looks at eight segments of a column at once, none of which has more than kShort synapses.
class SegmentSearch {
 public:
  static constexpr std::uint32_t kSegments = 8;

  SegmentSearch(const std::uint8_t* flag_bits, const std::uint8_t* connected_bits,
                std::uint32_t threshold)
      : flag_bits_(flag_bits),
        connected_bits_(connected_bits),
        threshold_(_mm512_set1_epi64(threshold)) {}

  /// Take the next segments, as many as there are of `left`; false, and nothing taken, if one is
  /// too long. Write the potentials of eight; put the marks of the active ones at `mark`, room for
  /// eight, and move it behind them.
  bool take(const SegmentHead* heads, std::uint32_t left, std::uint8_t* potentials,
            SegmentMark*& mark) {
    const auto mine = static_cast<__mmask8>(first(0xff, left));
    const __m512i count = counts(heads, mine);
    if (_mm512_cmpgt_epu64_mask(count, _mm512_set1_epi64(kShort)) != 0) return false;
    const __m512i ends = sums(count);
    const __m512i at = _mm512_add_epi64(_mm512_set1_epi64(first_), _mm512_sub_epi64(ends, count));
    // Eight such segments lie within a register from the first one's byte on.
    const __m512i place =
        _mm512_sub_epi64(at, _mm512_set1_epi64(static_cast<std::int64_t>(first_ / 8 * 8)));
    const __m512i behind = _mm512_maskz_sllv_epi64(kAll, _mm512_set1_epi64(-1), count);
    const __m512i active =
        _mm512_maskz_andnot_epi64(kAll, behind, bits(flag_bits_ + first_ / 8, place));
    const __m512i connected = _mm512_and_si512(active, bits(connected_bits_ + first_ / 8, place));
    const __m512i potential = _mm512_popcnt_epi64(active);
    _mm_storel_epi64(reinterpret_cast<__m128i*>(potentials),
                     _mm512_maskz_cvtepi64_epi8(kAll, potential));
    const __m512i marks =
        _mm512_or_si512(_mm512_or_si512(at, index_), _mm512_maskz_slli_epi64(kAll, potential, 48));
    const __mmask8 found =
        _mm512_mask_cmpge_epu64_mask(mine, _mm512_popcnt_epi64(connected), threshold_);
    _mm512_storeu_si512(mark, _mm512_maskz_compress_epi64(found, marks));
    mark += count_ones(found);
    first_ += last(ends);
    index_ = _mm512_add_epi64(index_, _mm512_set1_epi64(std::int64_t{kSegments} << 32));
    return true;
  }

 private:
  static constexpr __mmask8 kAll = 0xff;

  static __m512i counts(const SegmentHead* heads, __mmask8 mine) {
    static_assert(sizeof(SegmentHead) == 8 && offsetof(SegmentHead, count) == 5);
    const __m512i words = _mm512_maskz_srli_epi64(kAll, _mm512_loadu_si512(heads), 40);
    return _mm512_maskz_and_epi64(mine, words, _mm512_set1_epi64(0xff));
  }
  /// Of each lane and those before it.
  static __m512i sums(__m512i lanes) {
    const __m512i none = _mm512_setzero_si512();
    lanes = _mm512_add_epi64(lanes, _mm512_maskz_alignr_epi64(kAll, lanes, none, 7));
    lanes = _mm512_add_epi64(lanes, _mm512_maskz_alignr_epi64(kAll, lanes, none, 6));
    return _mm512_add_epi64(lanes, _mm512_maskz_alignr_epi64(kAll, lanes, none, 4));
  }
  static std::uint64_t last(__m512i lanes) {
    const __m128i upper = _mm512_maskz_extracti64x2_epi64(kAll, lanes, 3);
    return static_cast<std::uint64_t>(_mm_extract_epi64(upper, 1));
  }
  /// A word of 64 bits from each place on, of which kShort count.
  static __m512i bits(const std::uint8_t* from, __m512i place) {
    const __m512i bytes = _mm512_add_epi8(
        _mm512_maskz_shuffle_epi8(~__mmask64{0}, _mm512_maskz_srli_epi64(kAll, place, 3),
                                  _mm512_set4_epi32(0x08080808, 0x08080808, 0, 0)),
        _mm512_set1_epi64(0x0706050403020100));
    const __m512i words =
        _mm512_maskz_permutexvar_epi8(~__mmask64{0}, bytes, _mm512_loadu_si512(from));
    return _mm512_maskz_srlv_epi64(kAll, words, _mm512_and_si512(place, _mm512_set1_epi64(7)));
  }

  const std::uint8_t* flag_bits_;
  const std::uint8_t* connected_bits_;
  __m512i threshold_;
  std::uint64_t first_ = 0;  ///< the next segment's first synapse
  /// The next segments' numbers, where a mark has them.
  __m512i index_ = _mm512_slli_epi64(_mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7), 32);
};

}  // namespace
}  // namespace cortado::htm::CORTADO_KERNEL_SET
#endif
