// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "cortado/dashboard/rows.h"
#include "device_state.h"

namespace cortado::dashboard {

/// The numbers behind /metrics. Labels come from closed sets, partitions from those that are owned:
/// no number of devices makes more series. Thread-safe.
class Metrics {
 public:
  explicit Metrics(const DashboardFacts& facts);
  ~Metrics();

  void count(const DeviceRow& row);
  void count(const BatchRow& row);
  void count(const SnapshotRow& row);
  void count(const JournalRow& row);
  void count_lost_rows(std::size_t rows);
  void count_refused_stream();
  void set_devices(const StateCounts& states);
  void set_memory(const MemoryRow& row);
  void set_process(const ProcessRow& row);
  /// Series of partitions that are not among the lanes end.
  void set_lanes(std::span<const LaneRow> lanes, base::EpochMillis now_ms);
  void set_streams(std::size_t streams);
  void set_partitions(const DashboardFacts& facts);
  void set_ready(bool ready);

  /// Return everything in Prometheus' text format 0.0.4.
  std::string text() const;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace cortado::dashboard
