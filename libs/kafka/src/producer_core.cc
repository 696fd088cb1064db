// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/producer_core.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include <librdkafka/rdkafka.h>

#include "client.h"
#include "client_settings.h"
#include "commands.h"
#include "metadata.h"

namespace cortado::kafka {
namespace {

using base::Error;
using base::ErrorCode;

// Whoever waits looks this often whether the brokers refuse us for good.
constexpr std::chrono::milliseconds kGlance{100};

/// Absent bytes are a null pointer for librdkafka, empty ones must not be.
void* pointer(const std::optional<std::string_view>& bytes) {
  static char empty = 0;
  if (!bytes) return nullptr;
  return bytes->data() == nullptr ? &empty : const_cast<char*>(bytes->data());
}

std::size_t size_of(const std::optional<std::string_view>& bytes) {
  return bytes ? bytes->size() : 0;
}

/// For librdkafka 0 is now, and so it is here for none.
std::int64_t timestamp_of(const OutgoingRecord& record) {
  return record.timestamp_ms ? std::max(*record.timestamp_ms, kEarliestTimestamp) : 0;
}

rd_kafka_headers_t* make_headers(std::span<const base::RawHeader> headers) {
  if (headers.empty()) return nullptr;
  rd_kafka_headers_t* list = rd_kafka_headers_new(headers.size());
  for (const auto& header : headers) {
    rd_kafka_header_add(list, header.key.data(), static_cast<ssize_t>(header.key.size()),
                        pointer(header.value), static_cast<ssize_t>(size_of(header.value)));
  }
  return list;
}

}  // namespace

struct ProducerCore::Impl final : ClientEvents {
  Client::Ptr client;
  DeliveryTracker all;
  std::atomic<std::int64_t> sent{0};
  std::atomic<std::int64_t> ok{0};
  std::atomic<std::int64_t> failed{0};
  std::vector<rd_kafka_topic_t*> expected;  ///< held: librdkafka forgets a topic that nobody holds
  std::jthread poller;

  ~Impl() override {
    for (rd_kafka_topic_t* topic : expected) rd_kafka_topic_destroy(topic);
    if (!poller.joinable()) return;
    poller.request_stop();
    poller.join();
    // What nobody flushed is given up, so that nothing refers to a tracker any more.
    rd_kafka_purge(client->handle(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_flush(client->handle(), 1000);
  }

  void start() {
    poller = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) rd_kafka_poll(client->handle(), 50);
    });
  }

  void delivered(const rd_kafka_message_s& message) override {
    auto* tracker = static_cast<DeliveryTracker*>(message._private);
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      ++ok;
      client->succeeded();
      if (tracker != nullptr) tracker->delivered();
      all.delivered();
      return;
    }
    ++failed;
    const Error error = delivery_error(message);
    if (tracker != nullptr) tracker->failed(error);
    all.failed(error);
  }

  /// Return why nothing more can be sent, if so; `topic` is one that was to be written.
  std::optional<Error> failure(std::string_view topic) const {
    auto known = client->verdict();
    if (!known) return known;
    return explain(*known, rd_kafka_fatal_error(client->handle(), nullptr, 0), std::string(topic));
  }

  Error delivery_error(const rd_kafka_message_s& message) const {
    const std::string topic = rd_kafka_topic_name(message.rkt);
    if (auto known = failure(topic)) return *known;
    // Without a text of the message's own: for a delivery that would be its payload.
    return explain(client->error(message.err), message.err, topic).with_context("topic " + topic);
  }

  Error explain(const Error& error, int code, const std::string& topic) const {
    const KafkaConfig& config = client->config();
    if (code == RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP) {
      return {error.code(), error.message() +
                                "; records keep their Kafka timestamp: let this topic take what "
                                "the input topic takes (message.timestamp.after.max.ms and "
                                "message.timestamp.before.max.ms)"};
    }
    if (code == RD_KAFKA_RESP_ERR_INVALID_RECORD) {
      return {error.code(), error.message() +
                                "; records keep their key, and a compacted topic takes none "
                                "without one: give them keys, or set this topic's cleanup.policy "
                                "to delete"};
    }
    if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
      return {error.code(), error.message() +
                                "; set message.max.bytes in kafka.properties to this topic's "
                                "max.message.bytes: a record above it becomes a dead letter then"};
    }
    if (code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
        code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
        code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
      return explain_missing(error, topic);
    const std::string write =
        "; an administrator runs: " + acl_command(config, {"Write", "topic", topic});
    if (code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
      return {error.code(), error.message() + write};
    if (code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED) {
      // The right to write a topic includes idempotent writing only since Kafka 2.8.
      return {error.code(), error.message() + write + " (before Kafka 2.8 also: " +
                                acl_command(config, {"IdempotentWrite", "cluster", ""}) + ")"};
    }
    return error;
  }

  /// A topic that is held, so that it need not be looked up for each record; null if it is not.
  rd_kafka_topic_t* held(std::string_view topic) const {
    for (rd_kafka_topic_t* handle : expected) {
      if (rd_kafka_topic_name(handle) == topic) return handle;
    }
    return nullptr;
  }

  rd_kafka_resp_err_t produce(const OutgoingRecord& record, DeliveryTracker* tracker) {
    rd_kafka_topic_t* const topic = held(record.topic);
    const std::string name(topic == nullptr ? record.topic : std::string_view());
    rd_kafka_headers_t* headers = make_headers(record.headers);
    std::array<rd_kafka_vu_t, 8> parts{};
    parts[0].vtype = topic == nullptr ? RD_KAFKA_VTYPE_TOPIC : RD_KAFKA_VTYPE_RKT;
    if (topic == nullptr) {
      parts[0].u.cstr = name.c_str();
    } else {
      parts[0].u.rkt = topic;
    }
    parts[1].vtype = RD_KAFKA_VTYPE_PARTITION;
    parts[1].u.i32 = record.partition ? record.partition->get() : RD_KAFKA_PARTITION_UA;
    parts[2].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    parts[2].u.i = RD_KAFKA_MSG_F_COPY;
    parts[3].vtype = RD_KAFKA_VTYPE_KEY;
    parts[3].u.mem = {pointer(record.key), size_of(record.key)};
    parts[4].vtype = RD_KAFKA_VTYPE_VALUE;
    parts[4].u.mem = {pointer(record.value), size_of(record.value)};
    parts[5].vtype = RD_KAFKA_VTYPE_TIMESTAMP;
    parts[5].u.i64 = timestamp_of(record);
    parts[6].vtype = RD_KAFKA_VTYPE_OPAQUE;
    parts[6].u.ptr = tracker;
    parts[7].vtype = RD_KAFKA_VTYPE_HEADERS;
    parts[7].u.headers = headers;
    const std::size_t count = headers == nullptr ? parts.size() - 1 : parts.size();
    rd_kafka_error_t* error = rd_kafka_produceva(client->handle(), parts.data(), count);
    if (error == nullptr) return RD_KAFKA_RESP_ERR_NO_ERROR;
    if (headers != nullptr) rd_kafka_headers_destroy(headers);
    const auto code = rd_kafka_error_code(error);
    rd_kafka_error_destroy(error);
    return code;
  }

  /// Count before producing: the report may come before produce() returns.
  rd_kafka_resp_err_t try_send(const OutgoingRecord& record, DeliveryTracker* tracker) {
    all.sent();
    if (tracker != nullptr) tracker->sent();
    const auto code = produce(record, tracker);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
      ++sent;
      return code;
    }
    all.delivered();
    if (tracker != nullptr) tracker->delivered();
    return code;
  }
};

