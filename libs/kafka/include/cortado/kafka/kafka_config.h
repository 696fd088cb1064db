// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "cortado/base/clock.h"
#include "cortado/base/option.h"
#include "cortado/base/result.h"

namespace cortado::kafka {

/// How a group shares partitions. Every member of a group must have the same one.
enum class AssignmentStrategy { kAuto, kRange, kCooperativeSticky };

/// What every Kafka client of the process is made from.
struct KafkaConfig {
  std::string bootstrap_servers;  ///< no default: nobody guesses a production cluster
  std::string group_id = "detector_group";
  std::string input_topic = "monitoring20";
  std::string output_topic = "monitoringEnriched2";
  std::int64_t input_partitions = 0;   ///< 0 = not set: 10 when created, else what exists
  std::int64_t output_partitions = 0;  ///< 0 = not set: as the input when created, else what exists
  std::string dead_letter_topic;       ///< empty = <input_topic>.dead-letter
  bool create_topics = true;
  std::int64_t replication_factor = -1;              ///< -1 = the broker's default
  std::map<std::string, std::string> topic_configs;  ///< set on the topics that we create
  // Of one role; they win over topic_configs.
  std::map<std::string, std::string> input_topic_configs;
  std::map<std::string, std::string> output_topic_configs;
  std::map<std::string, std::string> dead_letter_topic_configs;
  std::map<std::string, std::string> state_topic_configs;
  std::string instance_id;  ///< static member id; empty = dynamic member
  AssignmentStrategy assignment_strategy = AssignmentStrategy::kAuto;
  std::string start_from = "earliest";  ///< or "latest" or a time: where nothing was committed
  std::map<std::string, std::string> properties;  ///< passed through to librdkafka
};

/// Describe the keys under "kafka".
base::Options describe(KafkaConfig& config);

/// The same but for kafka.properties, whose names only the librdkafka that runs knows; needs none.
base::Options describe_own(KafkaConfig& config);

/// Check what single keys cannot: servers given, names of topics, that the state topic stays
/// compacted, pass-through properties known and not among those that the guarantee rests on.
/// **Errors:** kInvalidConfig naming the key, the reason and the nearest name.
base::Status validate(const KafkaConfig& config);

/// Read a kafka.start_from that is a time: ISO 8601, or milliseconds since 1970. **Errors:**
/// kInvalidConfig.
base::Result<base::EpochMillis> parse_start_time(std::string_view text);

/// Check that Kafka takes this as a topic's name; `key` is where it was set. **Errors:**
/// kInvalidConfig.
base::Status check_topic_name(const std::string& key, const std::string& name);

/// The dead-letter topic with its default filled in.
std::string dead_letter_topic(const KafkaConfig& config);

/// `bootstrap.servers` among the properties wins over bootstrap_servers.
std::string bootstrap_servers(const KafkaConfig& config);

/// True if librdkafka has a property of this name.
bool is_property(std::string_view name);

/// True if a property's value is never to be printed. Shown are only values of properties that the
/// librdkafka that runs knows, whose names do not contain password, secret, jaas or key; of those
/// that begin with sasl. or ssl. only the ones that are known to be no secret.
bool is_secret_property(std::string_view name);

/// Return the text with each value of a secret property replaced by "[redacted]", and each
/// assignment in such a value.
std::string redact(const KafkaConfig& config, std::string text);

}  // namespace cortado::kafka
