// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "cortado/base/ids.h"
#include "cortado/base/raw_record.h"

struct rd_kafka_message_s;
struct rd_kafka_topic_partition_list_s;

namespace cortado::kafka {

struct MessageDeleter {
  void operator()(rd_kafka_message_s* message) const;
};
using MessagePtr = std::unique_ptr<rd_kafka_message_s, MessageDeleter>;

struct ListDeleter {
  void operator()(rd_kafka_topic_partition_list_s* list) const;
};
using PartitionList = std::unique_ptr<rd_kafka_topic_partition_list_s, ListDeleter>;

PartitionList make_list(int capacity = 1);
/// Append a partition; `offset` may be one of librdkafka's logical offsets.
void add(const PartitionList& list, const base::TopicPartition& partition, std::int64_t offset);
/// The same with the text that is committed beside the offset.
void add(const PartitionList& list, const base::TopicPartition& partition, std::int64_t offset,
         std::string_view metadata);
std::vector<base::TopicPartition> to_partitions(const rd_kafka_topic_partition_list_s* list);

/// View a message; `headers` holds the header views and is reused.
base::RawRecord to_record(const rd_kafka_message_s& message, std::vector<base::RawHeader>& headers);
base::TopicPartition partition_of(const rd_kafka_message_s& message);

}  // namespace cortado::kafka
