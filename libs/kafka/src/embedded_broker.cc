// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/embedded_broker.h"

#include <array>
#include <mutex>
#include <set>

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "cortado/base/log.h"

namespace cortado::kafka {
namespace {

using base::Error;
using base::ErrorCode;

void log_callback(const rd_kafka_t* /*handle*/, int /*level*/, const char* /*facility*/,
                  const char* text) {
  base::log(base::LogLevel::kDebug, "kafka", text);
}

}  // namespace

struct EmbeddedBroker::Impl {
  rd_kafka_t* handle = nullptr;
  rd_kafka_mock_cluster_t* cluster = nullptr;
  std::mutex mutex;
  std::set<std::string> topics;

  ~Impl() {
    if (cluster != nullptr) rd_kafka_mock_cluster_destroy(cluster);
    if (handle != nullptr) rd_kafka_destroy(handle);
  }

  base::Status start() {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, &log_callback);
    std::array<char, 512> text{};
    handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text.data(), text.size());
    if (handle == nullptr) {
      rd_kafka_conf_destroy(conf);
      return Error(ErrorCode::kUnavailable, "embedded broker: " + std::string(text.data()));
    }
    cluster = rd_kafka_mock_cluster_new(handle, 1);
    if (cluster == nullptr)
      return Error(ErrorCode::kUnavailable, "embedded broker: cannot listen on 127.0.0.1");
    return {};
  }
};

EmbeddedBroker::EmbeddedBroker(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EmbeddedBroker::~EmbeddedBroker() = default;

base::Result<std::unique_ptr<EmbeddedBroker>> EmbeddedBroker::create(
    std::span<const EmbeddedTopic> topics) {
  auto impl = std::make_unique<Impl>();
  CORTADO_TRY(impl->start());
  std::unique_ptr<EmbeddedBroker> broker(new EmbeddedBroker(std::move(impl)));
  for (const auto& topic : topics) CORTADO_TRY(broker->create_topic(topic));
  return broker;
}

std::string EmbeddedBroker::bootstrap_servers() const {
  return rd_kafka_mock_cluster_bootstraps(impl_->cluster);
}

base::Status EmbeddedBroker::create_topic(const EmbeddedTopic& topic) {
  if (topic.name.empty() || topic.partitions < 1) {
    return Error(ErrorCode::kInvalidArgument,
                 "embedded broker: a topic needs a name and at least one partition");
  }
  const std::lock_guard lock(impl_->mutex);
  if (!impl_->topics.insert(topic.name).second)
    return Error(ErrorCode::kAlreadyExists, "embedded broker: topic " + topic.name + " exists");
  const auto code =
      rd_kafka_mock_topic_create(impl_->cluster, topic.name.c_str(), topic.partitions, 1);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return Error(ErrorCode::kAlreadyExists,
               "embedded broker: topic " + topic.name + ": " + rd_kafka_err2str(code));
}

BrokerAbilities EmbeddedBroker::abilities() { return {}; }

std::string_view EmbeddedBroker::limits() {
  return "the embedded broker keeps the newest 5 MiB or 100,000 message sets of a partition, "
         "forgets everything at exit, has no administration calls and only pretends transactions; "
         "use a real Kafka (kafka.bootstrap_servers) for anything else";
}

}  // namespace cortado::kafka
