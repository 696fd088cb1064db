// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/kafka_config.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "cortado/base/calendar.h"

namespace cortado::kafka {
namespace {

using base::Error;
using base::ErrorCode;

constexpr std::int64_t kMaxPartitions = 100'000;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// A count that may be left empty, kept as 0.
base::Option bind_optional_count(base::OptionText text, std::int64_t& field) {
  base::Option option = base::bind_integer(std::move(text), field, 1, kMaxPartitions);
  option.may_be_empty = true;
  auto set_number = option.set;
  option.set = [&field, set_number](const base::OptionNode& node) -> base::Status {
    if (node.kind != base::OptionNode::Kind::kScalar || !node.scalar.empty())
      return set_number(node);
    field = 0;
    return {};
  };
  option.get = [&field] {
    return base::OptionNode::make_scalar(field == 0 ? "" : std::to_string(field));
  };
  return option;
}

base::Options describe_topics(KafkaConfig& config) {
  return {
      base::bind_string(
          {.path = "kafka.input_topic", .help = "The topic whose records are scored."},
          config.input_topic),
      base::bind_string({.path = "kafka.output_topic", .help = "Where enriched records go."},
                        config.output_topic),
      bind_optional_count({.path = "kafka.input_partitions",
                           .help = "Partitions of the input topic: what it gets when we create it "
                                   "(empty: 10) and must have when it exists (empty: any number)."},
                          config.input_partitions),
      bind_optional_count(
          {.path = "kafka.output_partitions",
           .help = "Partitions of the output topic: what it gets when we create it (empty: as the "
                   "input) and must have when it exists (empty: any number)."},
          config.output_partitions),
      base::bind_string({.path = "kafka.dead_letter_topic",
                         .help = "Where records go that cannot be scored, byte for byte, with the "
                                 "reason in their headers; empty: <input_topic>.dead-letter."},
                        config.dead_letter_topic),
      base::bind_boolean({.path = "kafka.create_topics",
                          .help = "Create missing topics; false leaves that to an administrator."},
                         config.create_topics),
      base::bind_integer(
          {.path = "kafka.replication_factor",
           .help = "Replicas of the topics that we create; -1: the broker's default."},
          config.replication_factor, -1, std::numeric_limits<std::int16_t>::max()),
  };
}

/// The settings of all topics that we create, and of each by its role.
base::Options describe_topic_configs(KafkaConfig& config) {
  const auto of = [](const std::string& role, std::map<std::string, std::string>& field,
                     const std::string& more = "") {
    return base::bind_string_map(
        {.path = "kafka." + role + "_topic_configs",
         .help = "The same for this topic alone; they win over kafka.topic_configs." + more},
        field);
  };
  return {
      base::bind_string_map(
          {.path = "kafka.topic_configs",
           .help = "Topic settings for the topics that we create: {retention.ms: \"604800000\"}."},
          config.topic_configs),
      of("input", config.input_topic_configs),
      of("output", config.output_topic_configs),
      of("dead_letter", config.dead_letter_topic_configs),
      of("state", config.state_topic_configs, " It is compacted, whatever they say."),
  };
}

}  // namespace

base::Options describe_own(KafkaConfig& config) {
  base::Options options = {
      base::bind_string({.path = "kafka.bootstrap_servers",
                         .help = "Brokers to begin with, host:port separated by commas."},
                        config.bootstrap_servers),
      base::bind_string({.path = "kafka.group_id",
                         .help = "The consumer group; workers of one group share the partitions."},
                        config.group_id),
  };
  for (auto& option : describe_topics(config)) options.push_back(std::move(option));
  for (auto& option : describe_topic_configs(config)) options.push_back(std::move(option));
  options.push_back(base::bind_string(
      {.path = "kafka.instance_id",
       .help = "Static member id: a worker that restarts within the session timeout keeps its "
               "partitions; unique in the group. Empty: a dynamic member."},
      config.instance_id));
  options.push_back(base::bind_choice(
      {.path = "kafka.assignment_strategy",
       .help = "How the group shares partitions; equal for all members. cooperative-sticky moves "
               "fewer partitions but may rebalance without end before librdkafka 2.6.1; auto takes "
               "it from that version on and range before."},
      config.assignment_strategy, {"auto", "range", "cooperative-sticky"}));
  options.push_back(base::bind_string(
      {.path = "kafka.start_from",
       .help = "Where a partition begins of which the group has committed nothing yet: earliest, "
               "latest, or the first record at or after a time (2026-01-31T08:00:00Z, or "
               "milliseconds since 1970)."},
      config.start_from));
  return options;
}

base::Result<base::EpochMillis> parse_start_time(std::string_view text) {
  const auto number = base::parse_integer(text);
  if (number.ok() && *number >= 0) return *number;
  if (const auto time = base::parse_iso_8601(text); time && *time >= 0) return *time;
  return Error(ErrorCode::kInvalidConfig,
               "kafka.start_from: \"" + std::string(text) +
                   "\" is neither earliest, latest, a time like 2026-01-31T08:00:00Z nor "
                   "milliseconds since 1970");
}

base::Status check_topic_name(const std::string& key, const std::string& name) {
  constexpr std::size_t kLongest = 249;
  const bool fits = std::all_of(name.begin(), name.end(), [](char c) {
    return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-';
  });
  if (fits && !name.empty() && name.size() <= kLongest && name != "." && name != "..") return {};
  return Error(ErrorCode::kInvalidConfig,
               key + ": \"" + name +
                   "\" is no name of a topic: Kafka takes up to 249 letters, digits, \".\", \"_\" "
                   "and \"-\"");
}

std::string dead_letter_topic(const KafkaConfig& config) {
  return config.dead_letter_topic.empty() ? config.input_topic + ".dead-letter"
                                          : config.dead_letter_topic;
}

std::string bootstrap_servers(const KafkaConfig& config) {
  const auto found = config.properties.find("bootstrap.servers");
  return found == config.properties.end() ? config.bootstrap_servers : found->second;
}

}  // namespace cortado::kafka
