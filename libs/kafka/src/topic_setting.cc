// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "topic_setting.h"

#include <array>
#include <memory>

#include <librdkafka/rdkafka.h>

#include "answer_queue.h"
#include "commands.h"
#include "metadata.h"

namespace cortado::kafka {
namespace {

using base::Error;
using base::ErrorCode;

using Resource =
    std::unique_ptr<rd_kafka_ConfigResource_t, decltype(&rd_kafka_ConfigResource_destroy)>;
using Options = std::unique_ptr<rd_kafka_AdminOptions_t, decltype(&rd_kafka_AdminOptions_destroy)>;

Error explain(const Client& client, int code, const char* text, const std::string& topic) {
  Error error = client.error(code, text == nullptr ? "" : text).with_context("topic " + topic);
  if (error.code() != ErrorCode::kDenied) return error;
  return {error.code(), error.message() + "; an administrator runs: " +
                            acl_command(client.config(), {"DescribeConfigs", "topic", topic})};
}

base::Result<std::string> read_answer(const Client& client, rd_kafka_event_t* event,
                                      const std::string& topic, const std::string& name) {
  if (const auto code = rd_kafka_event_error(event); code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return explain(client, code, rd_kafka_event_error_string(event), topic);
  std::size_t count = 0;
  const auto* const* resources = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(event), &count);
  if (count != 1) return Error(ErrorCode::kInternal, "topic " + topic + ": no answer about it");
  if (const auto code = rd_kafka_ConfigResource_error(resources[0]);
      code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return explain(client, code, rd_kafka_ConfigResource_error_string(resources[0]), topic);
  const auto* const* entries = rd_kafka_ConfigResource_configs(resources[0], &count);
  for (std::size_t i = 0; i < count; ++i) {
    const char* const value = rd_kafka_ConfigEntry_value(entries[i]);
    if (name == rd_kafka_ConfigEntry_name(entries[i])) return std::string(value ? value : "");
  }
  return Error(ErrorCode::kNotFound, "topic " + topic + " has no setting " + name);
}

void ask(Client& client, const std::string& topic, rd_kafka_queue_t* queue) {
  const Resource resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()),
                          &rd_kafka_ConfigResource_destroy);
  const Options options(
      rd_kafka_AdminOptions_new(client.handle(), RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS),
      &rd_kafka_AdminOptions_destroy);
  std::array<char, 512> text{};
  rd_kafka_AdminOptions_set_request_timeout(options.get(), static_cast<int>(kAdminTimeout.count()),
                                            text.data(), text.size());
  rd_kafka_ConfigResource_t* resources[] = {resource.get()};
  rd_kafka_DescribeConfigs(client.handle(), resources, 1, options.get(), queue);
}

}  // namespace

base::Result<std::string> read_topic_setting(Client& client, const std::string& topic,
                                             const std::string& name) {
  const AnswerQueue queue = make_answer_queue(client);
  ask(client, topic, queue.get());
  CORTADO_ASSIGN(const AnswerEvent answer,
                 wait_for_answer(client, queue, "settings of topic " + topic));
  return read_answer(client, answer.get(), topic, name);
}

}  // namespace cortado::kafka
