// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "board.h"
#include "http_server.h"

namespace cortado::dashboard {

/// What a page asks of its live stream.
struct StreamWish {
  std::string device;                  ///< whose points are wanted; empty = nobody's
  std::size_t limit = 500;             ///< points to begin with
  std::optional<Cursor> resume;        ///< go on from here, all of it
  std::optional<Cursor> devices_from;  ///< go on from here in all but the points
  std::chrono::milliseconds every{0};  ///< the shortest time between two updates
  bool devices = true;
  bool batches = true;
  bool anomalies = false;
  bool partitions = false;
  bool engine = false;
};

/// The server-sent events of one page: at first everything it lacks, then what is new, at most as
/// often as the board changes. It keeps places in the board's rings and no queue of its own: a page
/// that falls behind skips what the rings have lost and always gets the newest.
class LiveStream : public EventStream {
 public:
  LiveStream(Board& board, StreamWish wish);
  ~LiveStream() override;

  bool has_news() const override;
  std::string next() override;

 private:
  bool heartbeat_due() const;
  std::string update();
  std::string heartbeat() const;
  void write_news(JsonWriter& out);
  void write_device_news(JsonWriter& out);
  const DeviceNews& device_news();
  void write_point_news(JsonWriter& out);
  void write_engine_news(JsonWriter& out);

  Board& board_;
  const StreamWish wish_;
  std::size_t limit_;  ///< points of the next update
  Cursor cursor_;
  bool replace_devices_ = true;
  bool replace_points_ = true;
  Version spark_until_ = 0;  ///< devices as old as this come with a sparkline
  std::uint64_t seen_changes_ = 0;
  std::chrono::nanoseconds last_sent_{0};
};

}  // namespace cortado::dashboard
