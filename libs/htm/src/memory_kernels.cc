// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "memory_kernels.h"

#include <algorithm>
#include <array>

namespace cortado::htm {
namespace {

constexpr std::uint32_t kMaxSynapses = 256;
constexpr int kHighest = 100;

}  // namespace

std::uint32_t count_active(const CellIndex* cells, std::uint32_t count, const std::uint8_t* flags) {
  std::uint32_t even = 0;
  std::uint32_t odd = 0;
  std::uint32_t i = 0;
  for (; i < count; i += kSynapsePadding) {
    even += flags[cells[i]];
    odd += flags[cells[i + 1]];
    even += flags[cells[i + 2]];
    odd += flags[cells[i + 3]];
    even += flags[cells[i + 4]];
    odd += flags[cells[i + 5]];
    even += flags[cells[i + 6]];
    odd += flags[cells[i + 7]];
  }
  return even + odd - (i - count) * flags[cells[0]];  // what the padding added
}

std::uint32_t count_connected(const CellIndex* cells, const MemoryPermanence* permanences,
                              std::uint32_t count, const std::uint8_t* flags,
                              MemoryPermanence connected) {
  std::uint32_t total = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    total += flags[cells[i]] & (permanences[i] >= connected ? 1U : 0U);
  }
  return total;
}

bool adapt_synapses(const CellIndex* cells, MemoryPermanence* permanences, std::uint32_t count,
                    const std::uint8_t* flags, MemoryPermanence increment,
                    MemoryPermanence decrement) {
  std::array<std::int16_t, kMaxSynapses> active;
  for (std::uint32_t i = 0; i < count; ++i) active[i] = flags[cells[i]];
  const auto up = static_cast<std::int16_t>(increment + decrement);
  std::int16_t lowest = kHighest;
  for (std::uint32_t i = 0; i < count; ++i) {
    auto value = static_cast<std::int16_t>(permanences[i] - decrement + active[i] * up);
    value = std::max<std::int16_t>(value, 0);
    value = std::min<std::int16_t>(value, kHighest);
    permanences[i] = static_cast<MemoryPermanence>(value);
    lowest = std::min(lowest, value);
  }
  return lowest == 0;
}

}  // namespace cortado::htm
