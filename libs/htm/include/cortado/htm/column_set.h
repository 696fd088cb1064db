// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

namespace cortado::htm {

/// Columns that a ColumnSet can hold; 256 bytes stay in a processor's registers.
inline constexpr std::uint32_t kSetColumns = 2048;

/// Which of 2048 columns are active, one bit each.
struct ColumnSet {
  std::array<std::uint64_t, kSetColumns / 64> words{};

  void insert(std::uint32_t column) { words[column / 64] |= std::uint64_t{1} << (column % 64); }
  bool contains(std::uint32_t column) const {
    return (words[column / 64] >> (column % 64) & 1) != 0;
  }
  friend bool operator==(const ColumnSet&, const ColumnSet&) = default;
};

}  // namespace cortado::htm
