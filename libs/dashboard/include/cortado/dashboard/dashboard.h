// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>

#include "cortado/base/clock.h"
#include "cortado/base/file_system.h"
#include "cortado/base/result.h"
#include "cortado/dashboard/admin.h"
#include "cortado/dashboard/http_config.h"
#include "cortado/dashboard/rows.h"

namespace cortado::dashboard {

/// Where the history of batches is kept over restarts.
struct HistoryStore {
  base::FileSystem* files = nullptr;  ///< none = nowhere
  std::string folder;                 ///< the worker's own; made if missing
};

/// Serves the live page, the REST interface, the probes and the metrics of one process. It keeps
/// read models of its own, filled by publish(); it never asks the engine anything. Thread-safe.
class Dashboard {
 public:
  /// Listen and serve from now on, not ready yet. `clock` and `store` outlive the dashboard;
  /// without a store the history of batches begins anew at each start, without `admin` nothing can
  /// be asked of the engine.
  ///
  /// **Errors:** kInvalidConfig if `listen` is no host:port; kUnavailable if the address is taken
  /// or not ours.
  static base::Result<std::unique_ptr<Dashboard>> create(const HttpConfig& config,
                                                         DashboardFacts facts,
                                                         base::Clock& clock = base::system_clock(),
                                                         HistoryStore store = {},
                                                         AdminAccess admin = {});
  /// Stops, if stop() was not called.
  virtual ~Dashboard() = default;

  /// Show these records, a device's own in offset order. Copies them into a bounded queue and
  /// returns: no client, however slow, delays the caller. When the queue is full (the server's
  /// thread starves) the newest rows are kept and the lost ones counted in /metrics.
  virtual void publish(std::span<const DeviceRow> rows) = 0;
  virtual void publish(const BatchRow& row) = 0;
  virtual void publish(const MemoryRow& row) = 0;
  virtual void publish(const ProcessRow& row) = 0;
  virtual void publish(const SnapshotRow& row) = 0;
  virtual void publish(const JournalRow& row) = 0;
  virtual void publish(const ActiveBatch& row) = 0;
  virtual void publish(std::span<const ResidencyRow> rows) = 0;
  /// Replace the table of lanes: those that this process owns now, by partition.
  virtual void publish(std::span<const LaneRow> lanes) = 0;
  /// Replace the facts, as when partitions come and go.
  virtual void set_facts(DashboardFacts facts) = 0;
  /// What /readyz answers: 200, or 503 with the reason.
  virtual void set_ready(bool ready, std::string reason) = 0;

  /// Return "http://127.0.0.1:8080/", with the real port where 0 was asked for.
  virtual std::string url() const = 0;
  /// End every stream and stop serving, within a second or so whatever the clients do. Publishing
  /// afterwards does nothing.
  virtual void stop() = 0;
};

}  // namespace cortado::dashboard
