// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/consumer_core.h"

#include <utility>

#include <librdkafka/rdkafka.h>

#include "client.h"
#include "client_settings.h"
#include "commands.h"
#include "consumer_close.h"
#include "cortado/base/clock.h"
#include "cortado/base/log.h"
#include "message.h"

namespace cortado::kafka {
namespace {

using base::Error;
using base::ErrorCode;
using base::TopicPartition;

constexpr std::chrono::milliseconds kGlance{200};

Error nothing_to_read() {
  return {ErrorCode::kInvalidArgument, "a consumer needs a topic, a pattern or a partition"};
}

}  // namespace

struct ConsumerCore::Impl final : ClientEvents {
  Client::Ptr client;
  StartingOffsets start;
  std::map<TopicPartition, base::Offset> positions;  ///< where each goes on after a rebalance
  std::vector<base::RawHeader> headers;

  ~Impl() override {
    if (client != nullptr) close_consumer(*client);
  }

  rd_kafka_t* handle() const { return client->handle(); }

  void rebalanced(int code, rd_kafka_topic_partition_list_s* list) override {
    if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
      const auto code_of_assign = assign(to_partitions(list));
      if (code_of_assign != RD_KAFKA_RESP_ERR_NO_ERROR)
        base::log_warning("kafka", client->error(code_of_assign).message());
      client->succeeded();
      return;
    }
    rd_kafka_assign(handle(), nullptr);
  }

  std::int64_t start_of(const TopicPartition& partition) const {
    if (const auto found = positions.find(partition); found != positions.end())
      return found->second.get();
    if (const auto found = start.at.find(partition); found != start.at.end())
      return found->second.get();
    return start.otherwise == StartingOffsets::Default::kBeginning ? RD_KAFKA_OFFSET_BEGINNING
                                                                   : RD_KAFKA_OFFSET_END;
  }

  rd_kafka_resp_err_t assign(const std::vector<TopicPartition>& partitions) {
    const PartitionList list = make_list();
    for (const auto& partition : partitions) add(list, partition, start_of(partition));
    return rd_kafka_assign(handle(), list.get());
  }

  rd_kafka_resp_err_t subscribe(const Subscription& subscription) {
    const PartitionList list = make_list();
    const auto add_topic = [&](const std::string& topic) {
      rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
    };
    for (const auto& topic : subscription.topics) add_topic(topic);
    if (subscription.kind == Subscription::Kind::kPattern)
      add_topic("^(" + subscription.pattern + ")$");
    return rd_kafka_subscribe(handle(), list.get());
  }

  base::Status begin(const Subscription& subscription) {
    start = subscription.start;
    rd_kafka_poll_set_consumer(handle());
    const auto code = subscription.kind == Subscription::Kind::kPartitions
                          ? assign(subscription.partitions)
                          : subscribe(subscription);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    return client->error(code).with_context("subscribe");
  }

  /// Say what came instead of a record, if it ends reading.
  base::Status report(const rd_kafka_message_t& message) const {
    const int code = message.err;
    const Error error = client->error(code, rd_kafka_message_errstr(&message));
    if (code == RD_KAFKA_RESP_ERR__PARTITION_EOF) return {};
    if (classify(code) != ErrorClass::kFatal || code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
      base::log_warning("kafka", error.message());
      return {};
    }
    if (error.code() != ErrorCode::kDenied) return error;
    const KafkaConfig& config = client->config();
    const MissingRight right = code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED
                                   ? MissingRight{"Read", "group", config.group_id}
                                   : MissingRight{"Read", "topic", partition_of(message).topic};
    return Error(error.code(),
                 error.message() + "; an administrator runs: " + acl_command(config, right));
  }

  base::Status take(const rd_kafka_message_t& message,
                    const std::function<void(const base::RawRecord&)>& receive) {
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) return report(message);
    positions[partition_of(message)] = base::Offset(message.offset + 1);
    receive(to_record(message, headers));
    return {};
  }
};

ConsumerCore::ConsumerCore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ConsumerCore::~ConsumerCore() = default;

base::Result<std::unique_ptr<ConsumerCore>> ConsumerCore::create(const KafkaConfig& config,
                                                                 const Subscription& subscription) {
  const bool empty = subscription.kind == Subscription::Kind::kTopics ? subscription.topics.empty()
                     : subscription.kind == Subscription::Kind::kPattern
                         ? subscription.pattern.empty()
                         : subscription.partitions.empty();
  if (empty) return nothing_to_read();
  auto impl = std::make_unique<Impl>();
  CORTADO_ASSIGN(impl->client, Client::create(config, viewer_settings(config), impl.get()));
  CORTADO_TRY(impl->begin(subscription));
  return std::unique_ptr<ConsumerCore>(new ConsumerCore(std::move(impl)));
}

base::Status ConsumerCore::poll(std::chrono::milliseconds timeout, std::size_t limit,
                                const std::function<void(const base::RawRecord&)>& receive,
                                const Reached& reached) {
  base::Clock& clock = base::system_clock();
  const auto deadline = clock.steady() + timeout;
  std::size_t received = 0;
  while (received < limit) {
    if (auto known = impl_->client->verdict()) return *known;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock.steady());
    const auto wait = received > 0 ? std::chrono::milliseconds(0)
                                   : std::clamp(left, std::chrono::milliseconds(0), kGlance);
    const MessagePtr message(
        rd_kafka_consumer_poll(impl_->handle(), static_cast<int>(wait.count())));
    if (message == nullptr && (received > 0 || left.count() <= 0)) break;
    if (message == nullptr) continue;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF && reached)
      reached(partition_of(*message), base::Offset(message->offset));
    CORTADO_TRY(impl_->take(*message, receive));
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR && received++ == 0) impl_->client->succeeded();
  }
  if (auto known = impl_->client->verdict()) return *known;
  return {};
}

std::vector<base::TopicPartition> ConsumerCore::assignment() const {
  rd_kafka_topic_partition_list_t* list = nullptr;
  if (rd_kafka_assignment(impl_->handle(), &list) != RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  const PartitionList owner(list);
  return to_partitions(list);
}

}  // namespace cortado::kafka
