// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "message.h"

#include <cstdlib>
#include <cstring>
#include <new>

#include <librdkafka/rdkafka.h>

namespace cortado::kafka {
namespace {

std::optional<std::string_view> view(const void* data, std::size_t size) {
  if (data == nullptr) return std::nullopt;
  return std::string_view(static_cast<const char*>(data), size);
}

void read_headers(const rd_kafka_message_s& message, std::vector<base::RawHeader>& headers) {
  headers.clear();
  rd_kafka_headers_t* list = nullptr;
  if (rd_kafka_message_headers(&message, &list) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0;
       rd_kafka_header_get_all(list, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
    headers.push_back({name, view(value, size)});
}

}  // namespace

void MessageDeleter::operator()(rd_kafka_message_s* message) const {
  rd_kafka_message_destroy(message);
}

void ListDeleter::operator()(rd_kafka_topic_partition_list_s* list) const {
  rd_kafka_topic_partition_list_destroy(list);
}

PartitionList make_list(int capacity) {
  return PartitionList(rd_kafka_topic_partition_list_new(capacity));
}

void add(const PartitionList& list, const base::TopicPartition& partition, std::int64_t offset) {
  rd_kafka_topic_partition_list_add(list.get(), partition.topic.c_str(), partition.partition.get())
      ->offset = offset;
}

void add(const PartitionList& list, const base::TopicPartition& partition, std::int64_t offset,
         std::string_view metadata) {
  add(list, partition, offset);
  auto& element = list->elems[list->cnt - 1];
  element.metadata = std::malloc(metadata.size() + 1);  // librdkafka frees it with the list
  if (element.metadata == nullptr) throw std::bad_alloc();
  std::memcpy(element.metadata, metadata.data(), metadata.size());
  static_cast<char*>(element.metadata)[metadata.size()] = 0;
  element.metadata_size = metadata.size();
}

std::vector<base::TopicPartition> to_partitions(const rd_kafka_topic_partition_list_s* list) {
  std::vector<base::TopicPartition> partitions;
  if (list == nullptr) return partitions;
  for (int i = 0; i < list->cnt; ++i)
    partitions.push_back({list->elems[i].topic, base::Partition(list->elems[i].partition)});
  return partitions;
}

base::RawRecord to_record(const rd_kafka_message_s& message,
                          std::vector<base::RawHeader>& headers) {
  read_headers(message, headers);
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const std::int64_t timestamp = rd_kafka_message_timestamp(&message, &type);
  return {.topic = rd_kafka_topic_name(message.rkt),
          .partition = base::Partition(message.partition),
          .offset = base::Offset(message.offset),
          .timestamp_ms = type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE || timestamp < 0
                              ? std::nullopt
                              : std::optional<base::EpochMillis>(timestamp),
          .key = view(message.key, message.key_len),
          .value = view(message.payload, message.len),
          .headers = headers};
}

base::TopicPartition partition_of(const rd_kafka_message_s& message) {
  return {message.rkt == nullptr ? "" : rd_kafka_topic_name(message.rkt),
          base::Partition(message.partition)};
}

}  // namespace cortado::kafka
