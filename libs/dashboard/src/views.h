// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "decimate.h"
#include "device_query.h"
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

/// What a row of a device needs beside the device.
struct DeviceView {
  const ReadModel& model;
  base::EpochMillis now_ms = 0;
  std::chrono::milliseconds silent_after{0};
  std::size_t spark = 0;  ///< so many of the newest values
};

/// Devices newer than `after`, by age of their last record; moves `after` to the last one written.
void write_devices(JsonWriter& out, const DeviceView& view, Version& after, std::size_t limit);
/// These devices.
void write_devices(JsonWriter& out, const DeviceView& view,
                   const std::vector<const Device*>& devices);
/// The newest `limit` points of a device that are newer than `after`.
void write_points(JsonWriter& out, const ReadModel& model, const Device& device, Version after,
                  std::size_t limit);
/// These points of a device.
void write_points(JsonWriter& out, const ReadModel& model, const Device& device,
                  const std::vector<std::size_t>& chosen);
/// The field "held": what of the device can be asked for.
void write_held(JsonWriter& out, const Device& device);
void write_batches(JsonWriter& out, const ReadModel& model, Version after, std::size_t limit);
/// The newest `limit` alarms newer than `after`, of one device if it is named.
void write_anomalies(JsonWriter& out, const ReadModel& model, Version after, std::size_t limit,
                     std::string_view device = {});
void write_totals(JsonWriter& out, const ReadModel& model,
                  const std::optional<StateCounts>& states = {});
void write_info(JsonWriter& out, const Situation& situation, const HttpConfig& config,
                base::EpochMillis now_ms);

/// The first of the values newer than `after`; both are in the order of their versions.
template <typename T>
std::size_t first_after(const Ring<T>& ring, Version after) {
  std::size_t low = 0;
  std::size_t high = ring.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (ring[middle].version <= after) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/// None for a 0 that stands for "not known".
inline std::optional<std::int64_t> known(std::int64_t bytes) {
  return bytes == 0 ? std::nullopt : std::optional(bytes);
}
/// Write an event time, null where there is none.
void write_time(JsonWriter& out, std::int64_t time_ms);
double milliseconds(std::chrono::nanoseconds time);

}  // namespace cortado::dashboard
