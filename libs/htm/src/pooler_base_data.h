// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <vector>

#include "cortado/htm/spatial_pooler.h"

namespace cortado::htm {

/// A pooler permanence as stored: units above the connected permanence, so that the sign says
/// whether the synapse is connected. kNoSynapse marks inputs outside the pool and padding.
using StoredPermanence = std::int16_t;
inline constexpr StoredPermanence kNoSynapse = INT16_MIN;

/// Words and permanences come in whole cache lines.
inline constexpr std::size_t kWordsPerLine = 8;
inline constexpr std::size_t kPermanencesPerLine = 32;

/// A spatial pooler's configuration in stored units.
struct PoolerUnits {
  std::uint32_t inputs;
  std::uint32_t columns;
  std::uint32_t active_columns;
  std::uint32_t stimulus_threshold;
  std::int32_t connected;  ///< in units above 0
  StoredPermanence increment;
  StoredPermanence decrement;
  StoredPermanence raise;  ///< what a weak column's permanences gain
  StoredPermanence low;    ///< permanence 0 as stored
  StoredPermanence high;   ///< permanence 1 as stored
};

struct PoolerBaseData {
  SpatialPoolerConfig config;
  PoolerUnits units{};
  std::size_t stride = 0;                     ///< permanences of a column, padded
  std::size_t row_words = 0;                  ///< 64-bit words of a row of connected bits, padded
  std::vector<StoredPermanence> permanences;  ///< column by column
  std::vector<std::uint64_t> connected;       ///< input by input, one bit a column
  std::uint64_t digest = 0;

  const StoredPermanence* column(std::uint32_t index) const {
    return permanences.data() + index * stride;
  }
  const std::uint64_t* row(std::uint32_t input) const {
    return connected.data() + input * row_words;
  }
};

}  // namespace cortado::htm
