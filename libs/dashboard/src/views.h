// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "json_writer.h"
#include "read_model.h"

namespace cortado::dashboard {

/// How far a reader has come, in devices, in the points of one device and in batches. As text it
/// carries the server's own mark, so that one of a former server is recognised.
struct Cursor {
  Version devices = 0;
  Version points = 0;
  Version batches = 0;
};

std::string to_text(const Cursor& cursor, std::string_view server);
/// Read it back; none if it is malformed or of another server.
std::optional<Cursor> parse_cursor(std::string_view text, std::string_view server);

std::string_view to_text(base::ScoreStatus status);

/// What the process says of itself beside the read model.
struct Situation {
  DashboardFacts facts;
  bool ready = false;
  std::string reason;
  std::string server;  ///< this server's mark in cursors
  base::EpochMillis started_ms = 0;
};

// Tables are written as two fields of the object that is open, "columns": [...] and "rows": [[...],
// ...]; totals and info are objects of their own.

/// At most this many devices in one live update; the others follow in the next.
inline constexpr std::size_t kDevicesPerUpdate = 500;

/// Devices newer than `after`, by age of their last record, with the newest `spark` values each;
/// moves `after` to the last one written.
void write_devices(JsonWriter& out, const ReadModel& model, Version& after, std::size_t spark,
                   std::size_t limit);
/// All devices by name.
void write_all_devices(JsonWriter& out, const ReadModel& model, std::size_t spark);
/// The newest `limit` points of a device that are newer than `after`.
void write_points(JsonWriter& out, const ReadModel& model, const Device& device, Version after,
                  std::size_t limit);
void write_batches(JsonWriter& out, const ReadModel& model, Version after, std::size_t limit);
void write_totals(JsonWriter& out, const ReadModel& model);
void write_info(JsonWriter& out, const Situation& situation, const HttpConfig& config);

}  // namespace cortado::dashboard
