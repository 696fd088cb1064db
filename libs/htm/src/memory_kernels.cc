// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "memory_kernels.h"

#include <cstring>

#include "kernels.h"

namespace cortado::htm::CORTADO_KERNEL_SET {
namespace {

constexpr std::uint32_t kStep = 8;

std::uint64_t load8(const std::uint8_t* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

std::uint32_t round_up(std::uint32_t count) {
  return (count + kSynapsePadding - 1) / kSynapsePadding * kSynapsePadding;
}

constexpr std::uint8_t lower(std::uint8_t a, std::uint8_t b) { return a < b ? a : b; }
constexpr std::uint8_t higher(std::uint8_t a, std::uint8_t b) { return a < b ? b : a; }

std::uint32_t count_active(const CellIndex* cells, std::uint32_t count, const std::uint8_t* flags) {
  std::uint32_t even = 0;
  std::uint32_t odd = 0;
  std::uint32_t i = 0;
  for (; i < count; i += kStep) {
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

void gather_flags(const CellIndex* cells, std::uint32_t count, const std::uint8_t* flags,
                  SynapseFlags& out) {
  std::uint8_t* const to = out.bytes;
  for (std::uint32_t i = 0; i < count; i += kStep) {
    for (std::uint32_t j = 0; j < kStep; ++j) to[i + j] = flags[cells[i + j]];
  }
  std::memset(to + count, 0, kSynapsePadding);
}

std::uint32_t count_connected(const MemoryPermanence* permanences, std::uint32_t count,
                              const SynapseFlags& flags) {
  std::uint64_t sums = 0;  // eight sums of at most 32
  for (std::uint32_t i = 0; i < count; i += kStep) {
    sums += load8(permanences + i) >> 7 & load8(flags.bytes + i);
  }
  const std::uint64_t pairs = (sums & 0x00ff00ff00ff00ffU) + (sums >> 8 & 0x00ff00ff00ff00ffU);
  return static_cast<std::uint32_t>(pairs * 0x0001000100010001U >> 48);
}

bool adapt_synapses(MemoryPermanence* __restrict permanences, std::uint32_t count,
                    const SynapseFlags& flags, const PermanenceRules& rules) {
  const std::uint8_t* __restrict active = flags.bytes;
  const PermanenceRules r = rules;
  const std::uint32_t end = round_up(count);
  std::uint8_t lowest = r.high;
  for (std::uint32_t i = 0; i < end; ++i) {
    const auto mask = static_cast<std::uint8_t>(-active[i]);
    const auto up = static_cast<std::uint8_t>(mask & r.increment);
    const auto down = static_cast<std::uint8_t>(~mask & r.decrement);
    std::uint8_t value = permanences[i];
    value = lower(value, static_cast<std::uint8_t>(r.high - up));
    value = static_cast<std::uint8_t>(value + up);
    value = higher(value, static_cast<std::uint8_t>(r.low + down));
    value = static_cast<std::uint8_t>(value - down);
    permanences[i] = value;
    lowest = lower(lowest, value);
  }
  return lowest == r.low;
}

}  // namespace

extern const MemoryKernels memory_kernels{count_active, gather_flags, count_connected,
                                          adapt_synapses};

}  // namespace cortado::htm::CORTADO_KERNEL_SET
