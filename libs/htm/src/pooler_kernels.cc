// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "pooler_kernels.h"

#include <cstring>

#include "kernels.h"

namespace cortado::htm::CORTADO_KERNEL_SET {
namespace {

constexpr std::size_t kRowsAtOnce = 8;
constexpr std::size_t kSmallPlanes =
    kCountScratch - 2;  // eight rows add into planes 0, 1, 2 and carry an eight

/// Full adder on words: return the sum, leave the carry.
inline std::uint64_t add(std::uint64_t a, std::uint64_t b, std::uint64_t c, std::uint64_t& carry) {
  const std::uint64_t half = a ^ b;
  carry = (a & b) | (half & c);
  return half ^ c;
}

/// Add eight rows into planes 0..2 and leave what overflows, of weight 8.
void add_eight(const std::uint64_t* const* r, std::size_t words, std::uint64_t* __restrict ones,
               std::uint64_t* __restrict twos, std::uint64_t* __restrict fours,
               std::uint64_t* __restrict eights) {
  const std::uint64_t* __restrict r0 = r[0];
  const std::uint64_t* __restrict r1 = r[1];
  const std::uint64_t* __restrict r2 = r[2];
  const std::uint64_t* __restrict r3 = r[3];
  const std::uint64_t* __restrict r4 = r[4];
  const std::uint64_t* __restrict r5 = r[5];
  const std::uint64_t* __restrict r6 = r[6];
  const std::uint64_t* __restrict r7 = r[7];
  for (std::size_t w = 0; w < words; ++w) {
    std::uint64_t t0 = 0;
    std::uint64_t t1 = 0;
    std::uint64_t t2 = 0;
    std::uint64_t t3 = 0;
    std::uint64_t f0 = 0;
    std::uint64_t f1 = 0;
    std::uint64_t sum = add(ones[w], r0[w], r1[w], t0);
    sum = add(sum, r2[w], r3[w], t1);
    std::uint64_t two = add(twos[w], t0, t1, f0);
    sum = add(sum, r4[w], r5[w], t2);
    ones[w] = add(sum, r6[w], r7[w], t3);
    twos[w] = add(two, t2, t3, f1);
    fours[w] = add(fours[w], f0, f1, eights[w]);
  }
}

/// Add a word array of one weight into the planes from that weight up.
void ripple(std::uint64_t* __restrict carry, std::size_t words, std::size_t first,
            std::size_t plane_count, std::uint64_t* planes) {
  for (std::size_t p = first; p < plane_count; ++p) {
    std::uint64_t* __restrict plane = planes + p * words;
    for (std::size_t w = 0; w < words; ++w) {
      const std::uint64_t next = plane[w] & carry[w];
      plane[w] ^= carry[w];
      carry[w] = next;
    }
  }
}

/// Count the bits of each byte.
inline std::uint64_t byte_counts(std::uint64_t x) {
  x -= (x >> 1) & 0x5555555555555555U;
  x = (x & 0x3333333333333333U) + ((x >> 2) & 0x3333333333333333U);
  return (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fU;
}

/// scratch = a & b; return its number of bits.
std::uint32_t intersect(const std::uint64_t* __restrict a, const std::uint64_t* __restrict b,
                        std::size_t words, std::uint64_t* __restrict scratch) {
  constexpr std::size_t kBlock = 16;  // bytes hold the counts of 31 words
  std::uint32_t total = 0;
  for (std::size_t begin = 0; begin < words; begin += kBlock) {
    const std::size_t end = words - begin < kBlock ? words : begin + kBlock;
    std::uint64_t bytes = 0;
    for (std::size_t w = begin; w < end; ++w) {
      scratch[w] = a[w] & b[w];
      bytes += byte_counts(scratch[w]);
    }
    const std::uint64_t pairs =
        (bytes & 0x00ff00ff00ff00ffU) + ((bytes >> 8) & 0x00ff00ff00ff00ffU);
    total += static_cast<std::uint32_t>((pairs * 0x0001000100010001U) >> 48);
  }
  return total;
}

/// Switch on what is on in any plane.
void unite(const std::uint64_t* planes, std::size_t plane_count, std::size_t words,
           std::uint64_t* __restrict result) {
  for (std::size_t p = 0; p < plane_count; ++p) {
    const std::uint64_t* __restrict plane = planes + p * words;
    for (std::size_t w = 0; w < words; ++w) result[w] |= plane[w];
  }
}

/// Keep only the lowest `wanted` bits that are on in `equals`.
void keep_lowest(std::uint64_t* equals, std::size_t words, std::uint32_t wanted) {
  for (std::size_t w = 0; w < words; ++w) {
    std::uint64_t kept = 0;
    while (equals[w] != 0 && wanted > 0) {
      kept |= equals[w] & (0 - equals[w]);
      equals[w] &= equals[w] - 1;
      --wanted;
    }
    equals[w] = kept;
  }
}

void count_bits(const std::uint64_t* const* rows, std::size_t row_count, std::size_t words,
                std::size_t plane_count, std::uint64_t* planes, std::uint64_t* scratch) {
  std::memset(scratch, 0, kCountScratch * words * sizeof *scratch);
  std::memset(planes, 0, plane_count * words * sizeof *planes);
  const std::uint64_t* const zero_row = scratch;
  std::uint64_t* const eights = scratch + words;
  // Planes that the small adder always needs live apart where fewer were asked for.
  std::uint64_t* small[kSmallPlanes];
  for (std::size_t p = 0; p < kSmallPlanes; ++p) {
    small[p] = p < plane_count ? planes + p * words : scratch + (p + 2) * words;
  }
  for (std::size_t i = 0; i < row_count; i += kRowsAtOnce) {
    const std::uint64_t* group[kRowsAtOnce];
    for (std::size_t j = 0; j < kRowsAtOnce; ++j) {
      group[j] = i + j < row_count ? rows[i + j] : zero_row;
    }
    add_eight(group, words, small[0], small[1], small[2], eights);
    ripple(eights, words, kSmallPlanes, plane_count, planes);
  }
}

void counts_above(const std::uint64_t* planes, std::size_t plane_count, std::size_t words,
                  std::uint32_t threshold, std::uint64_t* above) {
  std::memset(above, 0, words * sizeof *above);
  if (threshold == 0) return unite(planes, plane_count, words, above);
  if (threshold >> plane_count != 0) return;
  for (std::size_t w = 0; w < words; ++w) {
    std::uint64_t equal = ~std::uint64_t{0};
    std::uint64_t greater = 0;
    for (std::size_t p = plane_count; p-- > 0;) {
      const std::uint64_t bits = planes[p * words + w];
      const std::uint64_t wanted = (threshold >> p & 1U) != 0 ? ~std::uint64_t{0} : 0;
      greater |= equal & bits & ~wanted;
      equal &= ~(bits ^ wanted);
    }
    above[w] = greater;
  }
}

void keep_highest(const std::uint64_t* planes, std::size_t plane_count, std::size_t words,
                  std::uint32_t wanted, std::uint64_t* candidates, std::uint64_t* scratch) {
  std::uint64_t* const chosen = scratch + words;
  std::memset(chosen, 0, words * sizeof *chosen);
  if (intersect(candidates, candidates, words, scratch) <= wanted) return;
  for (std::size_t p = plane_count; p-- > 0;) {
    const std::uint64_t* const plane = planes + p * words;
    const std::uint32_t count = intersect(candidates, plane, words, scratch);
    if (count >= wanted) {
      std::memcpy(candidates, scratch, words * sizeof *scratch);
      continue;
    }
    wanted -= count;
    for (std::size_t w = 0; w < words; ++w) {
      chosen[w] |= scratch[w];
      candidates[w] &= ~scratch[w];
    }
  }
  keep_lowest(candidates, words, wanted);
  for (std::size_t w = 0; w < words; ++w) candidates[w] |= chosen[w];
}

bool adapt_permanences(const StoredPermanence* from, const StoredPermanence* __restrict deltas,
                       std::size_t count, const PoolerUnits& units, StoredPermanence* to) {
  const StoredPermanence low = units.low;
  const StoredPermanence high = units.high;
  StoredPermanence any = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const StoredPermanence old = from[i];
    auto value = static_cast<StoredPermanence>(old + deltas[i]);
    value = value < low ? low : value;
    value = value < high ? value : high;
    value = old == kNoSynapse ? kNoSynapse : value;
    to[i] = value;
    any = static_cast<StoredPermanence>(any | (old ^ value));
  }
  return any < 0;
}

}  // namespace

extern const PoolerKernels pooler_kernels{count_bits, counts_above, keep_highest,
                                          adapt_permanences};

}  // namespace cortado::htm::CORTADO_KERNEL_SET
