// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <optional>
#include <utility>

#include "cortado/kafka/kafka_lane_log.h"
#include "group_names.h"
#include "hanging_transaction.h"
#include "lane_logs.h"
#include "transaction.h"

namespace cortado::kafka {
namespace {

using base::ErrorCode;
using stream::CommitResult;

/// So long is waited for the reports of records, where one of them may tell why a lane stops.
constexpr std::chrono::milliseconds kReportTime{1000};

/// True for errors that a new attempt, or a new producer, may mend.
bool may_mend(const base::Error& error) {
  return error.code() == ErrorCode::kUnavailable || error.code() == ErrorCode::kLocked ||
         error.code() == ErrorCode::kIo;
}

class TransactionalLog final : public stream::LaneLog {
 public:
  TransactionalLog(const TransactionalParts& parts, base::TopicPartition lane)
      : parts_(parts), lane_(std::move(lane)) {}

  ~TransactionalLog() override {
    if (producer_) parts_.registry.remove(*producer_);
  }
  TransactionalLog(const TransactionalLog&) = delete;
  TransactionalLog& operator=(const TransactionalLog&) = delete;

  base::Status fence() override {
    at("fence");
    const TransactionSettings settings{.id = transactional_id(parts_.config, lane_.partition),
                                       .timeout = parts_.timeout,
                                       .queue = parts_.queue};
    CORTADO_ASSIGN(producer_, ProducerCore::create(parts_.config, settings));
    producer_->set_patience(parts_.patience);
    producer_->expect(parts_.targets.output.topic);
    producer_->expect(parts_.targets.dead_letters.topic);
    parts_.registry.add(*producer_);
    records_.emplace(*producer_, parts_.targets, tracker_);
    transactions_.emplace(producer_->client(), parts_.timeout);
    CORTADO_TRY(transactions_->init());
    at("fenced");
    return HangingTransaction({.config = parts_.config,
                               .source = parts_.source,
                               .producer = *producer_,
                               .transactions = *transactions_,
                               .targets = parts_.targets,
                               .timeout = parts_.timeout},
                              lane_)
        .end();
  }

  base::Result<stream::LanePosition> position() override {
    at("position");
    return parts_.source.committed(lane_);
  }

  base::Status begin() override {
    static_cast<void>(tracker_.take_failure());
    transactions_->begin();
    at("begin");
    return {};
  }

  base::Status append(const base::RawRecord& input, const base::Outcome& outcome) override {
    at("append");
    return note(transactions_->sound() ? records_->append(input, outcome) : base::Status());
  }

  base::Status discard(std::span<const std::string> keys) override {
    if (!keys.empty()) at("discard");
    return note(transactions_->sound() ? records_->discard(keys, lane_.partition) : base::Status());
  }

  base::Result<CommitResult> commit(base::Offset next, std::string_view pointer) override {
    at("send_offsets");
    transactions_->send_offsets(parts_.source.consumer_handle(), lane_, next, pointer);
    at(transactions_->sound() ? "commit" : "abort");
    auto result = transactions_->finish(lane_);
    at(result.ok() && *result == CommitResult::kCommitted ? "committed" : "aborted");
    if (result.ok() && *result == CommitResult::kCommitted) return result;
    // Records that were given up for it would be blamed on the right to write them.
    if (transactions_->offsets_refused()) return result;
    // What a record was refused for comes on another thread, and knows its topic.
    if (!result.ok()) static_cast<void>(tracker_.wait(kReportTime));
    const auto failure = tracker_.take_failure();
    if (failure && !may_mend(*failure)) return *failure;
    return result;
  }

  base::Status abort() override {
    transactions_->abort();
    return {};
  }

 private:
  void at(std::string_view step) const {
    if (parts_.at_step) parts_.at_step(step);
  }

  base::Status note(const base::Status& status) {
    if (status.ok() || !may_mend(status.error())) return status;
    transactions_->failed(Action::kAbort);
    return {};
  }

  TransactionalParts parts_;
  base::TopicPartition lane_;
  DeliveryTracker tracker_;  // outlives the producer, which reports to it until its end
  std::unique_ptr<ProducerCore> producer_;
  std::optional<LaneRecords> records_;
  std::optional<Transactions> transactions_;
};

}  // namespace

void ProducerRegistry::add(const ProducerCore& producer) {
  const std::lock_guard lock(mutex_);
  live_.insert(&producer);
}

void ProducerRegistry::remove(const ProducerCore& producer) {
  const ProducerTotals totals = producer.totals();
  const std::lock_guard lock(mutex_);
  live_.erase(&producer);
  ended_.sent += totals.sent;
  ended_.delivered += totals.delivered;
  ended_.failed += totals.failed;
}

ProducerTotals ProducerRegistry::totals() const {
  const std::lock_guard lock(mutex_);
  ProducerTotals sum = ended_;
  for (const ProducerCore* producer : live_) {
    const ProducerTotals totals = producer->totals();
    sum.sent += totals.sent;
    sum.delivered += totals.delivered;
    sum.failed += totals.failed;
  }
  return sum;
}

std::string transactional_id(const KafkaConfig& config, base::Partition partition) {
  return group_prefix(config) + std::to_string(partition.get());
}

std::unique_ptr<stream::LaneLog> make_transactional_log(const TransactionalParts& parts,
                                                        const base::TopicPartition& lane) {
  return std::make_unique<TransactionalLog>(parts, lane);
}

}  // namespace cortado::kafka
