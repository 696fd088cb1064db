// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels.h"
#include "pooler_kernels.h"
#include "pooler_vectors.h"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace cortado::htm::CORTADO_KERNEL_SET {
namespace {

/// Is any lane negative?
inline bool any_negative(const Permanences& lanes) {
#if defined(__AVX512BW__)
  return _mm512_movepi16_mask(reinterpret_cast<__m512i>(lanes)) != 0;
#elif defined(__AVX2__)
  return (_mm256_movemask_epi8(reinterpret_cast<__m256i>(lanes)) & static_cast<int>(0xaaaaaaaaU)) !=
         0;
#else
  const Words words = reinterpret_cast<Words>(lanes);
  return ((words[0] | words[1]) & 0x8000800080008000U) != 0;
#endif
}

/// Note the permanences from `first` on that a step can just have moved across the threshold.
__attribute__((noinline)) Crossing* note_near(const StoredPermanence* permanences,
                                              std::size_t first, std::size_t size,
                                              StoredPermanence reach, std::size_t column,
                                              Crossing* crossings) {
  const Permanences low = Permanences{} - reach;
  const Permanences high = Permanences{} + reach;
  for (std::size_t begin = first; begin < first + size; begin += kLanes) {
    const Permanences values = load<Permanences>(permanences + begin);
    if (!any_negative((values >= low) & (values < high))) continue;
    for (std::size_t i = begin; i < begin + kLanes; ++i) {
      if (permanences[i] < -reach || permanences[i] >= reach) continue;
      *crossings++ = {static_cast<std::uint16_t>(column), static_cast<std::uint16_t>(i)};
    }
  }
  return crossings;
}

/// Adapt kLines lines of permanences and fetch those of a column to come: columns lie anywhere, and
/// with many devices most of their lines come from memory. Return true if a permanence crossed.
template <std::size_t kLines>
__attribute__((always_inline)) inline bool adapt_lines(StoredPermanence* permanences,
                                                       const StoredPermanence* deltas,
                                                       const StoredPermanence* to_come,
                                                       const Permanences& low,
                                                       const Permanences& high) {
  Permanences changed{};
  for (std::size_t i = 0; i < kLines * kPermanencesPerLine; i += kLanes) {
    if (i % kPermanencesPerLine == 0) __builtin_prefetch(to_come + i, 1);
    const Permanences old = load<Permanences>(permanences + i);
    Permanences value = old + load<Permanences>(deltas + i);
    value = value > low ? value : low;
    value = value < high ? value : high;
    store(permanences + i, value);
    changed |= old ^ value;
  }
  return any_negative(changed);
}

void fill_deltas(const PermanenceStep& step) {
  StoredPermanence* const deltas = step.deltas;
  const StoredPermanence on = step.on;
  const Permanences off = Permanences{} + step.off;
  for (std::size_t i = 0; i < step.stride; i += kLanes) store(deltas + i, off);
  for (std::size_t i = 0; i < step.input_count; ++i) deltas[step.inputs[i]] = on;
}

}  // namespace

std::size_t adapt(StoredPermanence* const* columns, std::size_t count, const PermanenceStep& step,
                  Crossing* crossings) {
  constexpr std::size_t kLine = kPermanencesPerLine;
  constexpr std::size_t kPiece = 3 * kLine;  // one test for crossings covers it
  constexpr std::size_t kAhead = 4;          // columns
  fill_deltas(step);
  const Permanences low = Permanences{} + step.low;
  const Permanences high = Permanences{} + step.high;
  const StoredPermanence* const deltas = step.deltas;
  const std::size_t stride = step.stride;
  Crossing* end = crossings;
  for (std::size_t c = 0; c < count; ++c) {
    StoredPermanence* const column = columns[c];
    const StoredPermanence* const to_come = columns[c + kAhead < count ? c + kAhead : c];
    std::size_t i = 0;
    for (; i + kPiece <= stride; i += kPiece) {
      if (!adapt_lines<3>(column + i, deltas + i, to_come + i, low, high)) continue;
      end = note_near(column, i, kPiece, step.reach, c, end);
    }
    for (; i < stride; i += kLine) {
      if (!adapt_lines<1>(column + i, deltas + i, to_come + i, low, high)) continue;
      end = note_near(column, i, kLine, step.reach, c, end);
    }
  }
  return static_cast<std::size_t>(end - crossings);
}

}  // namespace cortado::htm::CORTADO_KERNEL_SET
