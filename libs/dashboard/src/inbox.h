// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "cortado/dashboard/rows.h"

namespace cortado::dashboard {

/// What was published and not yet shown: a bounded queue between the engine's threads and ours.
/// Its lock is held for a copy only. Thread-safe.
class Inbox {
 public:
  static constexpr std::size_t kRows = 32'768;
  static constexpr std::size_t kBatches = 1'024;
  static constexpr std::size_t kEvents = 1'024;  ///< of the journal, and snapshots
  static constexpr std::size_t kResidency = 262'144;

  /// A model came or left behind so many of the turn's rows, those that were lost among them.
  struct Residency {
    std::size_t rows = 0;
    ResidencyRow row;
  };

  /// One turn's contents; objects are reused.
  struct Contents {
    std::vector<DeviceRow> rows;
    std::size_t row_count = 0;  ///< rows beyond are left-overs whose memory is reused
    std::size_t first = 0;      ///< the oldest row's place once the queue went round
    std::vector<BatchRow> batches;
    std::size_t lost = 0;  ///< rows that made room for newer ones
    std::vector<JournalRow> journal;
    std::vector<SnapshotRow> snapshots;
    std::vector<Residency> residency;
    // The newest of each, if one came.
    std::optional<std::vector<LaneRow>> lanes;
    std::optional<ActiveBatch> active;
    std::optional<MemoryRow> memory;
    std::optional<ProcessRow> process;

    bool empty() const;
    void clear();
  };

  void add(std::span<const DeviceRow> rows);
  void add(const BatchRow& row);
  void add(const JournalRow& row);
  void add(const SnapshotRow& row);
  void add(const ActiveBatch& row);
  void add(const MemoryRow& row);
  void add(const ProcessRow& row);
  void add(std::span<const ResidencyRow> rows);
  void add(std::span<const LaneRow> lanes);
  /// Swap everything out into `contents`, whose old contents are forgotten.
  void take(Contents& contents);

 private:
  void push(const DeviceRow& row);

  std::mutex mutex_;
  Contents held_;
};

}  // namespace cortado::dashboard
