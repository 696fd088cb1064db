// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "cortado/base/result.h"
#include "cortado/kafka/kafka_config.h"
#include "cortado/stream/lane_log.h"
#include "cortado/stream/source.h"

namespace cortado::kafka {

/// What the source saw since its start.
struct SourceCounts {
  std::int64_t records = 0;
  std::int64_t dropped = 0;  ///< came again below the expected offset
  std::int64_t gaps = 0;     ///< offsets that were passed over: compaction, transaction markers
};

/// The input topic as a member of the consumer group. A partition is fetched only after the
/// listener has sought it, from exactly that offset on; nothing is ever committed from here. One
/// thread at a time, the same for all calls but commit_for_display and committed.
class KafkaSource final : public stream::PartitionedSource {
 public:
  /// Does not connect yet. **Errors:** kInvalidConfig.
  static base::Result<std::unique_ptr<KafkaSource>> create(const KafkaConfig& config);
  /// Leaves the group without telling the listener, which may be gone; close() tells it.
  ~KafkaSource() override;

  base::Status start(stream::AssignmentListener& listener) override;
  base::Result<stream::SourceState> poll(std::chrono::milliseconds timeout, std::size_t limit,
                                         stream::RecordReceiver& receiver) override;
  base::Status seek(const base::TopicPartition& partition, base::Offset next) override;
  base::Status pause(const base::TopicPartition& partition) override;
  base::Status resume(const base::TopicPartition& partition) override;
  base::Result<stream::Watermarks> watermarks(const base::TopicPartition& partition) override;
  base::Result<int> partition_count() override;
  void close() override;

  /// Read the group's committed position of a partition. Thread-safe. **Errors:** kDenied,
  /// kUnavailable.
  base::Result<stream::LanePosition> committed(const base::TopicPartition& partition);
  /// Commit an offset as a member of the group, without waiting; a failure is logged, no more.
  /// Thread-safe.
  void commit_for_display(const base::TopicPartition& partition, base::Offset next,
                          std::string_view pointer);
  SourceCounts counts() const;

 private:
  struct Impl;
  explicit KafkaSource(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cortado::kafka
