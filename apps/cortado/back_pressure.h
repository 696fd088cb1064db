// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <stop_token>
#include <string_view>

#include "cortado/base/ids.h"
#include "cortado/generator/sink.h"

namespace cortado::app {

/// Holds a sender back that is ahead of its reader, partition by partition: a broker that keeps
/// only so many bytes of each would forget records before they are read. Thread-safe.
class BackPressure {
 public:
  /// At most so many bytes of a partition wait for their reader; one record always may.
  explicit BackPressure(std::int64_t bytes) : bytes_(bytes) {}

  /// Note that a record is about to be sent; wait while its partition is full. Returns false if it
  /// was told to stop meanwhile.
  bool admit(base::Partition partition, std::int64_t bytes, const std::stop_token& stop);
  /// Note that all records of a partition below `next` are done with.
  void done(base::Partition partition, base::Offset next);
  /// True if a record of this partition would have to wait.
  bool is_full(base::Partition partition) const;

 private:
  /// A partition, of which nobody else writes and no record is missing.
  struct Queue {
    std::int64_t sent = 0;
    std::int64_t done = 0;
    std::int64_t largest = 1;  ///< bytes of its largest record
  };
  bool is_full(const Queue& queue) const;

  const std::int64_t bytes_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<base::Partition, Queue> queues_;
};

/// A sink that waits where the reader of its topic is behind, and says so once.
class HeldBackSink final : public generator::RecordSink {
 public:
  /// The topic has so many partitions; `sink` and `pressure` outlive it.
  HeldBackSink(generator::RecordSink& sink, BackPressure& pressure, int partitions,
               std::stop_token stop)
      : sink_(sink), pressure_(pressure), partitions_(partitions), stop_(std::move(stop)) {}

  base::Status send(std::string_view key, const record::MonitoringRecord& record) override;
  base::Status flush() override { return sink_.flush(); }

 private:
  generator::RecordSink& sink_;
  BackPressure& pressure_;
  const int partitions_;
  const std::stop_token stop_;
  bool told_ = false;
};

}  // namespace cortado::app
