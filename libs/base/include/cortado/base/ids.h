// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "cortado/base/named_type.h"

namespace cortado::base {

/// A partition's number within its topic, from 0.
using Partition = NamedType<std::int32_t, struct PartitionTag>;
/// A record's position in its partition, from 0.
using Offset = NamedType<std::int64_t, struct OffsetTag>;

/// One partition of one topic.
struct TopicPartition {
  std::string topic;
  Partition partition;

  auto operator<=>(const TopicPartition&) const = default;
};

/// Return "topic[partition]", as Kafka's own tools write it.
std::string to_string(const TopicPartition& topic_partition);

}  // namespace cortado::base