ProducerCore::ProducerCore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ProducerCore::~ProducerCore() = default;

base::Result<std::unique_ptr<ProducerCore>> ProducerCore::create(const KafkaConfig& config,
                                                                 const QueueLimits& queue) {
  auto impl = std::make_unique<Impl>();
  CORTADO_ASSIGN(impl->client, Client::create(config, producer_settings(queue), impl.get()));
  impl->start();
  return std::unique_ptr<ProducerCore>(new ProducerCore(std::move(impl)));
}

void ProducerCore::expect(const std::string& topic) {
  auto* const handle = rd_kafka_topic_new(impl_->client->handle(), topic.c_str(), nullptr);
  // A name that librdkafka refuses is reported by the first send().
  if (handle != nullptr) impl_->expected.push_back(handle);
}

base::Result<std::unique_ptr<ProducerCore>> ProducerCore::create(
    const KafkaConfig& config, const TransactionSettings& settings) {
  auto impl = std::make_unique<Impl>();
  CORTADO_ASSIGN(impl->client,
                 Client::create(config, transactional_settings(settings), impl.get()));
  impl->start();
  return std::unique_ptr<ProducerCore>(new ProducerCore(std::move(impl)));
}

void ProducerCore::set_patience(const base::Patience* patience) {
  impl_->client->set_patience(patience);
}

Client& ProducerCore::client() { return *impl_->client; }

base::Status ProducerCore::send(const OutgoingRecord& record, DeliveryTracker* tracker) {
  while (true) {
    const auto code = impl_->try_send(record, tracker);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    if (auto known = impl_->failure(record.topic)) return *known;
    if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL)
      return impl_->explain(impl_->client->error(code), code, std::string(record.topic))
          .with_context("topic " + std::string(record.topic));
    if (impl_->client->gives_up())
      return impl_->client->timed_out("records for topic " + std::string(record.topic));
    // The poller makes room as reports come in; serving them here as well costs nothing.
    rd_kafka_poll(impl_->client->handle(), 5);
  }
}

base::Status ProducerCore::wait(DeliveryTracker& tracker, std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (!tracker.wait(kGlance)) {
    // A failed delivery says more: it knows its topic.
    if (auto known = impl_->client->verdict()) return tracker.take_failure().value_or(*known);
    if (std::chrono::steady_clock::now() >= deadline || impl_->client->gives_up())
      return impl_->client->timed_out("records are still on their way");
  }
  if (auto failure = tracker.take_failure()) return *failure;
  return {};
}

base::Status ProducerCore::check() {
  if (impl_->failed == 0) return {};
  if (auto failure = impl_->all.take_failure()) return *failure;
  return {};
}

base::Status ProducerCore::flush(std::chrono::milliseconds timeout) {
  return wait(impl_->all, timeout);
}

ProducerTotals ProducerCore::totals() const {
  return {.sent = impl_->sent, .delivered = impl_->ok, .failed = impl_->failed};
}

}  // namespace cortado::kafka
