// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "kernel_bits.h"
#include "kernels.h"
#include "pooler_kernels.h"
#include "pooler_vectors.h"

namespace cortado::htm::CORTADO_KERNEL_SET {
namespace {

void encode_line(const StoredPermanence* __restrict values, const StoredPermanence* __restrict base,
                 StoredPermanence low, std::int16_t* __restrict codes) {
  for (std::size_t i = 0; i < kPermanencesPerLine; ++i) {
    const auto distance = static_cast<std::int16_t>(values[i] - base[i]);
    const auto moved = static_cast<std::int16_t>(distance + (distance >= 0 ? 1 : 0));
    codes[i] = values[i] == low ? std::int16_t{0} : moved;
  }
}

/// Write those of eight codes whose bit is on, and whatever behind them.
void pack(const std::int16_t* codes, std::uint32_t byte, std::int16_t* to) {
#ifdef __AVX2__
  const auto* const places = reinterpret_cast<const __m128i*>(kBitPlaces.of[byte]);
  // The two bytes of place p are 2 p and 2 p + 1.
  const __m128i words =
      _mm_mullo_epi16(_mm_cvtepu8_epi16(_mm_loadl_epi64(places)), _mm_set1_epi16(0x0202));
  const __m128i order = _mm_add_epi16(words, _mm_set1_epi16(0x0100));
  const __m128i all = _mm_loadu_si128(reinterpret_cast<const __m128i*>(codes));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm_shuffle_epi8(all, order));
#else
  for (std::uint32_t i = 0; i < 8; ++i) to[i] = codes[kBitPlaces.of[byte][i]];
#endif
}

}  // namespace

void encode(const ColumnToCode& column, std::int16_t* codes) {
  const ColumnToCode c = column;
  for (std::size_t line = 0; line < c.stride / kPermanencesPerLine; ++line) {
    const std::size_t first = line * kPermanencesPerLine;
    alignas(64) std::int16_t all[kPermanencesPerLine];
    encode_line(c.values + first, c.base + first, c.low, all);
    for (std::uint32_t i = 0; i < kPermanencesPerLine; i += 8) {
      const std::uint32_t byte = c.pool[line] >> i & 0xff;
      pack(all + i, byte, codes);
      codes += count_ones(byte);
    }
  }
}

}  // namespace cortado::htm::CORTADO_KERNEL_SET
