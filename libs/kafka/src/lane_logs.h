// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string_view>

#include "cortado/base/ids.h"
#include "cortado/kafka/kafka_source.h"
#include "cortado/kafka/producer_core.h"
#include "cortado/stream/lane_log.h"
#include "lane_records.h"

namespace cortado::kafka {

/// The producers that lanes have of their own, and what those that ended have sent. Thread-safe.
class ProducerRegistry {
 public:
  void add(const ProducerCore& producer);
  void remove(const ProducerCore& producer);
  ProducerTotals totals() const;

 private:
  mutable std::mutex mutex_;
  std::set<const ProducerCore*> live_;
  ProducerTotals ended_;
};

/// A log that writes at least once: it waits for the lane's own records, then commits the offset as
/// a member of the group, which the broker refuses from a member of a former generation.
std::unique_ptr<stream::LaneLog> make_plain_log(ProducerCore& producer, KafkaSource& source,
                                                const LaneTargets& targets,
                                                const base::TopicPartition& lane,
                                                DeliveryTracker& tracker);

/// What a transactional log is made from.
struct TransactionalParts {
  const KafkaConfig& config;
  KafkaSource& source;
  const LaneTargets& targets;
  ProducerRegistry& registry;
  std::chrono::milliseconds timeout;  ///< transaction.timeout.ms
  QueueLimits queue;
  const base::Patience* patience;  ///< may be null
  const std::function<void(std::string_view)>& at_step;
};

/// A log with a transactional producer of its own, made when it fences: outcomes and offset count
/// together or not at all.
std::unique_ptr<stream::LaneLog> make_transactional_log(const TransactionalParts& parts,
                                                        const base::TopicPartition& lane);

}  // namespace cortado::kafka
