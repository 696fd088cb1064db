// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "cortado/base/result.h"
#include "cortado/kafka/kafka_config.h"
#include "cortado/kafka/kafka_source.h"
#include "cortado/kafka/producer_core.h"
#include "cortado/kafka/topics.h"
#include "cortado/stream/lane_log.h"

namespace cortado::kafka {

/// Lane logs that write at least once: all lanes share one idempotent producer; commit waits for
/// the lane's own records and then commits the offset for display. Enriched records and dead
/// letters go to the input's partition where the counts are equal, else to that of the device.
class KafkaLaneLogFactory final : public stream::LaneLogFactory {
 public:
  /// `layout` as ensure_topics gave it; the source outlives the factory, the factory its logs.
  /// **Errors:** kInvalidConfig.
  static base::Result<std::unique_ptr<KafkaLaneLogFactory>> create(const KafkaConfig& config,
                                                                   const TopicLayout& layout,
                                                                   KafkaSource& source);
  ~KafkaLaneLogFactory() override;

  base::Result<std::unique_ptr<stream::LaneLog>> create(
      const base::TopicPartition& partition) override;
  /// Over all lanes.
  ProducerTotals totals() const;

 private:
  struct Impl;
  explicit KafkaLaneLogFactory(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cortado::kafka
