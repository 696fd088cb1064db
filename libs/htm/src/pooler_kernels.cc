// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "pooler_kernels.h"

#include "kernels.h"

#if defined(__AVX512BW__)
#include <immintrin.h>
#endif

namespace cortado::htm::CORTADO_KERNEL_SET {
namespace {

#if defined(__AVX512BW__)
#define CORTADO_VECTOR_BYTES 64
#elif defined(__AVX2__)
#define CORTADO_VECTOR_BYTES 32
#else
#define CORTADO_VECTOR_BYTES 16
#endif

// Vector types of the compilers, so that sums stay in registers over a loop of rows.
typedef std::uint64_t Words __attribute__((vector_size(CORTADO_VECTOR_BYTES)));
typedef std::int16_t Permanences __attribute__((vector_size(CORTADO_VECTOR_BYTES)));
constexpr std::size_t kVectorWords = CORTADO_VECTOR_BYTES / 8;
constexpr std::size_t kLanes = CORTADO_VECTOR_BYTES / 2;

template <typename Vector, typename Element>
inline Vector load(const Element* from) {
  Vector vector;
  __builtin_memcpy(&vector, from, sizeof vector);
  return vector;
}

template <typename Vector, typename Element>
inline void store(Element* to, const Vector& vector) {
  __builtin_memcpy(to, &vector, sizeof vector);
}

// --- Counting

/// Full adder: add b and c to `sum`, return the carry.
inline Words add(Words& sum, Words b, Words c) {
  const Words half = sum ^ b;
  const Words carry = (sum & b) | (half & c);
  sum = half ^ c;
  return carry;
}

/// Half adder.
inline Words add(Words& sum, Words b) {
  const Words carry = sum & b;
  sum ^= b;
  return carry;
}

/// The sums of one vector of positions.
struct Sums {
  Words ones;
  Words twos;
  Words fours;
};

/// Add eight rows; return what carries, of weight 8.
inline Words add_eight(const std::uint64_t* const* rows, std::size_t at, Sums& sums) {
  const auto row = [rows, at](std::size_t i) { return load<Words>(rows[i] + at); };
  Words two = add(sums.ones, row(0), row(1));
  Words four = add(sums.twos, two, add(sums.ones, row(2), row(3)));
  two = add(sums.ones, row(4), row(5));
  return add(sums.fours, four, add(sums.twos, two, add(sums.ones, row(6), row(7))));
}

/// Count the positions of the vector at word `at`.
void count_vector(const std::uint64_t* const* rows, std::size_t row_count, std::size_t at,
                  const CountPlanes& planes) {
  constexpr std::size_t kMostPlanes = 16;
  Sums sums{};
  Words eights{};
  Words high[kMostPlanes] = {};
  const auto carry_on = [&high, &planes](Words carry) {
    for (std::size_t p = kFewestPlanes; p < planes.count; ++p) carry = add(high[p], carry);
  };
  std::size_t i = 0;
  for (; i + 2 * kRowsAtOnce <= row_count; i += 2 * kRowsAtOnce) {
    const Words first = add_eight(rows + i, at, sums);
    carry_on(add(eights, first, add_eight(rows + i + kRowsAtOnce, at, sums)));
  }
  if (i < row_count) carry_on(add(eights, add_eight(rows + i, at, sums)));
  store(planes.words + at, sums.ones);
  store(planes.words + planes.stride + at, sums.twos);
  store(planes.words + 2 * planes.stride + at, sums.fours);
  store(planes.words + 3 * planes.stride + at, eights);
  for (std::size_t p = kFewestPlanes; p < planes.count; ++p) {
    store(planes.words + p * planes.stride + at, high[p]);
  }
}

void count_bits(const std::uint64_t* const* rows, std::size_t row_count, std::size_t words,
                const CountPlanes& planes) {
  for (std::size_t w = 0; w < words; w += kVectorWords) count_vector(rows, row_count, w, planes);
}

void counts_above(const CountPlanes& planes, std::size_t words, std::uint32_t threshold,
                  std::uint64_t* above) {
  const bool reachable = threshold >> planes.count == 0;
  for (std::size_t w = 0; w < words; w += kVectorWords) {
    Words equal = ~Words{};
    Words greater{};
    for (std::size_t p = planes.count; p-- > 0 && reachable;) {
      const Words bits = load<Words>(planes.words + p * planes.stride + w);
      if ((threshold >> p & 1U) != 0) {
        equal &= bits;
      } else {
        greater |= equal & bits;
        equal &= ~bits;
      }
    }
    store(above + w, greater);
  }
}

// --- Inhibition

/// Count the bits that are on in both.
std::uint32_t count_common(const std::uint64_t* a, const std::uint64_t* b, std::size_t words) {
  std::uint64_t total = 0;
#if defined(__AVX512VPOPCNTDQ__)
  for (std::size_t w = 0; w < words; ++w) {
    total += static_cast<std::uint64_t>(__builtin_popcountll(a[w] & b[w]));
  }
#else
  constexpr std::size_t kBlock = 16 * kVectorWords;  // a byte holds the counts of 31 vectors
  for (std::size_t begin = 0; begin < words; begin += kBlock) {
    const std::size_t end = words - begin < kBlock ? words : begin + kBlock;
    Words bytes{};
    for (std::size_t w = begin; w < end; w += kVectorWords) {
      Words x = load<Words>(a + w) & load<Words>(b + w);
      x -= (x >> 1) & 0x5555555555555555U;
      x = (x & 0x3333333333333333U) + ((x >> 2) & 0x3333333333333333U);
      bytes += (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fU;
    }
    const Words pairs = (bytes & 0x00ff00ff00ff00ffU) + ((bytes >> 8) & 0x00ff00ff00ff00ffU);
    for (std::size_t v = 0; v < kVectorWords; ++v) total += (pairs[v] * 0x0001000100010001U) >> 48;
  }
#endif
  return static_cast<std::uint32_t>(total);
}

std::uint32_t choose_highest(const CountPlanes& planes, std::size_t words, std::uint32_t wanted,
                             std::uint64_t* __restrict candidates,
                             std::uint64_t* __restrict chosen) {
  for (std::size_t w = 0; w < words; ++w) chosen[w] = 0;
  const std::uint32_t all = count_common(candidates, candidates, words);
  if (all <= wanted) return all;
  for (std::size_t p = planes.count; p-- > 0 && wanted > 0;) {
    const std::uint64_t* __restrict plane = planes.words + p * planes.stride;
    const std::uint32_t count = count_common(candidates, plane, words);
    if (count > wanted) {
      for (std::size_t w = 0; w < words; ++w) candidates[w] &= plane[w];
      continue;
    }
    wanted -= count;
    for (std::size_t w = 0; w < words; ++w) {
      chosen[w] |= candidates[w] & plane[w];
      candidates[w] &= ~plane[w];
    }
  }
  return wanted;
}

// --- Learning

/// Push the bits that `pool` selects together, the lowest first.
inline std::uint64_t compress(std::uint64_t bits, std::uint64_t pool) {
#if defined(__BMI2__)
  return __builtin_ia32_pext_di(bits, pool);
#else
  for (std::uint64_t holes = ~pool; holes != 0;) {
    const int hole = 63 - __builtin_clzll(holes);
    const std::uint64_t below = (std::uint64_t{1} << hole) - 1;
    bits = (bits & below) | ((bits >> 1) & ~below);
    holes &= below;
  }
  return bits;
#endif
}

/// Write a bit for each synapse of a pool: is its input on? Bits beyond the pool are off.
inline void select_pool(const PermanenceStep& step, const std::uint64_t* pool,
                        std::uint64_t* selected) {
  std::uint64_t word = 0;
  unsigned filled = 0;
  for (std::size_t i = 0; i < step.input_words; ++i) {
    const std::uint64_t bits = compress(step.on[i], pool[i]);
    const auto size = static_cast<unsigned>(__builtin_popcountll(pool[i]));
    word |= bits << filled;
    if (filled + size >= 64) {
      *selected++ = word;
      word = filled == 0 ? 0 : bits >> (64 - filled);
      filled -= 64;
    }
    filled += size;
  }
  *selected = word;
}

#if defined(__AVX512BW__)
using LaneBits = std::uint32_t;
#elif defined(__AVX2__)
using LaneBits = std::uint16_t;
#else
using LaneBits = std::uint8_t;
#endif

/// Return `gain` in the lanes whose bit is on, `loss` in the others.
inline Permanences choose(LaneBits bits, const Permanences& gain, const Permanences& loss) {
#if defined(__AVX512BW__)
  return reinterpret_cast<Permanences>(_mm512_mask_blend_epi16(
      bits, reinterpret_cast<__m512i>(loss), reinterpret_cast<__m512i>(gain)));
#else
  Permanences lane_bits;
  for (std::size_t i = 0; i < kLanes; ++i) lane_bits[i] = static_cast<std::int16_t>(1U << i);
  const Permanences all = Permanences{} + static_cast<std::int16_t>(bits);
  return (all & lane_bits) == lane_bits ? gain : loss;
#endif
}

/// Adapt one column and leave in `changes` what changed of each permanence; return true if a sign
/// did.
bool adapt_column(StoredPermanence* permanences, const std::uint64_t* selected,
                  const PermanenceStep& step, StoredPermanence* changes) {
  const Permanences gain = Permanences{} + step.gain;
  const Permanences loss = Permanences{} + step.loss;
  const Permanences low = Permanences{} + step.low;
  const Permanences high = Permanences{} + step.high;
  Permanences any{};
  for (std::size_t i = 0; i < step.stride; i += kLanes) {
    LaneBits bits;
    __builtin_memcpy(&bits, reinterpret_cast<const char*>(selected) + i / 8, sizeof bits);
    const Permanences old = load<Permanences>(permanences + i);
    Permanences value = old + choose(bits, gain, loss);
    value = value > low ? value : low;
    value = value < high ? value : high;
    store(permanences + i, value);
    store(changes + i, old ^ value);
    any |= old ^ value;
  }
  StoredPermanence sign = 0;
  for (std::size_t i = 0; i < kLanes; ++i) sign = static_cast<StoredPermanence>(sign | any[i]);
  return sign < 0;
}

std::size_t adapt(const AdaptedColumn* columns, std::size_t count, const PermanenceStep& step,
                  const AdaptScratch& scratch, Crossing* crossings) {
  std::size_t crossed = 0;
  for (std::size_t c = 0; c < count; ++c) {
    select_pool(step, columns[c].pool, scratch.selected);
    if (!adapt_column(columns[c].permanences, scratch.selected, step, scratch.changes)) continue;
    for (std::size_t i = 0; i < step.stride; ++i) {
      if (scratch.changes[i] >= 0) continue;
      crossings[crossed++] = {static_cast<std::uint16_t>(c), static_cast<std::uint16_t>(i)};
    }
  }
  return crossed;
}

}  // namespace

extern const PoolerKernels pooler_kernels{kVectorWords, count_bits, counts_above, choose_highest,
                                          adapt};

}  // namespace cortado::htm::CORTADO_KERNEL_SET
