// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <librdkafka/rdkafka.h>

#include "commands.h"
#include "cortado/base/clock.h"
#include "cortado/base/log.h"
#include "kafka_source_impl.h"
#include "metadata.h"

namespace cortado::kafka {
namespace {

using base::Error;
using base::ErrorCode;
using base::TopicPartition;

constexpr std::string_view kComponent = "kafka";
// A topic just created may be unknown to some brokers for a moment.
constexpr std::chrono::seconds kUnknownTopicPatience{10};

}  // namespace

bool KafkaSource::Impl::receive(const rd_kafka_message_t& message,
                                stream::RecordReceiver& receiver) {
  if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    receiver.reached(partition_of(message), base::Offset(message.offset));
    return false;
  }
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    report(message);
    return false;
  }
  const base::RawRecord record = to_record(message, headers);
  const Arrival arrival = ledger.arrive(record.topic, record.partition, record.offset);
  if (arrival == Arrival::kStale || arrival == Arrival::kForeign) {
    ++counts.dropped;
    return false;
  }
  if (arrival == Arrival::kGap) ++counts.gaps;
  ++counts.records;
  receiver.receive(record);
  return true;
}

void KafkaSource::Impl::report(const rd_kafka_message_t& message) {
  const int code = message.err;
  if (code == RD_KAFKA_RESP_ERR__DESTROY) return;
  const Error error = client->error(code, rd_kafka_message_errstr(&message));
  if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC) {
    if (!unknown_topic_since) unknown_topic_since = base::system_clock().steady();
    return;
  }
  if (classify(code) != ErrorClass::kFatal) {
    base::log_warning(kComponent, error.message());
    return;
  }
  note(explain(error, code, partition_of(message)));
}

Error KafkaSource::Impl::explain(const Error& error, int code, const TopicPartition& partition) {
  if (code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
      code == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE) {
    if (auto anew = made_anew(partition)) return *anew;
    return {ErrorCode::kNotFound,
            error.message() + ": " + base::to_string(partition) +
                " no longer holds the next record to read; raise the topic's retention and start "
                "again: the run goes on at the first record kept"};
  }
  if (error.code() != ErrorCode::kDenied) return error;
  const MissingRight right = code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED
                                 ? MissingRight{"Read", "group", config.group_id}
                                 : MissingRight{"Read", "topic", config.input_topic};
  return {error.code(), error.message() + "; an administrator runs: " + acl_command(config, right)};
}

std::optional<Error> KafkaSource::Impl::made_anew(const TopicPartition& partition) {
  const auto* const entry = ledger.find(partition);
  const auto marks = read_watermarks(*client, partition);
  if (entry == nullptr || !entry->expected || !marks.ok() || *entry->expected <= marks->high)
    return std::nullopt;
  return Error(ErrorCode::kNotFound,
               base::to_string(partition) + " ends at offset " + std::to_string(marks->high.get()) +
                   ", below the next one to read, " + std::to_string(entry->expected->get()) +
                   ": the topic was deleted and made anew, or cut, while it was read; to read the "
                   "new one with empty models, run cortado state reset --to beginning");
}

std::optional<Error> KafkaSource::Impl::broken() const {
  if (failure) return failure;
  if (auto known = client->verdict()) return known;
  if (unknown_topic_since &&
      base::system_clock().steady() - *unknown_topic_since > kUnknownTopicPatience) {
    return Error(ErrorCode::kNotFound,
                 "topic " + config.input_topic + " does not exist (any more): create it first");
  }
  return std::nullopt;
}

}  // namespace cortado::kafka
