// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cortado/base/clock.h"
#include "cortado/base/ids.h"
#include "cortado/base/patience.h"
#include "cortado/base/raw_record.h"
#include "cortado/base/result.h"
#include "cortado/kafka/isolation.h"
#include "cortado/kafka/kafka_config.h"

namespace cortado::kafka {

/// Records of one partition: from `begin` on, below `end`. Not every offset has one.
struct OffsetRange {
  base::TopicPartition partition;
  base::Offset begin;
  base::Offset end;
};

/// Reads what a topic holds now, from one offset to another, and stops there: no group is joined,
/// nothing is committed. One thread at a time.
class TopicReader {
 public:
  /// Does not connect yet. **Errors:** kInvalidConfig.
  static base::Result<std::unique_ptr<TopicReader>> create(const KafkaConfig& config,
                                                           Isolation isolation);
  ~TopicReader();
  TopicReader(const TopicReader&) = delete;
  TopicReader& operator=(const TopicReader&) = delete;

  /// Let whoever waits give up once it is over; it outlives the reader.
  void set_patience(const base::Patience* patience);

  /// Return for every partition the first offset kept and the end, as its isolation sees it.
  /// **Errors:** kNotFound (no such topic), kDenied, kUnavailable.
  base::Result<std::vector<OffsetRange>> ranges(const std::string& topic);
  base::Result<OffsetRange> range(const base::TopicPartition& partition);
  /// Return the first offset whose record has this timestamp or a later one; none if there is none.
  /// **Errors:** as ranges().
  base::Result<std::optional<base::Offset>> offset_at(const base::TopicPartition& partition,
                                                      base::EpochMillis timestamp);
  /// Hand over the records of each range, one range after the other, in offset order, until
  /// `receive` returns false or all is read. The record's bytes are valid during the call only.
  /// **Errors:** kDenied, kNotFound (an offset that is no longer kept), kUnavailable (no progress
  /// for half a minute).
  base::Status read(std::span<const OffsetRange> ranges,
                    const std::function<bool(const base::RawRecord&)>& receive);

 private:
  struct Impl;
  explicit TopicReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cortado::kafka
