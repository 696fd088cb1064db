// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "fleet_row.h"

#include <algorithm>
#include <cmath>

namespace cortado::dashboard {
namespace {

constexpr std::uint8_t kAlarm = 0x80;

/// The higher score, and an alarm if either is one.
std::uint8_t join(std::uint8_t a, std::uint8_t b) {
  const auto score = [](std::uint8_t cell) { return static_cast<std::uint8_t>(cell & ~kAlarm); };
  return static_cast<std::uint8_t>(std::max(score(a), score(b)) | ((a | b) & kAlarm));
}

}  // namespace

std::uint8_t FleetRow::cell(double score, bool alarm) {
  const double bounded = std::isfinite(score) ? std::clamp(score, 0.0, 1.0) : 0.0;
  const auto level = static_cast<std::uint8_t>(1 + std::lround(bounded * 126));
  return alarm ? level | kAlarm : level;
}

void FleetRow::add(std::int64_t time_ms, std::uint8_t cell) {
  for (std::size_t i = 0; i < kLevels; ++i) put(levels_[i], time_ms / kSteps[i], cell);
}

void FleetRow::put(Level& level, std::int64_t column, std::uint8_t cell) {
  if (column > level.newest) {
    // What the ring held one round ago ends here.
    const std::int64_t stale = std::min(column - level.newest, kSlots);
    for (std::int64_t i = 0; i < stale; ++i)
      level.slots[static_cast<std::size_t>((column - i) & (kSlots - 1))] = 0;
    level.newest = column;
  } else if (column <= level.newest - kSlots) {
    return;
  }
  auto& slot = level.slots[static_cast<std::size_t>(column & (kSlots - 1))];
  slot = join(slot, cell);
}

void FleetRow::read(std::size_t level, std::int64_t first, std::span<std::uint8_t> out) const {
  const Level& from = levels_[level];
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::int64_t column = first + static_cast<std::int64_t>(i);
    const bool held = column <= from.newest && column > from.newest - kSlots && column >= 0;
    out[i] = held ? from.slots[static_cast<std::size_t>(column & (kSlots - 1))] : 0;
  }
}

}  // namespace cortado::dashboard
