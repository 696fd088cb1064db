// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "dlq/letter_replay.h"

#include <chrono>

#include "cortado/base/hash.h"

namespace cortado::app {
namespace {

using base::Error;
using base::ErrorCode;

constexpr std::chrono::minutes kDeliveryLimit{10};

}  // namespace

bool SeenRecords::add(const base::RawRecord& record) {
  std::string rest;
  for (const auto& bytes : {record.key, record.value}) {
    const std::int64_t size = bytes ? static_cast<std::int64_t>(bytes->size()) : -1;
    rest.append(std::to_string(size)).append(" ").append(bytes.value_or(std::string_view()));
  }
  rest.append(std::to_string(record.timestamp_ms.value_or(-1)));
  Lane& lane = lanes_[{std::string(record.topic), record.partition.get()}];
  return lane.emplace(record.offset.get(), base::hash64(rest)).second;
}

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
  settle();
  if (failure_) return *failure_;
  const std::int32_t partition = found.record.partition.get();
  const std::int64_t offset = found.record.offset.get();
  counts_.next.try_emplace(partition, offset);
  const Taken::Kind kind = kind_of(found.letter);
  taken_.emplace_back(partition, offset, kind);
  if (kind != Taken::Kind::kSent) return std::optional<ReplayTarget>();
  auto target = send(found.letter, taken_.back().tracker);
  if (!target.ok()) {
    taken_.pop_back();
    return target.error().with_context("letter " + std::to_string(partition) + ":" +
                                       std::to_string(offset));
  }
  return std::optional(std::move(*target));
}

LetterReplay::Taken::Kind LetterReplay::kind_of(const kafka::DeadLetter& letter) {
  if (letter.lost_bytes) return Taken::Kind::kLost;
  return seen_.add(letter.original) ? Taken::Kind::kSent : Taken::Kind::kRepeat;
}

base::Result<ReplayTarget> LetterReplay::send(const kafka::DeadLetter& letter,
                                              kafka::DeliveryTracker& tracker) {
  CORTADO_ASSIGN(ReplayTarget target, target_of(letter));
  if (!producer_) return target;
  const auto timestamp = options_.now ? std::nullopt : letter.original.timestamp_ms;
  CORTADO_TRY(producer_->send({.topic = target.topic,
                               .partition = target.partition,
                               .key = letter.original.key,
                               .value = letter.original.value,
                               .timestamp_ms = timestamp,
                               .headers = letter.original.headers},
                              &tracker));
  return target;
}

/// Count the letters whose fate is known, as far as the oldest whose fate is not.
void LetterReplay::settle() {
  while (!taken_.empty() && taken_.front().tracker.outstanding() == 0) {
    Taken& first = taken_.front();
    const auto failure = first.tracker.take_failure();
    count(first, !failure);
    if (failure && !failure_) {
      failure_ = failure->with_context("letter " + std::to_string(first.partition) + ":" +
                                       std::to_string(first.offset));
    }
    taken_.pop_front();
  }
}

void LetterReplay::count(const Taken& taken, bool delivered) {
  if (!delivered) stuck_.insert(taken.partition);
  const bool stuck = stuck_.contains(taken.partition);
  if (!stuck) counts_.next[taken.partition] = taken.offset + 1;
  if (!delivered) return;
  switch (taken.kind) {
    case Taken::Kind::kSent:
      ++counts_.sent;
      counts_.ahead += stuck ? 1 : 0;
      break;
    case Taken::Kind::kLost:
      ++counts_.lost;
      break;
    case Taken::Kind::kRepeat:
      ++counts_.repeats;
      break;
  }
}

base::Status LetterReplay::finish() {
  base::Status flushed = producer_ ? producer_->flush(kDeliveryLimit) : base::Status();
  settle();
  if (failure_) return *failure_;
  return flushed;
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
