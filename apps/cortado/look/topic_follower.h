// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cortado/base/raw_record.h"
#include "cortado/base/result.h"
#include "cortado/kafka/consumer_core.h"
#include "cortado/kafka/kafka_config.h"
#include "cortado/kafka/topic_reader.h"
#include "look/look_options.h"

namespace cortado::app {

/// What to follow of a topic, or of all topics that match a pattern.
struct FollowWish {
  std::string topic;  ///< a pattern if it begins with ^
  std::optional<std::int32_t> partition;
  std::string offset;

  bool is_pattern() const { return topic.starts_with('^'); }
};

/// What the partitions hold now, from where the wish begins. Precondition: no pattern. **Errors:**
/// kInvalidConfig (the offset), kNotFound, those of TopicReader.
base::Result<std::vector<kafka::OffsetRange>> ranges_of(kafka::TopicReader& reader,
                                                        const FollowWish& wish);

/// Reads records as they come, without joining anybody's group: a single topic's partitions are
/// read directly, a pattern through a group of its own that commits nothing. One thread at a time.
class TopicFollower {
 public:
  /// **Errors:** as ranges_of; kInvalidConfig for a pattern with a partition or with another
  /// offset than beginning or end.
  static base::Result<TopicFollower> create(kafka::KafkaConfig config, const FollowWish& wish);

  /// **Errors:** as kafka::ConsumerCore::poll.
  base::Status poll(std::chrono::milliseconds timeout, std::size_t limit,
                    const std::function<void(const base::RawRecord&)>& receive,
                    const kafka::ConsumerCore::Reached& reached = {}) {
    return consumer_->poll(timeout, limit, receive, reached);
  }
  /// Where the partitions began to be read; empty for a pattern.
  const std::vector<kafka::OffsetRange>& ranges() const { return ranges_; }

 private:
  explicit TopicFollower(std::unique_ptr<kafka::ConsumerCore> consumer)
      : consumer_(std::move(consumer)) {}

  std::unique_ptr<kafka::ConsumerCore> consumer_;
  std::vector<kafka::OffsetRange> ranges_;
};

}  // namespace cortado::app
