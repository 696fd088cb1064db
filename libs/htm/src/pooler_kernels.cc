// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "pooler_kernels.h"

#include "kernels.h"
#include "pooler_vectors.h"

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

namespace cortado::htm::CORTADO_KERNEL_SET {
namespace {

// --- Overlaps

/// Full adder: add b and c to `sum`, return the carry.
inline Words add(Words& sum, const Words& b, const Words& c) {
#if defined(__AVX512F__)
  const auto x = reinterpret_cast<__m512i>(sum);
  const auto y = reinterpret_cast<__m512i>(b);
  const auto z = reinterpret_cast<__m512i>(c);
  sum = reinterpret_cast<Words>(_mm512_ternarylogic_epi64(x, y, z, 0x96));   // odd
  return reinterpret_cast<Words>(_mm512_ternarylogic_epi64(x, y, z, 0xe8));  // two or more
#else
  const Words half = sum ^ b;
  const Words carry = (sum & b) | (half & c);
  sum = half ^ c;
  return carry;
#endif
}

/// Half adder.
inline Words add(Words& sum, const Words& b) {
  const Words carry = sum & b;
  sum ^= b;
  return carry;
}

/// Add a carry to the planes from `first` on.
template <std::size_t kPlanes>
inline void add_carry(Words (&planes)[kPlanes], std::size_t first, Words carry) {
  for (std::size_t p = first; p < kPlanes; ++p) carry = add(planes[p], carry);
}

/// Add eight rows; return what carries, of weight 8.
template <std::size_t kPlanes>
inline Words add_eight(const std::uint64_t* const* rows, std::size_t at, Words (&planes)[kPlanes]) {
  const auto row = [rows, at](std::size_t i) { return load<Words>(rows[i] + at); };
  Words two = add(planes[0], row(0), row(1));
  const Words four = add(planes[1], two, add(planes[0], row(2), row(3)));
  two = add(planes[0], row(4), row(5));
  return add(planes[2], four, add(planes[1], two, add(planes[0], row(6), row(7))));
}

/// Add a sum of kOfSum planes.
template <std::size_t kOfSum, std::size_t kPlanes>
inline void add_sum(const std::uint64_t* sum, std::size_t plane_words, Words (&planes)[kPlanes]) {
  Words carry = add(planes[0], load<Words>(sum));
  for (std::size_t p = 1; p < kOfSum; ++p) {
    carry = add(planes[p], load<Words>(sum + p * plane_words), carry);
  }
  add_carry(planes, kOfSum, carry);
}

/// Where are counts above the threshold?
template <std::size_t kPlanes>
inline Words greater_than(std::uint32_t threshold, const Words (&planes)[kPlanes]) {
  Words greater{};
  if (threshold == 0) {
    for (const Words& plane : planes) greater |= plane;
    return greater;
  }
  if (threshold >> kPlanes != 0) return greater;
  Words equal = ~Words{};
  for (std::size_t p = kPlanes; p-- > 0;) {
    const bool wanted = (threshold >> p & 1U) != 0;
    if (!wanted) greater |= equal & planes[p];
    equal &= wanted ? planes[p] : ~planes[p];
  }
  return greater;
}

/// Count the positions of the vector at word `at`.
template <std::size_t kPlanes, std::size_t kOfSum>
inline void count_vector(const CountedRows& counted, std::size_t at, const CountPlanes& to,
                         std::uint64_t* above) {
  Words planes[kPlanes] = {};
  std::size_t s = 0;
  if (counted.sum_count > 0) {
    const std::uint64_t* const sum = counted.sums[s++] + at;
    for (std::size_t p = 0; p < kOfSum; ++p) {
      planes[p] = load<Words>(sum + p * counted.plane_words);
    }
  }
  for (; s < counted.sum_count; ++s) {
    add_sum<kOfSum>(counted.sums[s] + at, counted.plane_words, planes);
  }
  std::size_t i = 0;
  for (; i + 2 * kRowsAtOnce <= counted.row_count; i += 2 * kRowsAtOnce) {
    const Words first = add_eight(counted.rows + i, at, planes);
    const Words second = add_eight(counted.rows + i + kRowsAtOnce, at, planes);
    add_carry(planes, 4, add(planes[3], first, second));
  }
  if (i < counted.row_count) add_carry(planes, 3, add_eight(counted.rows + i, at, planes));
  for (std::size_t p = 0; p < kPlanes; ++p) store(to.words + p * to.stride + at, planes[p]);
  store(above + at, greater_than(counted.threshold, planes));
}

template <std::size_t kPlanes, std::size_t kOfSum>
void count_vectors(const CountedRows& counted, std::size_t words, const CountPlanes& planes,
                   std::uint64_t* above) {
  const CountedRows local = counted;  // no store to the planes can change it
  const CountPlanes to = planes;
  for (std::size_t w = 0; w < words; w += kVectorWords) {
    count_vector<kPlanes, kOfSum>(local, w, to, above);
  }
}

void count_bits(const CountedRows& counted, std::size_t words, const CountPlanes& planes,
                std::uint64_t* above) {
  const bool runs = counted.sum_planes == kRunPlanes;
  if (planes.count == kFewPlanes) {
    (runs ? count_vectors<kFewPlanes, kRunPlanes>
          : count_vectors<kFewPlanes, kGroupPlanes>)(counted, words, planes, above);
  } else {
    (runs ? count_vectors<kManyPlanes, kRunPlanes>
          : count_vectors<kManyPlanes, kGroupPlanes>)(counted, words, planes, above);
  }
}

// --- Inhibition

/// Adds up the bits of vectors, up to kMost of them.
class BitCounter {
 public:
#if defined(__AVX512VPOPCNTDQ__)
  static constexpr std::size_t kMost = SIZE_MAX / kVectorWords;
  void add(const Words& x) {
    sums_ += reinterpret_cast<Words>(_mm512_popcnt_epi64(reinterpret_cast<__m512i>(x)));
  }
  std::uint32_t total() const { return sum(sums_); }
#else
  static constexpr std::size_t kMost = 31;  // a byte holds the counts of 31 bytes
  void add(Words x) {
    x -= (x >> 1) & 0x5555555555555555U;
    x = (x & 0x3333333333333333U) + ((x >> 2) & 0x3333333333333333U);
    sums_ += (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fU;
  }
  std::uint32_t total() const {
    const Words pairs = (sums_ & 0x00ff00ff00ff00ffU) + ((sums_ >> 8) & 0x00ff00ff00ff00ffU);
    const std::uint64_t counts = sum(pairs);  // at most 16 * 31 * kVectorWords in each part
    return static_cast<std::uint32_t>((counts * 0x0001000100010001U) >> 48);
  }
#endif

 private:
  static std::uint64_t sum(const Words& words) {
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < kVectorWords; ++i) total += words[i];
    return total;
  }

