// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/topics.h"

#include <algorithm>
#include <array>

#include <librdkafka/rdkafka.h>

#include "answer_queue.h"
#include "client.h"
#include "commands.h"
#include "cortado/base/log.h"
#include "metadata.h"
#include "topic_setting.h"

namespace cortado::kafka {
namespace {

using base::Error;
using base::ErrorCode;

using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, decltype(&rd_kafka_NewTopic_destroy)>;
using Options = std::unique_ptr<rd_kafka_AdminOptions_t, decltype(&rd_kafka_AdminOptions_destroy)>;

// A consumer's handle: unlike a producer's it never lets the broker create a topic by asking. The
// question for offsets heeds no timeout but the socket's, which is a minute by itself.
ClientSettings admin_settings(std::chrono::milliseconds patience) {
  return {.kind = ClientKind::kConsumer,
          .defaults = {{"socket.nagle.disable", "true"},
                       {"socket.timeout.ms", std::to_string(patience.count())}},
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

int wanted_partitions(const TopicSpec& spec) {
  return spec.partitions.value_or(spec.partitions_if_created);
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
  base::Patience given_up;
  Client::Ptr client;
  std::chrono::milliseconds patience{0};

  std::function<void()> serve() {
    return [this] { rd_kafka_poll(client->handle(), 0); };
  }

  /// The topic's own settings, then those of all topics.
  std::map<std::string, std::string> settings_of(const TopicSpec& spec) const {
    std::map<std::string, std::string> settings = spec.configs;
    const auto& of_all = client->config().topic_configs;
    settings.insert(of_all.begin(), of_all.end());
    return settings;
  }

  std::string command_for(const TopicSpec& spec) const {
    return create_command(client->config(), spec.name, wanted_partitions(spec), settings_of(spec));
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
    for (const auto& [key, value] : settings_of(spec)) {
      const auto code = rd_kafka_NewTopic_set_config(topic.get(), key.c_str(), value.c_str());
      if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return client->error(code).with_context("topic " + name + ": its setting " + key);
    }
    return topic;
  }

  base::Result<Answer> request(const TopicSpec& spec, int partitions, bool only_asking) {
    CORTADO_ASSIGN(const NewTopic topic, new_topic(spec, partitions));
    const Options options(
        rd_kafka_AdminOptions_new(client->handle(), RD_KAFKA_ADMIN_OP_CREATETOPICS),
        &rd_kafka_AdminOptions_destroy);
    std::array<char, 512> text{};
    const auto timeout = static_cast<int>(kAdminTimeout.count());
    rd_kafka_AdminOptions_set_request_timeout(options.get(), timeout, text.data(), text.size());
    rd_kafka_AdminOptions_set_operation_timeout(options.get(), timeout / 2, text.data(),
                                                text.size());
    rd_kafka_AdminOptions_set_validate_only(options.get(), only_asking ? 1 : 0, text.data(),
                                            text.size());
    const AnswerQueue queue = make_answer_queue(*client);
    rd_kafka_NewTopic_t* topics[] = {topic.get()};
    rd_kafka_CreateTopics(client->handle(), topics, 1, options.get(), queue.get());
    CORTADO_ASSIGN(const AnswerEvent answer,
                   wait_for_answer(*client, queue, "creating topic " + spec.name));
    return read_answer(answer.get());
  }

  Error explain(const Answer& answer, const TopicSpec& spec) {
    const std::string& name = spec.name;
    const KafkaConfig& config = client->config();
    Error error = client->error(answer.code, answer.text).with_context("topic " + name);
    if (error.code() == ErrorCode::kDenied) {
      return {error.code(), error.message() + "; an administrator runs: " +
                                acl_command(config, {"Create", "topic", name}) +
                                ", or: " + command_for(spec)};
    }
    if (error.code() == ErrorCode::kUnsupported) {
      return {error.code(), error.message() +
                                "; this broker creates no topics for clients, an "
                                "administrator runs: " +
                                command_for(spec)};
    }
    return error;
  }

  /// Create it, or only ask whether that would be done. False: a topic of that name is there,
  /// which somebody else made meanwhile, or whose deletion is not over.
  base::Result<bool> create(const TopicSpec& spec, int partitions, bool only_asking) {
    CORTADO_ASSIGN(const Answer answer, request(spec, partitions, only_asking));
    if (answer.code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return false;
    if (answer.code != RD_KAFKA_RESP_ERR_NO_ERROR) return explain(answer, spec);
    if (only_asking) return true;
    base::log_info("kafka", "topic created",
                   {{"topic", spec.name}, {"partitions", std::to_string(partitions)}});
    return true;
  }

  /// Return the partitions of a topic that is as it must be, none if it is missing and may be made.
  base::Result<std::optional<int>> find(const TopicSpec& spec) {
    CORTADO_ASSIGN(const auto found, read_partition_count(*client, spec.name, serve(), patience));
    const KafkaConfig& config = client->config();
    if (!found && !config.create_topics) {
      return Error(ErrorCode::kNotFound,
                   "topic " + spec.name +
                       " does not exist and kafka.create_topics is false; an administrator runs: " +
                       command_for(spec));
    }
    if (found && spec.partitions && *spec.partitions != *found) return wrong_count(spec, *found);
    return found;
  }

  /// Create it and wait until it is known, with a leader for each partition. Return their number,
  /// which somebody else may have chosen.
  base::Result<int> make(const TopicSpec& spec) {
    CORTADO_ASSIGN(bool made, create(spec, wanted_partitions(spec), false));
    std::optional<int> count;
    CORTADO_TRY(retry(
        *client, "topic " + spec.name,
        [&](std::chrono::milliseconds) -> int {
          const auto read = read_partition_count(*client, spec.name, serve());
          if (!read.ok()) return RD_KAFKA_RESP_ERR__TIMED_OUT;
          count = *read;
          if (count) return RD_KAFKA_RESP_ERR_NO_ERROR;
          if (!made) {
            const auto again = create(spec, wanted_partitions(spec), false);
            made = again.ok() && *again;
          }
          return RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
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
  CORTADO_ASSIGN(impl->client, Client::create(config, admin_settings(patience), nullptr));
  impl->client->set_patience(&impl->given_up);
  return std::unique_ptr<KafkaAdmin>(new KafkaAdmin(std::move(impl)));
}

void KafkaAdmin::give_up() { impl_->given_up.end_in(std::chrono::milliseconds(0)); }

base::Status KafkaAdmin::ping() {
  return retry(
      *impl_->client, "a broker",
      [&](std::chrono::milliseconds slice) -> int {
        // Of the topics that are known here, none: the smallest question that is really asked.
        const rd_kafka_metadata_t* metadata = nullptr;
        const auto code = rd_kafka_metadata(impl_->client->handle(), 0, nullptr, &metadata,
                                            static_cast<int>(slice.count()));
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) rd_kafka_metadata_destroy(metadata);
        return code;
      },
      impl_->serve(), impl_->patience);
}

base::Result<std::optional<int>> KafkaAdmin::partition_count(const std::string& topic) {
  return read_partition_count(*impl_->client, topic, impl_->serve(), impl_->patience);
}

base::Result<int> KafkaAdmin::ensure_topic(const TopicSpec& spec) {
  CORTADO_ASSIGN(const auto found, impl_->find(spec));
  if (found) return *found;
  CORTADO_ASSIGN(const int made, impl_->make(spec));
  // Somebody else may have made it meanwhile.
  if (spec.partitions && *spec.partitions != made) return wrong_count(spec, made);
  return made;
}

base::Result<int> KafkaAdmin::check_topic(const TopicSpec& spec) {
  CORTADO_ASSIGN(const auto found, impl_->find(spec));
  if (found) return *found;
  CORTADO_TRY(impl_->create(spec, wanted_partitions(spec), true));
  return wanted_partitions(spec);
}

base::Result<std::vector<base::Offset>> KafkaAdmin::end_offsets(const std::string& topic) {
  CORTADO_ASSIGN(const std::optional<int> partitions, partition_count(topic));
  if (!partitions) return Error(ErrorCode::kNotFound, "topic " + topic + " does not exist");
  std::vector<base::TopicPartition> all;
  for (int partition = 0; partition < *partitions; ++partition)
    all.push_back({topic, base::Partition(partition)});
  return read_offsets(*impl_->client, all, Mark::kEnd, impl_->serve(), impl_->patience);
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

}  // namespace cortado::kafka
