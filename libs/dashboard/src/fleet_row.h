// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace cortado::dashboard {

/// One device's row of the heat map, in four widths of a column; a byte a column.
class FleetRow {
 public:
  static constexpr std::size_t kLevels = 4;
  /// Milliseconds of a column.
  static constexpr std::array<std::int64_t, kLevels> kSteps = {1'000, 10'000, 60'000, 600'000};
  /// Columns that can be asked for.
  static constexpr std::int64_t kColumns = 500;

  /// The byte of a record: (byte & 127) - 1 = 126 times its score (0 to 1), bit 7 = it is an alarm.
  static std::uint8_t cell(double score, bool alarm);

  /// Let a record of this time (at least 0) count in its columns; what is older than all that is
  /// kept does not.
  void add(std::int64_t time_ms, std::uint8_t cell);
  /// Write columns `first`, `first` + 1, ... of a level, numbered from 1970; 0 = no record.
  void read(std::size_t level, std::int64_t first, std::span<std::uint8_t> out) const;

 private:
  static constexpr std::int64_t kSlots = 512;  ///< a power of two, at least kColumns

  struct Level {
    std::int64_t newest = -1;  ///< its last column that was written; slots beyond are stale
    std::array<std::uint8_t, kSlots> slots{};
  };

  static void put(Level& level, std::int64_t column, std::uint8_t cell);

  std::array<Level, kLevels> levels_;
};

}  // namespace cortado::dashboard
