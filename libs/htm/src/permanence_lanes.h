// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernel_bits.h"
#include "memory_kernels.h"

// For kernels alone: how a segment's permanences move, as many at once as a vector holds.

namespace cortado::htm::CORTADO_KERNEL_SET {
namespace {

typedef std::uint8_t NarrowLanes __attribute__((vector_size(CORTADO_VECTOR_BYTES)));
typedef std::uint16_t WideLanes __attribute__((vector_size(CORTADO_VECTOR_BYTES)));
typedef std::int8_t NarrowMask __attribute__((vector_size(CORTADO_VECTOR_BYTES)));
typedef std::int16_t WideMask __attribute__((vector_size(CORTADO_VECTOR_BYTES)));
typedef std::int8_t HalfMask __attribute__((vector_size(CORTADO_VECTOR_BYTES / 2)));

template <typename P>
struct LanesOf {
  using Type = NarrowLanes;
};
template <>
struct LanesOf<std::uint16_t> {
  using Type = WideLanes;
};
template <typename P>
using Lanes = typename LanesOf<P>::Type;
template <typename P>
constexpr std::uint32_t kLanes = CORTADO_VECTOR_BYTES / sizeof(P);

/// From 64 - n bytes of it on lies a mask of the first n of 64 synapses.
alignas(64) constexpr std::uint64_t kInside[16] = {
    ~std::uint64_t{0}, ~std::uint64_t{0}, ~std::uint64_t{0}, ~std::uint64_t{0},
    ~std::uint64_t{0}, ~std::uint64_t{0}, ~std::uint64_t{0}, ~std::uint64_t{0}};

/// Precondition: left <= 64.
const std::uint8_t* inside(std::uint32_t left) {
  return reinterpret_cast<const std::uint8_t*>(kInside) + (64 - left);
}

/// Flags as a mask of lanes.
inline NarrowMask mask_of(const std::uint8_t* flags, NarrowLanes) {
  NarrowMask mask;
  __builtin_memcpy(&mask, flags, sizeof mask);
  return mask;
}
inline WideMask mask_of(const std::uint8_t* flags, WideLanes) {
  HalfMask half;
  __builtin_memcpy(&half, flags, sizeof half);
  return __builtin_convertvector(half, WideMask);
}

/// Is a bit of any lane on?
template <typename Mask>
inline bool any(const Mask& mask) {
#if defined(__AVX512BW__)
  const auto bits = reinterpret_cast<__m512i>(mask);
  return _mm512_test_epi64_mask(bits, bits) != 0;
#elif defined(__AVX2__)
  return _mm256_testz_si256(reinterpret_cast<__m256i>(mask), reinterpret_cast<__m256i>(mask)) == 0;
#else
  std::uint64_t words[2];
  __builtin_memcpy(words, &mask, sizeof words);
  return (words[0] | words[1]) != 0;
#endif
}

/// Rules by lane.
template <typename P>
struct LaneRules {
  explicit LaneRules(const PermanenceRules<P>& r)
      : low(Lanes<P>{} + r.low),
        gain(Lanes<P>{} + r.flagged_gain),
        below_high(Lanes<P>{} + static_cast<P>(r.high - r.flagged_gain)),
        flagged_loss(Lanes<P>{} + r.flagged_loss),
        above_flagged(Lanes<P>{} + static_cast<P>(r.low + r.flagged_loss)),
        other_loss(Lanes<P>{} + r.other_loss),
        above_other(Lanes<P>{} + static_cast<P>(r.low + r.other_loss)) {}

  Lanes<P> low;
  Lanes<P> gain;
  Lanes<P> below_high;
  Lanes<P> flagged_loss;
  Lanes<P> above_flagged;
  Lanes<P> other_loss;
  Lanes<P> above_other;
};

/// What the rules make of permanences; unless `kLose`, flagged ones lose nothing.
template <bool kLose, typename P, typename Mask>
inline Lanes<P> adapted(const Lanes<P>& old, const Mask& flagged, const LaneRules<P>& r) {
  Lanes<P> up = (old < r.below_high ? old : r.below_high) + r.gain;
  if constexpr (kLose) up = (up > r.above_flagged ? up : r.above_flagged) - r.flagged_loss;
  const Lanes<P> down = (old > r.above_other ? old : r.above_other) - r.other_loss;
  return flagged < 0 ? up : down;
}

/// Raise and lower a segment's permanences; return 1 if one is 0 now.
template <bool kLose, typename P>
inline std::uint8_t adapt_segment(P* __restrict permanences, const std::uint8_t* __restrict flags,
                                  std::uint32_t count, const LaneRules<P>& r) {
  decltype(mask_of(flags, r.low)) dead{};
  Lanes<P> old;
  while (count > kLanes<P>) {
    __builtin_memcpy(&old, permanences, sizeof old);
    const Lanes<P> value = adapted<kLose, P>(old, mask_of(flags, old), r);
    __builtin_memcpy(permanences, &value, sizeof value);
    dead |= value == r.low;
    permanences += kLanes<P>;
    flags += kLanes<P>;
    count -= kLanes<P>;
  }
  __builtin_memcpy(&old, permanences, sizeof old);
  const auto valid = mask_of(inside(count), old);
  Lanes<P> value = adapted<kLose, P>(old, mask_of(flags, old), r);
  value = valid < 0 ? value : old;
  __builtin_memcpy(permanences, &value, sizeof value);
  dead |= (value == r.low) & valid;
  return any(dead) ? 1 : 0;
}

}  // namespace
}  // namespace cortado::htm::CORTADO_KERNEL_SET
