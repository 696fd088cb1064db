// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "lane_records.h"

#include "cortado/base/log.h"
#include "cortado/kafka/dead_letter.h"
#include "cortado/kafka/partitioner.h"
#include "cortado/kafka/source_headers.h"

namespace cortado::kafka {
namespace {

using base::ErrorCode;

/// The input's partition where the counts are equal, so that a partition stays together; else the
/// one of the device, or of the key where no device could be told.
base::Partition target_partition(const Target& target, int input_partitions,
                                 const base::RawRecord& input, const base::Outcome& outcome) {
  if (target.partitions == input_partitions) return input.partition;
  const std::string_view key =
      outcome.device.empty() ? input.key.value_or(std::string_view()) : outcome.device;
  return partition_of_key(key, target.partitions);
}

/// Whether now or at a repeat: the wall clock decides nothing about a record.
base::EpochMillis timestamp_of(const base::RawRecord& input) {
  return input.timestamp_ms.value_or(kEarliestTimestamp);
}

}  // namespace

base::Status LaneRecords::append(const base::RawRecord& input, const base::Outcome& outcome) {
  if (outcome.kind == base::OutcomeKind::kIgnored) return {};
  if (outcome.kind == base::OutcomeKind::kDeadLetter)
    return send_dead_letter(input, outcome, outcome.reason);
  auto status = send_enriched(input, outcome);
  if (status.ok() || status.error().code() != ErrorCode::kInvalidArgument) return status;
  // Too large for the topic: that is the record's fault, and no reason to stop.
  base::Outcome refused = outcome;
  refused.stage = "write";
  return send_dead_letter(input, refused,
                          "the enriched record is too large: " + status.error().message());
}

base::Status LaneRecords::send_enriched(const base::RawRecord& input,
                                        const base::Outcome& outcome) {
  const std::string partition = std::to_string(input.partition.get());
  const std::string offset = std::to_string(input.offset.get());
  headers_.assign(input.headers.begin(), input.headers.end());
  headers_.push_back({kSourceTopicHeader, input.topic});
  headers_.push_back({kSourcePartitionHeader, partition});
  headers_.push_back({kSourceOffsetHeader, offset});
  return producer_.send(
      {.topic = targets_.output.topic,
       .partition = target_partition(targets_.output, targets_.input_partitions, input, outcome),
       .key = input.key,
       .value = outcome.value,
       .timestamp_ms = timestamp_of(input),
       .headers = headers_},
      &tracker_);
}

base::Status LaneRecords::send_dead_letter(const base::RawRecord& input,
                                           const base::Outcome& outcome,
                                           const std::string& reason) {
  const std::string partition = std::to_string(input.partition.get());
  const std::string offset = std::to_string(input.offset.get());
  headers_.assign(input.headers.begin(), input.headers.end());
  headers_.push_back({kReasonHeader, reason});
  headers_.push_back({kStageHeader, outcome.stage});
  headers_.push_back({kTopicHeader, input.topic});
  headers_.push_back({kPartitionHeader, partition});
  headers_.push_back({kOffsetHeader, offset});
  headers_.push_back({kGroupHeader, targets_.group});
  OutgoingRecord record{.topic = targets_.dead_letters.topic,
                        .partition = target_partition(targets_.dead_letters,
                                                      targets_.input_partitions, input, outcome),
                        .key = input.key,
                        .value = input.value,
                        .timestamp_ms = timestamp_of(input),
                        .headers = headers_};
  auto status = producer_.send(record, &tracker_);
  if (status.ok() || status.error().code() != ErrorCode::kInvalidArgument) return status;
  base::log_warning(
      "kafka", "a dead letter is too large to be kept whole; its place remains",
      {{"partition", std::string(input.topic) + "[" + partition + "]"}, {"offset", offset}});
  const std::string lost = std::to_string(input.value.value_or("").size());
  headers_.push_back({kLostBytesHeader, lost});
  record.headers = headers_;
  record.value.reset();
  return producer_.send(record, &tracker_);
}

base::Status LaneRecords::discard(std::span<const std::string> keys, base::Partition partition) {
  if (targets_.state_topic.empty()) return {};
  for (const std::string& key : keys) {
    CORTADO_TRY(producer_.send(
        {.topic = targets_.state_topic, .partition = partition, .key = key, .value = std::nullopt},
        &tracker_));
  }
  return {};
}

}  // namespace cortado::kafka
