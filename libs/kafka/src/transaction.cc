// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "transaction.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <librdkafka/rdkafka.h>

#include "call_in_time.h"
#include "commands.h"
#include "cortado/base/clock.h"
#include "cortado/base/log.h"
#include "group_names.h"
#include "message.h"
#include "metadata.h"

namespace cortado::kafka {
namespace {

using base::Error;
using base::ErrorCode;
using std::chrono::milliseconds;
using stream::CommitResult;

/// Calls are cut into slices of this; a call that timed out goes on when it is made again.
constexpr milliseconds kCallTime{2000};

CallResult take(rd_kafka_error_t* error) {
  if (error == nullptr) return {};
  CallResult result{.code = rd_kafka_error_code(error),
                    .flags = {.retriable = rd_kafka_error_is_retriable(error) != 0,
                              .abortable = rd_kafka_error_txn_requires_abort(error) != 0,
                              .fatal = rd_kafka_error_is_fatal(error) != 0},
                    .text = rd_kafka_error_string(error)};
  rd_kafka_error_destroy(error);
  return result;
}

bool is_fencing(int code) {
  return code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
         code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
}

bool is_refusal(int code) {
  const ErrorCode known = to_error_code(code);
  return known == ErrorCode::kDenied || known == ErrorCode::kInvalidConfig ||
         known == ErrorCode::kUnsupported || code == RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT;
}

}  // namespace

Action decide(Step step, const CallResult& result, bool time_is_over) {
  if (result.code == RD_KAFKA_RESP_ERR_NO_ERROR) return Action::kGoOn;
  if (is_fencing(result.code)) return Action::kFenced;
  if (is_refusal(result.code)) return Action::kRefuse;
  // Of an abort only success helps: after anything else a new producer ends what is open.
  const Action given_up =
      step == Step::kSendOffsets || step == Step::kBegin ? Action::kAbort : Action::kRenew;
  switch (classify(result.code, result.flags)) {
    case ErrorClass::kRetriable:
      return time_is_over ? given_up : Action::kRepeat;
    case ErrorClass::kAbortable:
      // The library sends no end of a transaction that it wants aborted, so that none of it counts.
      return step == Step::kInit || step == Step::kAbort ? Action::kRenew : Action::kAbort;
    case ErrorClass::kFatal:
      return Action::kRenew;
  }
  return Action::kRenew;
}

template <typename Call>
Action Transactions::run(Step step, Call call) {
  base::Clock& clock = base::system_clock();
  const auto deadline = clock.steady() + limit_;
  while (true) {
    const CallResult result = call();
    const bool over = clock.steady() >= deadline || producer_.gives_up();
    const Action action = decide(step, result, over);
    if (action == Action::kGoOn) {
      producer_.succeeded();
      return action;
    }
    last_ = result;
    last_step_ = step;
    if (producer_.verdict() && to_error_code(result.code) == ErrorCode::kDenied) {
      return Action::kRefuse;
    }
    if (action != Action::kRepeat) return action;
    clock.sleep_until(clock.steady() + milliseconds(10));
  }
}

base::Status Transactions::init() {
  worst_ = Action::kGoOn;
  const Action action = run(Step::kInit, [this] {
    return take(
        rd_kafka_init_transactions(producer_.handle(), static_cast<int>(kCallTime.count())));
  });
  if (action == Action::kGoOn) return {};
  if (action == Action::kRefuse) return refusal("init_transactions");
  const auto code = action == Action::kFenced ? ErrorCode::kLocked : ErrorCode::kUnavailable;
  if (const auto known = producer_.verdict(); known && known->code() == ErrorCode::kDenied) {
    return *known;
  }
  return Error(code, "init_transactions: " + producer_.error(last_.code, last_.text).message());
}

bool Transactions::offsets_refused() const {
  // A record that was refused before fails this step too; nothing but the text tells.
  return worst_ == Action::kRefuse && last_step_ == Step::kSendOffsets &&
         last_.text.find("ProduceRequest") == std::string::npos;
}

Error Transactions::refusal(std::string_view what) const {
  const KafkaConfig& config = producer_.config();
  Error error = producer_.error(last_.code, last_.text).with_context(what);
  const std::string asked = error.message() + "; an administrator runs: ";
  if (last_.code == RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED) {
    return {error.code(),
            asked + acl_command(config, {"Write", "transactional-id", group_prefix(config)}) +
                " --resource-pattern-type prefixed"};
  }
  if (last_.code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED) {
    return {error.code(), asked + acl_command(config, {"Read", "group", config.group_id})};
  }
  if (last_.code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED && offsets_refused()) {
    return {error.code(), asked + acl_command(config, {"Read", "topic", config.input_topic})};
  }
  if (last_.code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
    // The library does not say which of the two.
    return {error.code(), asked + acl_command(config, {"Write", "topic", config.output_topic}) +
                              " --topic '" + dead_letter_topic(config) + "'"};
  }
  return error;
}

void Transactions::begin() {
  worst_ = Action::kGoOn;
  failed(
      run(Step::kBegin, [this] { return take(rd_kafka_begin_transaction(producer_.handle())); }));
}

void Transactions::send_offsets(rd_kafka_s* consumer, const base::TopicPartition& lane,
                                base::Offset next, std::string_view metadata) {
  if (!sound()) return;
  PartitionList list = make_list();
  add(list, lane, next.get(), metadata);
  const SharedList offsets(std::move(list));
  failed(run(Step::kSendOffsets, [&] { return send_in_time(consumer, offsets); }));
}

/// librdkafka 2.0.2 waits for the group's coordinator whatever its timeout says.
CallResult Transactions::send_in_time(rd_kafka_s* consumer, const SharedList& offsets) {
  const auto result = std::make_shared<CallResult>();
  // As it is now: member and generation are what the broker fences by.
  const std::shared_ptr<rd_kafka_consumer_group_metadata_t> group(
      rd_kafka_consumer_group_metadata(consumer), &rd_kafka_consumer_group_metadata_destroy);
  const bool returned = call_in_time(
      [result, group, offsets, handle = producer_.handle()] {
        *result = take(rd_kafka_send_offsets_to_transaction(handle, offsets.get(), group.get(),
                                                            static_cast<int>(kCallTime.count())));
      },
      [this] { return producer_.gives_up(); });
  if (returned) return *result;
  producer_.abandon();
  return {.code = RD_KAFKA_RESP_ERR__TIMED_OUT,
          .flags = {.fatal = true},
          .text = "the group's coordinator does not answer"};
}

base::Result<CommitResult> Transactions::finish(const base::TopicPartition& lane) {
  if (sound()) {
    failed(run(Step::kCommit, [this] {
      return take(
          rd_kafka_commit_transaction(producer_.handle(), static_cast<int>(kCallTime.count())));
    }));
    if (sound()) return CommitResult::kCommitted;
  }
  if (last_.code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    base::log_warning("kafka",
                      "a transaction failed: " + producer_.error(last_.code, last_.text).message(),
                      {{"lane", base::to_string(lane)}});
  }
  switch (worst_) {
    case Action::kFenced:
      return CommitResult::kFenced;
    case Action::kRenew:
      return CommitResult::kUnknown;
    case Action::kRefuse:
      return refusal("transaction");
    default:
      return give_up();
  }
}

/// Records that timed out may lie in the log all the same, under sequence numbers that this
/// producer would give again: the broker would take the next records for repeats and drop them.
/// Only a new epoch is safe, so the transaction is ended for its readers and the producer is not
/// used again.
CommitResult Transactions::give_up() {
  // The next owner's fencing ends it, or its timeout.
  if (producer_.gives_up()) return CommitResult::kUnknown;
  return abort() == CommitResult::kFenced ? CommitResult::kFenced : CommitResult::kUnknown;
}

CommitResult Transactions::abort() {
  const Action action = run(Step::kAbort, [this] {
    return take(
        rd_kafka_abort_transaction(producer_.handle(), static_cast<int>(kCallTime.count())));
  });
  if (action == Action::kGoOn) return CommitResult::kAborted;
  return action == Action::kFenced ? CommitResult::kFenced : CommitResult::kUnknown;
}

}  // namespace cortado::kafka
