// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#ifdef __AVX2__
#include <immintrin.h>
#endif

#include "kernels.h"

// For kernels alone: many flags or permanences as the bits of one word, and the way back.

#if defined(__AVX512BW__)
#define CORTADO_VECTOR_BYTES 64
#elif defined(__AVX2__)
#define CORTADO_VECTOR_BYTES 32
#else
#define CORTADO_VECTOR_BYTES 16
#endif

namespace cortado::htm::CORTADO_KERNEL_SET {
namespace {

#ifdef __AVX2__
constexpr std::uint32_t kWord = 64;  // synapses looked at at once
#else
constexpr std::uint32_t kWord = 32;
#endif

#ifdef __AVX2__
[[maybe_unused]] inline std::uint64_t bits_of(__m256i bytes) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(bytes));
}
[[maybe_unused]] inline __m256i load_bytes(const void* from) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(from));
}
#endif

/// The top bits of kWord bytes or words.
#if defined(__AVX512BW__)
[[maybe_unused]] inline std::uint64_t top_bits(const std::uint8_t* bytes) {
  return _mm512_movepi8_mask(_mm512_loadu_si512(bytes));
}
[[maybe_unused]] inline std::uint64_t top_bits(const std::uint16_t* words) {
  return _mm512_movepi16_mask(_mm512_loadu_si512(words)) |
         std::uint64_t{_mm512_movepi16_mask(_mm512_loadu_si512(words + 32))} << 32;
}
#elif defined(__AVX2__)
[[maybe_unused]] inline std::uint64_t top_bits(const std::uint8_t* bytes) {
  return bits_of(load_bytes(bytes)) | bits_of(load_bytes(bytes + 32)) << 32;
}
[[maybe_unused]] inline std::uint64_t top_bits(const std::uint16_t* words) {
  const __m256i low = _mm256_packs_epi16(load_bytes(words), load_bytes(words + 16));
  const __m256i high = _mm256_packs_epi16(load_bytes(words + 32), load_bytes(words + 48));
  return bits_of(_mm256_permute4x64_epi64(low, 0b11'01'10'00)) |
         bits_of(_mm256_permute4x64_epi64(high, 0b11'01'10'00)) << 32;
}
#else
[[maybe_unused]] inline std::uint64_t top_bits(const std::uint8_t* bytes) {
  std::uint64_t bits = 0;
  for (std::uint32_t i = 0; i < kWord; i += 8) {
    std::uint64_t word = 0;
    __builtin_memcpy(&word, bytes + i, sizeof word);
    bits |= ((word >> 7 & 0x0101010101010101U) * 0x0102040810204080U >> 56) << i;
  }
  return bits;
}
[[maybe_unused]] inline std::uint64_t top_bits(const std::uint16_t* words) {
  std::uint8_t high[kWord];
  for (std::uint32_t i = 0; i < kWord; ++i) high[i] = static_cast<std::uint8_t>(words[i] >> 8);
  return top_bits(high);
}
#endif

/// The lowest `count` bits.
[[maybe_unused]] inline std::uint64_t first(std::uint64_t bits, std::uint32_t count) {
#ifdef __BMI2__
  return _bzhi_u64(bits, count);
#else
  return count < 64 ? bits & ((std::uint64_t{1} << count) - 1) : bits;
#endif
}

[[maybe_unused]] inline std::uint32_t count_ones(std::uint64_t bits) {
#ifdef __POPCNT__
  return static_cast<std::uint32_t>(__builtin_popcountll(bits));
#else
  bits -= bits >> 1 & 0x5555555555555555U;
  bits = (bits & 0x3333333333333333U) + (bits >> 2 & 0x3333333333333333U);
  return static_cast<std::uint32_t>(
      ((bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0fU) * 0x0101010101010101U >> 56);
#endif
}

/// Bits in memory, the first ones in the first byte.
[[maybe_unused]] inline void store_bits(std::uint8_t* to, std::uint64_t bits) {
  if constexpr (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) bits = __builtin_bswap64(bits);
  __builtin_memcpy(to, &bits, sizeof bits);
}
[[maybe_unused]] inline std::uint64_t load_bits(const std::uint8_t* from) {
  std::uint64_t bits;
  __builtin_memcpy(&bits, from, sizeof bits);
  if constexpr (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) bits = __builtin_bswap64(bits);
  return bits;
}

/// Bits that are left of a word after it was shifted by up to seven.
[[maybe_unused]] constexpr std::uint32_t kShort = 57;

/// By a byte: the places of the bits that are on, ascending.
struct BitPlaces {
  std::uint8_t of[256][8];
};

[[maybe_unused]] constexpr BitPlaces make_bit_places() {
  BitPlaces places = {};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t count = 0;
    for (std::uint32_t bit = 0; bit < 8; ++bit) {
      if ((byte >> bit & 1) != 0) places.of[byte][count++] = static_cast<std::uint8_t>(bit);
    }
  }
  return places;
}

[[maybe_unused]] alignas(64) constexpr BitPlaces kBitPlaces = make_bit_places();

}  // namespace
}  // namespace cortado::htm::CORTADO_KERNEL_SET
