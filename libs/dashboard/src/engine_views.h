// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>

#include "board.h"
#include "json_writer.h"

namespace cortado::dashboard {

// As in views.h: tables are two fields of the object that is open.

void write_partitions(JsonWriter& out, const EngineBoard& engine, base::EpochMillis now_ms);
/// Return how old the newest committed record is, 0 where nothing waits; none = not known.
std::optional<double> lag_seconds(const LaneRow& lane, base::EpochMillis now_ms);
std::optional<std::int64_t> lag_records(const LaneRow& lane);

/// The engine's present figures as an object.
void write_engine(JsonWriter& out, const Board& board);
void write_journal(JsonWriter& out, const EngineBoard& engine, Version after, std::size_t limit,
                   std::optional<JournalKind> kind);
/// The field "active".
void write_active(JsonWriter& out, const EngineBoard& engine);

/// A range of the timeline.
struct TimelineWish {
  base::EpochMillis from = 0;
  base::EpochMillis to = 0;
  std::size_t points = 300;
};
void write_timeline(JsonWriter& out, const Timeline& timeline, const TimelineWish& wish);

/// What of the heat map is wanted.
struct FleetWish {
  std::size_t level = 0;
  std::int64_t columns = FleetRow::kColumns;
  std::optional<std::int64_t> since_ms;
  std::optional<std::int64_t> until_ms;
  std::optional<std::uint64_t> roster;
  std::size_t offset = 0;            ///< devices passed over
  std::optional<std::size_t> limit;  ///< devices; none = all
  std::optional<std::size_t> rows;   ///< at most so many, which devices then share; none = one each
  std::string device;                ///< whose place is asked for; empty = nobody's
};
/// Write the heat map of these devices.
void write_fleet(JsonWriter& out, const ReadModel& model, std::span<const Device* const> devices,
                 const FleetWish& wish);

/// Explain a device's point number `i` as an object.
void write_explanation(JsonWriter& out, const ReadModel& model, const Device& device, std::size_t i,
                       const DashboardFacts& facts);

}  // namespace cortado::dashboard
