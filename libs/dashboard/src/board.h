// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "cortado/base/clock.h"
#include "engine_board.h"
#include "read_model.h"
#include "timeline.h"
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

  /// The devices as of now. Precondition: `mutex` is held as long as it is used.
  DeviceView view(std::size_t spark) const {
    return {.model = model,
            .now_ms = clock.now_ms(),
            .silent_after = config.silent_after,
            .spark = spark};
  }
  /// A copy of the facts.
  DashboardFacts facts() const {
    const std::lock_guard lock(situation_mutex);
    return situation.facts;
  }

  const HttpConfig config;
  base::Clock& clock;
  const base::EpochMillis started_ms;
  /// Grows with every change; read without the lock.
  std::atomic<std::uint64_t> changes = 1;

  mutable std::mutex mutex;
  ReadModel model;       ///< guarded by mutex
  EngineBoard engine;    ///< guarded by mutex
  Timeline timeline;     ///< guarded by mutex
  DeviceNews last_news;  ///< guarded by mutex

  /// Apart from the model's, so that probes and callers never wait for a long text being made.
  mutable std::mutex situation_mutex;
  Situation situation;       ///< guarded by situation_mutex
  const std::string server;  ///< this server's mark in cursors
};

}  // namespace cortado::dashboard
