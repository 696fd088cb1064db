// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/topics.h"

#include <algorithm>
#include <array>

#include <librdkafka/rdkafka.h>

#include "client.h"
#include "commands.h"
#include "cortado/base/clock.h"
#include "cortado/base/log.h"
#include "metadata.h"
#include "topic_setting.h"

namespace cortado::kafka {
namespace {

using base::Error;
using base::ErrorCode;

using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, decltype(&rd_kafka_NewTopic_destroy)>;
using Options = std::unique_ptr<rd_kafka_AdminOptions_t, decltype(&rd_kafka_AdminOptions_destroy)>;
using Queue = std::unique_ptr<rd_kafka_queue_t, decltype(&rd_kafka_queue_destroy)>;
using Event = std::unique_ptr<rd_kafka_event_t, decltype(&rd_kafka_event_destroy)>;

// A consumer's handle: unlike a producer's it never lets the broker create a topic by asking.
ClientSettings admin_settings() {
  return {.kind = ClientKind::kConsumer,
          .defaults = {{"socket.nagle.disable", "true"}},
          .fixed = {{"allow.auto.create.topics", "false"}, {"enable.auto.commit", "false"}},
          .rebalance_events = false};
}

/// What the broker said of one topic's creation.
struct Answer {
  int code = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string text;
};

Answer read_answer(rd_kafka_event_t* event) {
  if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* text = rd_kafka_event_error_string(event);
    return {rd_kafka_event_error(event), text == nullptr ? "" : text};
  }
  std::size_t count = 0;
  const auto* result = rd_kafka_event_CreateTopics_result(event);
  const auto* const* topics = rd_kafka_CreateTopics_result_topics(result, &count);
  if (count != 1) return {};
  const char* text = rd_kafka_topic_result_error_string(topics[0]);
  return {rd_kafka_topic_result_error(topics[0]), text == nullptr ? "" : text};
}

Error wrong_count(const TopicSpec& spec, int found) {
  return {ErrorCode::kAlreadyExists,
          "topic " + spec.name + " has " + std::to_string(found) + " partitions, not the " +
              std::to_string(*spec.partitions) +
              " that are set; set the number that it has or leave it empty (adding partitions "
              "would move devices)"};
}

}  // namespace

struct KafkaAdmin::Impl {
  Client::Ptr client;
  std::chrono::milliseconds patience{0};

  std::function<void()> serve() {
    return [this] { rd_kafka_poll(client->handle(), 0); };
  }

  base::Result<NewTopic> new_topic(const TopicSpec& spec, int partitions) {
    const std::string& name = spec.name;
    const KafkaConfig& config = client->config();
    std::array<char, 512> text{};
    NewTopic topic(
        rd_kafka_NewTopic_new(name.c_str(), partitions, static_cast<int>(config.replication_factor),
                              text.data(), text.size()),
        &rd_kafka_NewTopic_destroy);
    if (topic == nullptr)
      return Error(ErrorCode::kInvalidConfig, "topic " + name + ": " + text.data());
    std::map<std::string, std::string> configs = spec.configs;
    configs.insert(config.topic_configs.begin(), config.topic_configs.end());
    for (const auto& [key, value] : configs) {
      const auto code = rd_kafka_NewTopic_set_config(topic.get(), key.c_str(), value.c_str());
      if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return client->error(code).with_context("kafka.topic_configs." + key);
    }
    return topic;
  }

  base::Result<Answer> request(const TopicSpec& spec, int partitions) {
    CORTADO_ASSIGN(const NewTopic topic, new_topic(spec, partitions));
    const Options options(
        rd_kafka_AdminOptions_new(client->handle(), RD_KAFKA_ADMIN_OP_CREATETOPICS),
        &rd_kafka_AdminOptions_destroy);
    std::array<char, 512> text{};
    const auto timeout = static_cast<int>(kAdminTimeout.count());
    rd_kafka_AdminOptions_set_request_timeout(options.get(), timeout, text.data(), text.size());
    rd_kafka_AdminOptions_set_operation_timeout(options.get(), timeout / 2, text.data(),
                                                text.size());
    const Queue queue(rd_kafka_queue_new(client->handle()), &rd_kafka_queue_destroy);
    rd_kafka_NewTopic_t* topics[] = {topic.get()};
    rd_kafka_CreateTopics(client->handle(), topics, 1, options.get(), queue.get());
    return wait_for_answer(queue.get(), spec.name);
  }

  base::Result<Answer> wait_for_answer(rd_kafka_queue_t* queue, const std::string& name) {
    base::Clock& clock = base::system_clock();
    const auto deadline = clock.steady() + 2 * kAdminTimeout;
    while (clock.steady() < deadline) {
      const Event event(rd_kafka_queue_poll(queue, static_cast<int>(kSlice.count())),
                        &rd_kafka_event_destroy);
      if (event != nullptr) return read_answer(event.get());
      serve()();
      if (auto known = client->verdict()) return *known;
    }
    return client->timed_out("creating topic " + name);
  }

  Error explain(const Answer& answer, const std::string& name, int partitions) {
    const KafkaConfig& config = client->config();
    const Error error = client->error(answer.code, answer.text).with_context("topic " + name);
    if (error.code() == ErrorCode::kDenied) {
      return {error.code(), error.message() + "; an administrator runs: " +
                                acl_command(config, {"Create", "topic", name}) +
                                ", or: " + create_command(config, name, partitions)};
    }
    if (error.code() == ErrorCode::kUnsupported) {
      return {error.code(), error.message() +
                                "; this broker creates no topics for clients, an "
                                "administrator runs: " +
                                create_command(config, name, partitions)};
    }
    return error;
  }

