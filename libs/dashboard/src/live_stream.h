// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "cortado/base/clock.h"
#include "http_server.h"
#include "read_model.h"
#include "views.h"

namespace cortado::dashboard {

/// The devices' part of an update, kept because streams that keep up ask for the very same one.
struct DeviceNews {
  std::uint64_t changes = 0;  ///< the board's when it was made
  Version after = 0;
  Version reached = 0;
  std::string json;
};

/// The read model and what stands beside it, shared by the thread that fills it and the server's.
struct Board {
  Board(const HttpConfig& http, DashboardFacts facts, base::Clock& time);

  const HttpConfig config;
  base::Clock& clock;
  /// Grows with every change; read without the lock.
  std::atomic<std::uint64_t> changes = 1;

  mutable std::mutex mutex;
  ReadModel model;       ///< guarded by mutex
  DeviceNews last_news;  ///< guarded by mutex

  /// Apart from the model's, so that probes and callers never wait for a long text being made.
  mutable std::mutex situation_mutex;
  Situation situation;       ///< guarded by situation_mutex
  const std::string server;  ///< this server's mark in cursors
};

/// What a page asks of its live stream.
struct StreamWish {
  std::string device;                  ///< whose points are wanted; empty = nobody's
  std::size_t limit = 500;             ///< points to begin with
  std::optional<Cursor> resume;        ///< go on from here, all of it
  std::optional<Cursor> devices_from;  ///< go on from here in devices and batches, begin the points
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

  Board& board_;
  const std::string device_;
  std::size_t limit_;
  Cursor cursor_;
  bool replace_devices_ = true;
  bool replace_points_ = true;
  Version spark_until_ = 0;  ///< devices as old as this come with a sparkline
  std::uint64_t seen_changes_ = 0;
  std::chrono::nanoseconds last_sent_{0};
};

}  // namespace cortado::dashboard
