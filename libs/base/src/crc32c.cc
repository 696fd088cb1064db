// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/base/crc32c.h"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace cortado::base {
namespace {

constexpr std::uint32_t kReversedPolynomial = 0x82f63b78U;

constexpr std::array<std::array<std::uint32_t, 256>, 8> make_tables() {
  std::array<std::array<std::uint32_t, 256>, 8> tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kReversedPolynomial : 0);
    tables[0][byte] = crc;
  }
  for (std::size_t slice = 1; slice < 8; ++slice) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[slice - 1][byte];
      tables[slice][byte] = (before >> 8) ^ tables[0][before & 0xff];
    }
  }
  return tables;
}

constexpr auto kTables = make_tables();

#if defined(__x86_64__)
constexpr std::size_t kLane = 1024;  // bytes; a multiple of 8

using ZerosTable = std::array<std::array<std::uint32_t, 256>, 4>;

/// What kLane zeros make of a state, by each of its bytes: a state moves linearly.
constexpr ZerosTable make_lane_of_zeros() {
  ZerosTable tables{};
  for (std::size_t byte = 0; byte < 4; ++byte) {
    for (std::uint32_t bit = 0; bit < 8; ++bit) {
      std::uint32_t state = 1U << (8 * byte + bit);
      for (std::size_t i = 0; i < kLane; ++i) state = (state >> 8) ^ kTables[0][state & 0xff];
      for (std::uint32_t low = 0; low < 1U << bit; ++low) {
        tables[byte][1U << bit | low] = tables[byte][low] ^ state;
      }
    }
  }
  return tables;
}

constexpr auto kLaneOfZeros = make_lane_of_zeros();

std::uint64_t after_lane_of_zeros(std::uint64_t state) {
  return kLaneOfZeros[0][state & 0xff] ^ kLaneOfZeros[1][state >> 8 & 0xff] ^
         kLaneOfZeros[2][state >> 16 & 0xff] ^ kLaneOfZeros[3][state >> 24 & 0xff];
}

__attribute__((target("sse4.2"))) std::uint64_t step(std::uint64_t state, const char* bytes) {
  std::uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return _mm_crc32_u64(state, word);
}

/// Three lanes side by side: an instruction takes three cycles, and one can begin in each.
__attribute__((target("sse4.2"))) std::uint32_t crc32c_by_sse42(std::string_view bytes,
                                                                std::uint32_t crc) {
  std::uint64_t state = ~crc;
  for (; bytes.size() >= 3 * kLane; bytes.remove_prefix(3 * kLane)) {
    std::uint64_t second = 0;
    std::uint64_t third = 0;
    for (const char *at = bytes.data(), *const end = at + kLane; at != end; at += 8) {
      state = step(state, at);
      second = step(second, at + kLane);
      third = step(third, at + 2 * kLane);
    }
    state = after_lane_of_zeros(after_lane_of_zeros(state) ^ second) ^ third;
  }
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) state = step(state, bytes.data());
  auto tail = static_cast<std::uint32_t>(state);
  for (const char c : bytes) tail = _mm_crc32_u8(tail, static_cast<unsigned char>(c));
  return ~tail;
}
#endif

}  // namespace

std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t crc) {
  crc = ~crc;
  while (bytes.size() >= 8) {
    const auto byte = [&](std::size_t i) {
      return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i]));
    };
    const std::uint32_t low = crc ^ (byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24);
    crc = kTables[7][low & 0xff] ^ kTables[6][(low >> 8) & 0xff] ^ kTables[5][(low >> 16) & 0xff] ^
          kTables[4][low >> 24] ^ kTables[3][byte(4)] ^ kTables[2][byte(5)] ^ kTables[1][byte(6)] ^
          kTables[0][byte(7)];
    bytes.remove_prefix(8);
  }
  for (const char c : bytes)
    crc = (crc >> 8) ^ kTables[0][(crc ^ static_cast<unsigned char>(c)) & 0xff];
  return ~crc;
}

std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc) {
#if defined(__x86_64__)
  static const bool has_sse42 = __builtin_cpu_supports("sse4.2") != 0;
  if (has_sse42) return crc32c_by_sse42(bytes, crc);
#endif
  return crc32c_by_table(bytes, crc);
}

}  // namespace cortado::base
