// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <mutex>
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

  /// One turn's contents; objects are reused.
  struct Contents {
    std::vector<DeviceRow> rows;
    std::size_t row_count = 0;  ///< rows beyond are left-overs whose memory is reused
    std::size_t first = 0;      ///< the oldest row's place once the queue went round
    std::vector<BatchRow> batches;
    std::size_t lost = 0;  ///< rows that made room for newer ones
  };

  void add(std::span<const DeviceRow> rows);
  void add(const BatchRow& row);
  /// Swap everything out into `contents`, whose old contents are forgotten.
  void take(Contents& contents);

 private:
  void push(const DeviceRow& row);

  std::mutex mutex_;
  Contents held_;
};

}  // namespace cortado::dashboard
