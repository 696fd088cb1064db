// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cortado::htm {

/// A cell's number.
using CellIndex = std::uint16_t;
/// A permanence as stored: hundredths, moved up so that the top bit says whether the synapse is
/// connected.
using MemoryPermanence = std::uint8_t;

/// Synapse arrays are padded to a multiple of this: cells with copies of the first one, permanences
/// with anything.
inline constexpr std::uint32_t kSynapsePadding = 16;

/// How permanences move and what they are limited by, as stored.
struct PermanenceRules {
  MemoryPermanence low;   ///< permanence 0
  MemoryPermanence high;  ///< permanence 1
  MemoryPermanence increment;
  MemoryPermanence decrement;
};

/// One byte for each synapse of a segment: 1 = its cell is flagged; 0 in the padding.
struct SynapseFlags {
  alignas(16) std::uint8_t bytes[256 + kSynapsePadding];
};

/// One compilation of these loops; contracts as at its members.
struct MemoryKernels {
  /// Count the synapses whose cell is flagged. Precondition: count > 0.
  std::uint32_t (*count_active)(const CellIndex* cells, std::uint32_t count,
                                const std::uint8_t* flags);
  /// Look up the flags of all synapses. Precondition: 0 < count < 256.
  void (*gather_flags)(const CellIndex* cells, std::uint32_t count, const std::uint8_t* flags,
                       SynapseFlags& out);
  /// Count the flagged synapses that are connected.
  std::uint32_t (*count_connected)(const MemoryPermanence* permanences, std::uint32_t count,
                                   const SynapseFlags& flags);
  /// Raise the permanences of flagged synapses and lower the others, within the limits. Return
  /// false only if no synapse is dead; true may come from the padding.
  bool (*adapt_synapses)(MemoryPermanence* permanences, std::uint32_t count,
                         const SynapseFlags& flags, const PermanenceRules& rules);
};

namespace plain {
extern const MemoryKernels memory_kernels;
}
namespace avx2 {
extern const MemoryKernels memory_kernels;
}
namespace avx512 {
extern const MemoryKernels memory_kernels;
}

}  // namespace cortado::htm
