// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "cortado/base/clock.h"
#include "cortado/base/ids.h"
#include "cortado/base/outcome.h"
#include "cortado/base/raw_record.h"
#include "cortado/dashboard/rows.h"

namespace cortado::app {

/// What the page is told of the lanes: written by the engine's thread as partitions come and go and
/// batches are committed, read by the thread that watches the broker. Thread-safe; its lock is held
/// for bookkeeping only.
class LaneBook {
 public:
  void assigned(std::span<const base::TopicPartition> partitions);
  /// Records come from this offset on, or would.
  void positioned(const base::TopicPartition& partition, base::Offset next);
  void gone(std::span<const base::TopicPartition> partitions);
  void set_state(const base::TopicPartition& partition, dashboard::LaneState state,
                 const std::string& reason);
  /// Of so many devices the lane has the state, so many of them are in memory.
  void set_devices(const base::TopicPartition& partition, std::int64_t devices,
                   std::int64_t resident, base::EpochMillis now_ms);
  void committed(const base::TopicPartition& partition, std::span<const base::RawRecord> inputs,
                 std::span<const base::Outcome> outcomes, base::EpochMillis now_ms);
  /// A record of an enriched topic was shown.
  void read(const base::TopicPartition& partition, const base::RawRecord& record,
            base::EpochMillis now_ms);
  void snapshot(const base::TopicPartition& partition, const dashboard::SnapshotRow& row,
                base::EpochMillis now_ms);
  /// The offsets that the input topic's partitions will give next, by partition.
  void set_ends(std::span<const base::Offset> ends, base::EpochMillis now_ms);

  /// The lanes by partition.
  std::vector<dashboard::LaneRow> rows() const;
  /// True once partitions were assigned or found to be others'.
  bool joined() const;
  /// Why not all lanes run; empty = they do.
  std::string trouble() const;

 private:
  mutable std::mutex mutex_;
  bool joined_ = false;
  std::map<base::TopicPartition, dashboard::LaneRow> lanes_;
};

}  // namespace cortado::app
