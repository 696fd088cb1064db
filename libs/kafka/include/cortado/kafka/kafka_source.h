// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/patience.h"
#include "cortado/base/result.h"
#include "cortado/kafka/kafka_config.h"
#include "cortado/stream/lane_log.h"
#include "cortado/stream/source.h"

struct rd_kafka_s;  // librdkafka's, without its header

namespace cortado::kafka {

/// What the source saw since its start.
struct SourceCounts {
  std::int64_t records = 0;
  std::int64_t dropped = 0;  ///< came again below the expected offset
  std::int64_t gaps = 0;     ///< offsets that were passed over: compaction, transaction markers
};

/// The input topic as a member of the consumer group. A partition is fetched only after the
/// listener has sought it, from exactly that offset on; nothing is ever committed from here by
/// itself. One thread at a time, the same for all calls but commit, committed and
/// stable_ends.
class KafkaSource final : public stream::PartitionedSource {
 public:
  /// Does not connect yet. **Errors:** kInvalidConfig.
  static base::Result<std::unique_ptr<KafkaSource>> create(const KafkaConfig& config);
  /// Let whoever waits for answers give up once it is over; it outlives the source.
  void set_patience(const base::Patience* patience);
  /// Leaves the group without telling the listener, which may be gone; close() tells it.
  ~KafkaSource() override;

  base::Status start(stream::AssignmentListener& listener) override;
  base::Result<stream::SourceState> poll(std::chrono::milliseconds timeout, std::size_t limit,
                                         stream::RecordReceiver& receiver) override;
  base::Status seek(const base::TopicPartition& partition, base::Offset next) override;
  base::Status pause(const base::TopicPartition& partition) override;
  base::Status resume(const base::TopicPartition& partition) override;
  base::Result<stream::Watermarks> watermarks(const base::TopicPartition& partition) override;
  /// What kafka.start_from says. **Errors:** kUnavailable.
  base::Result<base::Offset> first_offset(const base::TopicPartition& partition) override;
  bool first_offset_moves() const override;
  bool owns(const base::TopicPartition& partition) override;
  base::Result<int> partition_count() override;
  void close() override;

  /// Read the group's committed position of a partition; as long as a transaction holds another
  /// one, that is waited for. Thread-safe. **Errors:** kDenied, kUnavailable.
  base::Result<stream::LanePosition> committed(const base::TopicPartition& partition);
  /// Where partitions of any topic end for those who read committed records only, in their order.
  /// Thread-safe. **Errors:** as committed.
  base::Result<std::vector<base::Offset>> stable_ends(
      std::span<const base::TopicPartition> partitions);
  /// Commit an offset and its pointer as a member of the group, and wait for the answer: kAborted
  /// if the group has moved on, kUnknown if there is none. Thread-safe. **Errors:** what no repeat
  /// mends.
  base::Result<stream::CommitResult> commit(const base::TopicPartition& partition,
                                            base::Offset next, std::string_view pointer);
  /// For this room only: transactions commit offsets as a member of its group.
  rd_kafka_s* consumer_handle() const;
  SourceCounts counts() const;

 private:
  struct Impl;
  explicit KafkaSource(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cortado::kafka
