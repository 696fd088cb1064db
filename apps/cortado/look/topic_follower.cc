// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "look/topic_follower.h"

#include <unistd.h>

#include "cortado/base/clock.h"
#include "dlq/letter_selection.h"

namespace cortado::app {
namespace {

using base::Error;
using base::ErrorCode;

/// A group that nobody else has; nothing of it is ever committed.
std::string own_group() {
  return "cortado-look-" + std::to_string(::getpid()) + "-" +
         std::to_string(base::system_clock().now_ms());
}

base::Result<kafka::Subscription> pattern_of(const FollowWish& wish) {
  CORTADO_ASSIGN(const StartAt start, parse_start(wish.offset));
  const bool at_end = start.kind == StartAt::Kind::kEnd;
  if (!at_end && start.kind != StartAt::Kind::kBeginning)
    return Error(ErrorCode::kInvalidConfig,
                 "-o: a pattern of topics begins at beginning or end; name one topic for others");
  if (wish.partition)
    return Error(ErrorCode::kInvalidConfig, "-p: a pattern of topics is read in all partitions");
  kafka::Subscription subscription;
  subscription.kind = kafka::Subscription::Kind::kPattern;
  subscription.pattern = wish.topic.substr(1);
  subscription.start.otherwise =
      at_end ? kafka::StartingOffsets::Default::kEnd : kafka::StartingOffsets::Default::kBeginning;
  return subscription;
}

kafka::Subscription partitions_of(const std::vector<kafka::OffsetRange>& ranges) {
  kafka::Subscription subscription;
  subscription.kind = kafka::Subscription::Kind::kPartitions;
  for (const auto& range : ranges) {
    subscription.partitions.push_back(range.partition);
    subscription.start.at[range.partition] = range.begin;
  }
  return subscription;
}

}  // namespace

base::Result<std::vector<kafka::OffsetRange>> ranges_of(kafka::TopicReader& reader,
                                                        const FollowWish& wish) {
  CORTADO_ASSIGN(const StartAt start, parse_start(wish.offset));
  CORTADO_ASSIGN(auto ranges, reader.ranges(wish.topic));
  std::erase_if(ranges, [&](const kafka::OffsetRange& range) {
    return wish.partition && range.partition.partition.get() != *wish.partition;
  });
  if (ranges.empty())
    return Error(ErrorCode::kNotFound, "topic " + wish.topic + " has no such partition");
  const bool by_time =
      start.kind == StartAt::Kind::kFromTime || start.kind == StartAt::Kind::kUpToTime;
  for (kafka::OffsetRange& range : ranges) {
    std::optional<base::Offset> at_time;
    if (by_time) {
      CORTADO_ASSIGN(at_time, reader.offset_at(range.partition, start.number));
    }
    range = apply_start(start, range, at_time);
  }
  return ranges;
}

base::Result<TopicFollower> TopicFollower::create(kafka::KafkaConfig config,
                                                  const FollowWish& wish) {
  config.group_id = own_group();
  config.instance_id.clear();
  if (wish.is_pattern()) {
    CORTADO_ASSIGN(const auto subscription, pattern_of(wish));
    CORTADO_ASSIGN(auto consumer, kafka::ConsumerCore::create(config, subscription));
    return TopicFollower(std::move(consumer));
  }
  CORTADO_ASSIGN(const auto reader,
                 kafka::TopicReader::create(config, kafka::Isolation::kReadCommitted));
  CORTADO_ASSIGN(auto ranges, ranges_of(*reader, wish));
  CORTADO_ASSIGN(auto consumer, kafka::ConsumerCore::create(config, partitions_of(ranges)));
  TopicFollower follower(std::move(consumer));
  follower.ranges_ = std::move(ranges);
  return follower;
}

}  // namespace cortado::app
