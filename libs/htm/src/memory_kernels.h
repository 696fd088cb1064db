// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cortado::htm {

/// A cell's number, and a memory permanence in hundredths.
using CellIndex = std::uint16_t;
using MemoryPermanence = std::uint8_t;

/// Synapse arrays are padded to this many slots with copies of the first cell.
inline constexpr std::uint32_t kSynapsePadding = 8;

/// Count the synapses whose cell is flagged. Precondition: count > 0, padded as above.
std::uint32_t count_active(const CellIndex* cells, std::uint32_t count, const std::uint8_t* flags);

/// Count those of them whose permanence is at least `connected`.
std::uint32_t count_connected(const CellIndex* cells, const MemoryPermanence* permanences,
                              std::uint32_t count, const std::uint8_t* flags,
                              MemoryPermanence connected);

/// Raise the permanences of flagged cells and lower the others, within 0 and 100. Return true if
/// one became 0.
bool adapt_synapses(const CellIndex* cells, MemoryPermanence* permanences, std::uint32_t count,
                    const std::uint8_t* flags, MemoryPermanence increment,
                    MemoryPermanence decrement);

}  // namespace cortado::htm
