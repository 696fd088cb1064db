// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "dlq/letter_replay.h"

#include <chrono>

namespace cortado::app {
namespace {

using base::Error;
using base::ErrorCode;

constexpr std::chrono::minutes kDeliveryLimit{10};

}  // namespace

base::Result<std::unique_ptr<LetterReplay>> LetterReplay::create(const kafka::KafkaConfig& config,
                                                                 const DlqOptions& options) {
  std::unique_ptr<LetterReplay> replay(new LetterReplay(options));
  CORTADO_ASSIGN(replay->admin_, kafka::KafkaAdmin::create(config));
  if (!options.dry_run) {
    CORTADO_ASSIGN(replay->producer_, kafka::ProducerCore::create(config));
  }
  return replay;
}

base::Result<std::optional<ReplayTarget>> LetterReplay::take(const FoundLetter& found) {
  const kafka::DeadLetter& letter = found.letter;
  counts_.next[found.record.partition.get()] = found.record.offset.get() + 1;
  if (letter.lost_bytes) {
    ++counts_.lost;
    return std::optional<ReplayTarget>();
  }
  CORTADO_ASSIGN(ReplayTarget target, target_of(letter));
  if (producer_) {
    const auto timestamp = options_.now ? std::nullopt : letter.original.timestamp_ms;
    CORTADO_TRY(producer_->send({.topic = target.topic,
                                 .partition = target.partition,
                                 .key = letter.original.key,
                                 .value = letter.original.value,
                                 .timestamp_ms = timestamp,
                                 .headers = letter.original.headers},
                                nullptr));
  }
  ++counts_.sent;
  return std::optional(std::move(target));
}

base::Status LetterReplay::finish() {
  return producer_ ? producer_->flush(kDeliveryLimit) : base::Status();
}

base::Result<ReplayTarget> LetterReplay::target_of(const kafka::DeadLetter& letter) {
  ReplayTarget target{
      .topic = options_.to.empty() ? std::string(letter.original.topic) : options_.to,
      .partition = letter.original.partition};
  CORTADO_ASSIGN(const int partitions, partitions_of(target.topic));
  if (options_.by_key) {
    target.partition.reset();
  } else if (target.partition->get() >= partitions) {
    return Error(ErrorCode::kNotFound,
                 "topic " + target.topic + " has no partition " +
                     std::to_string(target.partition->get()) +
                     ", where the record was; --by-key takes the one of its key");
  }
  return target;
}

base::Result<int> LetterReplay::partitions_of(const std::string& topic) {
  const auto known = partitions_.find(topic);
  if (known != partitions_.end()) return known->second;
  CORTADO_ASSIGN(const auto found, admin_->partition_count(topic));
  if (!found) return Error(ErrorCode::kNotFound, "topic " + topic + " does not exist");
  return partitions_[topic] = *found;
}

}  // namespace cortado::app
