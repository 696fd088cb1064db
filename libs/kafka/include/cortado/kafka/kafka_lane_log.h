// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "cortado/base/patience.h"
#include "cortado/base/result.h"
#include "cortado/kafka/kafka_config.h"
#include "cortado/kafka/kafka_source.h"
#include "cortado/kafka/producer_core.h"
#include "cortado/kafka/topics.h"
#include "cortado/stream/lane_log.h"

namespace cortado::kafka {

/// How lanes write.
struct LogOptions {
  bool exactly_once = false;  ///< in transactions; a broker that has none is not noticed here
  std::chrono::milliseconds batch_interval{500};
  std::string state_topic = {};               ///< of the snapshot store, if that is in a topic
  std::int64_t max_batch_records = 20'000;    ///< of a lane
  std::int64_t max_batch_bytes = 64LL << 20;  ///< of a lane's records
  /// Whoever waits for the broker gives up once it is over; outlives the logs. Null: never.
  const base::Patience* patience = nullptr;
  /// Called at each step of a transactional lane, on the thread that takes it: fence, fenced,
  /// position, begin, append, discard, send_offsets, commit, abort, committed, aborted. For tests
  /// that end the process there.
  std::function<void(std::string_view step)> at_step = {};
};

/// How long a transaction may stay open before the broker ends it: 10 s, or three intervals.
std::chrono::milliseconds transaction_timeout(std::chrono::milliseconds batch_interval);

/// What a lane's producer holds at most: the outcomes of its largest batch, so that a batch is
/// written without a wait and a broker that does not answer lets nothing grow.
QueueLimits queue_limits(const LogOptions& options);

/// The id that fences the producers of one partition's owners, whoever they are.
std::string transactional_id(const KafkaConfig& config, base::Partition partition);

/// Lane logs in a topic. Exactly once: each lane has a transactional producer; a transaction holds
/// a batch's records, the consumed offset and the pointer to the state. At least once: all lanes
/// share an idempotent producer; commit waits for the lane's own records and then commits the
/// offset as a member of the group. Enriched records and dead letters go to the input's partition
/// where the counts are equal, else to that of the device.
class KafkaLaneLogFactory final : public stream::LaneLogFactory {
 public:
  /// `layout` as ensure_topics gave it; the source outlives the factory, the factory its logs.
  /// **Errors:** kInvalidConfig.
  static base::Result<std::unique_ptr<KafkaLaneLogFactory>> create(const KafkaConfig& config,
                                                                   const TopicLayout& layout,
                                                                   const LogOptions& options,
                                                                   KafkaSource& source);
  ~KafkaLaneLogFactory() override;

  base::Result<std::unique_ptr<stream::LaneLog>> create(
      const base::TopicPartition& partition) override;
  bool remote() const override { return true; }
  bool exactly_once() const override;
  /// Over all lanes.
  ProducerTotals totals() const;

 private:
  struct Impl;
  explicit KafkaLaneLogFactory(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cortado::kafka
