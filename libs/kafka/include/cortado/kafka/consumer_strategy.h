// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cortado/kafka/consumer_core.h"

namespace cortado::kafka {

/// Which records a KafkaConsumer<K, V> reads, and from where on.
template <typename K, typename V>
class ConsumerStrategy {
 public:
  /// Read topics as a member of the group.
  static ConsumerStrategy subscribe(std::vector<std::string> topics, StartingOffsets start = {}) {
    return ConsumerStrategy({.kind = Subscription::Kind::kTopics,
                             .topics = std::move(topics),
                             .pattern = {},
                             .partitions = {},
                             .start = std::move(start)});
  }

  /// Read every topic whose whole name matches an extended regular expression, also one that
  /// appears later.
  static ConsumerStrategy subscribe_pattern(std::string pattern, StartingOffsets start = {}) {
    return ConsumerStrategy({.kind = Subscription::Kind::kPattern,
                             .topics = {},
                             .pattern = std::move(pattern),
                             .partitions = {},
                             .start = std::move(start)});
  }

  /// Read these partitions without any group.
  static ConsumerStrategy assign(std::vector<base::TopicPartition> partitions,
                                 StartingOffsets start = {}) {
    return ConsumerStrategy({.kind = Subscription::Kind::kPartitions,
                             .topics = {},
                             .pattern = {},
                             .partitions = std::move(partitions),
                             .start = std::move(start)});
  }

  const Subscription& subscription() const { return subscription_; }

 private:
  explicit ConsumerStrategy(Subscription subscription) : subscription_(std::move(subscription)) {}

  Subscription subscription_;
};

}  // namespace cortado::kafka