  /// Create it; somebody else having done so meanwhile is as good.
  base::Status create(const TopicSpec& spec, int partitions) {
    const std::string& name = spec.name;
    CORTADO_ASSIGN(const Answer answer, request(spec, partitions));
    if (answer.code != RD_KAFKA_RESP_ERR_NO_ERROR &&
        answer.code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
      return explain(answer, name, partitions);
    base::log_info("kafka", "topic created",
                   {{"topic", name}, {"partitions", std::to_string(partitions)}});
    return {};
  }

  /// Wait until the new topic is known, with a leader for each partition.
  base::Result<int> wait_until_known(const std::string& name) {
    std::optional<int> count;
    CORTADO_TRY(retry(
        *client, "topic " + name,
        [&](std::chrono::milliseconds) -> int {
          auto read = read_partition_count(*client, name, serve());
          if (!read.ok()) return RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
          count = *read;
          return count ? RD_KAFKA_RESP_ERR_NO_ERROR : RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
        },
        serve()));
    return *count;
  }
};

KafkaAdmin::KafkaAdmin(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
KafkaAdmin::~KafkaAdmin() = default;

base::Result<std::unique_ptr<KafkaAdmin>> KafkaAdmin::create(const KafkaConfig& config,
                                                             std::chrono::milliseconds patience) {
  auto impl = std::make_unique<Impl>();
  impl->patience = patience;
  CORTADO_ASSIGN(impl->client, Client::create(config, admin_settings(), nullptr));
  return std::unique_ptr<KafkaAdmin>(new KafkaAdmin(std::move(impl)));
}

base::Result<std::optional<int>> KafkaAdmin::partition_count(const std::string& topic) {
  return read_partition_count(*impl_->client, topic, impl_->serve(), impl_->patience);
}

base::Result<int> KafkaAdmin::ensure_topic(const TopicSpec& spec) {
  CORTADO_ASSIGN(std::optional<int> found, partition_count(spec.name));
  if (!found) {
    const int wanted = spec.partitions.value_or(spec.partitions_if_created);
    const KafkaConfig& config = impl_->client->config();
    if (!config.create_topics) {
      return Error(ErrorCode::kNotFound,
                   "topic " + spec.name +
                       " does not exist and kafka.create_topics is false; an administrator runs: " +
                       create_command(config, spec.name, wanted));
    }
    CORTADO_TRY(impl_->create(spec, wanted));
    CORTADO_ASSIGN(found, impl_->wait_until_known(spec.name));
  }
  if (spec.partitions && *spec.partitions != *found) return wrong_count(spec, *found);
  return *found;
}

base::Result<std::vector<base::Offset>> KafkaAdmin::end_offsets(const std::string& topic) {
  CORTADO_ASSIGN(const std::optional<int> partitions, partition_count(topic));
  if (!partitions) return Error(ErrorCode::kNotFound, "topic " + topic + " does not exist");
  std::vector<base::Offset> ends;
  for (int partition = 0; partition < *partitions; ++partition) {
    std::int64_t low = 0;
    std::int64_t high = 0;
    CORTADO_TRY(retry(
        *impl_->client, "offsets of " + topic,
        [&](std::chrono::milliseconds slice) -> int {
          return rd_kafka_query_watermark_offsets(impl_->client->handle(), topic.c_str(), partition,
                                                  &low, &high, static_cast<int>(slice.count()));
        },
        impl_->serve(), impl_->patience));
    ends.emplace_back(high);
  }
  return ends;
}

base::Result<std::string> KafkaAdmin::topic_setting(const std::string& topic,
                                                    const std::string& name) {
  return read_topic_setting(*impl_->client, topic, name);
}

base::Result<std::string> KafkaAdmin::cluster_id() {
  std::string id;
  CORTADO_TRY(retry(
      *impl_->client, "cluster id",
      [&](std::chrono::milliseconds slice) -> int {
        char* text = rd_kafka_clusterid(impl_->client->handle(), static_cast<int>(slice.count()));
        if (text == nullptr) return RD_KAFKA_RESP_ERR__TIMED_OUT;
        id = text;
        rd_kafka_mem_free(impl_->client->handle(), text);
        return RD_KAFKA_RESP_ERR_NO_ERROR;
      },
      impl_->serve(), impl_->patience));
  return id;
}

base::Result<TopicLayout> ensure_topics(const KafkaConfig& config) {
  const auto set = [](std::int64_t count) {
    return count == 0 ? std::nullopt : std::optional<int>(static_cast<int>(count));
  };
  CORTADO_ASSIGN(const auto admin, KafkaAdmin::create(config));
  TopicLayout layout;
  CORTADO_ASSIGN(layout.input_partitions,
                 admin->ensure_topic({config.input_topic, set(config.input_partitions)}));
  const int as_input = layout.input_partitions;
  CORTADO_ASSIGN(
      layout.output_partitions,
      admin->ensure_topic({config.output_topic, set(config.output_partitions), as_input}));
  CORTADO_ASSIGN(layout.dead_letter_partitions,
                 admin->ensure_topic({dead_letter_topic(config), std::nullopt, as_input}));
  CORTADO_ASSIGN(layout.cluster_id, admin->cluster_id());
  return layout;
}

}  // namespace cortado::kafka
