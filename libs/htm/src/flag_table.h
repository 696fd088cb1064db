// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernel_bits.h"
#include "memory_kernels.h"

#ifdef __AVX512BW__
namespace cortado::htm::CORTADO_KERNEL_SET {
namespace {

/// The flags of up to 8192 cells as bits in sixteen registers: looks up 32 cells at once, in less
/// time than single bytes take.
class FlagTable {
 public:
  static constexpr std::uint32_t kCells = 8192;

  /// Precondition: there are kCells flags.
  explicit FlagTable(const std::uint8_t* flags) {
    alignas(64) std::uint64_t bits[kCells / 64];
#pragma GCC unroll 8
    for (std::uint32_t i = 0; i < kCells / 64; ++i) bits[i] = top_bits(flags + 64 * i);
    for (std::uint32_t i = 0; i < kRegisters; ++i) table_[i] = _mm512_load_si512(bits + 8 * i);
  }

  void look_up(const CellIndex* cells, std::uint32_t count, std::uint8_t* flags,
               std::uint8_t* flag_bits) const {
    for (const CellIndex* const end = cells + count; cells < end; cells += 32) {
      const __mmask32 on = look_up(_mm512_loadu_si512(cells));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(flags), _mm256_movm_epi8(on));
      store_bits(flag_bits, on);
      flags += 32;
      flag_bits += 4;
    }
  }

 private:
  static constexpr std::uint32_t kRegisters = 16;

  /// A word of sixteen flags from registers `at` to `at` + 3, by the lowest seven bits of `word`.
  __m512i quarter(std::uint32_t at, __m512i word, __mmask32 second) const {
    const __m512i low = _mm512_permutex2var_epi16(table_[at], word, table_[at + 1]);
    const __m512i high = _mm512_permutex2var_epi16(table_[at + 2], word, table_[at + 3]);
    return _mm512_mask_blend_epi16(second, low, high);
  }
  __mmask32 look_up(__m512i cell) const {
    const __m512i word = _mm512_maskz_srli_epi16(~__mmask32{0}, cell, 4);
    const __mmask32 second = _mm512_test_epi16_mask(word, _mm512_set1_epi16(64));
    const __mmask32 odd = _mm512_test_epi16_mask(word, _mm512_set1_epi16(128));
    const __mmask32 upper = _mm512_test_epi16_mask(word, _mm512_set1_epi16(256));
    const __m512i low =
        _mm512_mask_blend_epi16(odd, quarter(0, word, second), quarter(4, word, second));
    const __m512i high =
        _mm512_mask_blend_epi16(odd, quarter(8, word, second), quarter(12, word, second));
    const __m512i flags = _mm512_mask_blend_epi16(upper, low, high);
    const __m512i place = _mm512_and_si512(cell, _mm512_set1_epi16(15));
    return _mm512_test_epi16_mask(_mm512_maskz_srlv_epi16(~__mmask32{0}, flags, place),
                                  _mm512_set1_epi16(1));
  }

  __m512i table_[kRegisters];
};

}  // namespace
}  // namespace cortado::htm::CORTADO_KERNEL_SET
#endif