  Words sums_{};
};

/// Count the bits that are on in both.
inline std::uint32_t count_common(const std::uint64_t* a, const std::uint64_t* b,
                                  std::size_t words) {
  std::uint32_t total = 0;
  for (std::size_t w = 0; w < words;) {
    const std::size_t most = BitCounter::kMost * kVectorWords;
    const std::size_t end = words - w < most ? words : w + most;
    BitCounter counter;
    for (; w < end; w += kVectorWords) counter.add(load<Words>(a + w) & load<Words>(b + w));
    total += counter.total();
  }
  return total;
}

void keep(const std::uint64_t* plane, std::size_t words, std::uint64_t* candidates) {
  for (std::size_t w = 0; w < words; w += kVectorWords) {
    store(candidates + w, load<Words>(candidates + w) & load<Words>(plane + w));
  }
}

void take(const std::uint64_t* plane, std::size_t words, std::uint64_t* candidates,
          std::uint64_t* chosen) {
  for (std::size_t w = 0; w < words; w += kVectorWords) {
    const Words bits = load<Words>(plane + w);
    const Words old = load<Words>(candidates + w);
    store(chosen + w, load<Words>(chosen + w) | (old & bits));
    store(candidates + w, old & ~bits);
  }
}

std::uint32_t choose_highest(const CountPlanes& planes, std::size_t words, std::uint32_t wanted,
                             std::uint64_t* candidates, std::uint64_t* chosen) {
  for (std::size_t w = 0; w < words; w += kVectorWords) store(chosen + w, Words{});
  std::uint32_t left = count_common(candidates, candidates, words);
  for (std::size_t p = planes.count; p-- > 0 && wanted < left;) {
    const std::uint64_t* const plane = planes.words + p * planes.stride;
    const std::uint32_t count = count_common(candidates, plane, words);
    if (count == 0 || count == left) continue;
    if (count > wanted) {
      keep(plane, words, candidates);
      left = count;
    } else {
      take(plane, words, candidates, chosen);
      left -= count;
      wanted -= count;
    }
  }
  return wanted < left ? wanted : left;
}

}  // namespace

extern const PoolerKernels kPoolerKernels{kVectorWords, count_bits, choose_highest, adapt, encode};

}  // namespace cortado::htm::CORTADO_KERNEL_SET
