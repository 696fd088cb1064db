// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "client.h"
#include "cortado/kafka/kafka_source.h"
#include "message.h"
#include "partition_ledger.h"

struct rd_kafka_error_s;

namespace cortado::kafka {

/// KafkaSource's inside, in three files: partitions coming and going (kafka_source_assignment.cc),
/// records and errors (kafka_source_records.cc), the rest (kafka_source.cc).
struct KafkaSource::Impl final : ClientEvents {
  using Error = base::Error;
  using TopicPartition = base::TopicPartition;

  KafkaConfig config;
  Client::Ptr client;
  stream::AssignmentListener* listener = nullptr;
  PartitionLedger ledger;
  std::vector<base::RawHeader> headers;
  std::optional<Error> failure;  ///< met within a callback, reported by the next poll
  std::optional<std::chrono::nanoseconds> unknown_topic_since;
  std::atomic<bool> closed{false};
  std::vector<TopicPartition> sought;  ///< and not handed to librdkafka yet
  bool in_callback = false;
  SourceCounts counts;

  rd_kafka_s* handle() const { return client->handle(); }

  // Partitions coming and going.
  void rebalanced(int code, rd_kafka_topic_partition_list_s* list) override;
  void assigned(const std::vector<TopicPartition>& partitions);
  void revoked(int code, const std::vector<TopicPartition>& partitions);
  void release(const std::vector<TopicPartition>& partitions);
  /// Let librdkafka fetch these too, each from its expected offset.
  base::Status fetch(const std::vector<TopicPartition>& partitions);
  PartitionList positions(const std::vector<TopicPartition>& partitions);
  base::Status assign(const std::vector<TopicPartition>& partitions);
  base::Status assign_more(const std::vector<TopicPartition>& partitions);
  base::Status take(rd_kafka_error_s* error) const;
  void note(const base::Status& status);
  static void log_change(std::string_view what, const std::vector<TopicPartition>& partitions);
  base::Status set_paused(const TopicPartition& partition, bool paused);

  // Records and what comes instead.
  /// Hand over one message; false if it was none that counts.
  bool receive(const rd_kafka_message_s& message, stream::RecordReceiver& receiver);
  /// What came instead of a record: remember what no retry mends.
  void report(const rd_kafka_message_s& message);
  Error explain(const Error& error, int code, const TopicPartition& partition);
  /// Why a partition does not hold its next record, if the reason is that it ends before.
  std::optional<Error> made_anew(const TopicPartition& partition);
  /// What must end poll().
  std::optional<Error> broken() const;

  // Positions.
  base::Status seek_fetched(const TopicPartition& partition, base::Offset next);
  base::Result<PartitionLedger::Entry*> owned(const TopicPartition& partition);
  base::Status fetch_sought();
  void close(bool tell);
};

}  // namespace cortado::kafka
