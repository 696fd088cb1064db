// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "cortado/kafka/kafka_config.h"
#include "properties.h"

namespace cortado::kafka {
namespace {

using base::Error;
using base::ErrorCode;

Error missing(const std::string& key, const std::string& hint) {
  return {ErrorCode::kInvalidConfig, key + " is empty: " + hint};
}

/// A name that stands alone, or is like none, may be a value in a name's place: it is refused
/// unseen.
base::Status check_names(const base::OptionNode& node) {
  for (const auto& [name, value] : node.fields) {
    const bool alone = value.kind == base::OptionNode::Kind::kScalar && value.scalar.empty();
    const bool like_one = name.find('.') != std::string::npos && !alone;
    if (like_one || !nearest_property(name).empty()) continue;
    return Error(ErrorCode::kInvalidConfig,
                 "kafka.properties: a name there (it is not shown) is no property of librdkafka; "
                 "write name: value");
  }
  return {};
}

base::Option bind_properties(KafkaConfig& config) {
  base::Option option = base::bind_string_map(
      {.path = "kafka.properties",
       .help = "Anything else for librdkafka, by its own names: {security.protocol: SASL_SSL}. "
               "Settings that the guarantee rests on are refused. Values are shown only of "
               "properties that are known to be no secret.",
       .secret = true},
      config.properties);
  for (const auto& name : property_names()) {
    if (!is_secret_property(name)) option.choices.push_back(name);
  }
  option.set = [set_all = option.set](const base::OptionNode& node) -> base::Status {
    CORTADO_TRY(check_names(node));
    return set_all(node);
  };
  return option;
}

}  // namespace

base::Options describe(KafkaConfig& config) {
  base::Options options = describe_own(config);
  options.push_back(bind_properties(config));
  return options;
}

base::Status validate(const KafkaConfig& config) {
  if (bootstrap_servers(config).empty())
    return missing("kafka.bootstrap_servers", "name a broker, for example localhost:9092");
  if (config.group_id.empty()) return missing("kafka.group_id", "name the consumer group");
  if (config.input_topic.empty()) return missing("kafka.input_topic", "name the topic to read");
  if (config.output_topic.empty()) return missing("kafka.output_topic", "name the topic to fill");
  const std::string dead_letters = dead_letter_topic(config);
  if (config.output_topic == config.input_topic || dead_letters == config.input_topic ||
      dead_letters == config.output_topic) {
    return Error(ErrorCode::kInvalidConfig,
                 "kafka.input_topic, kafka.output_topic and kafka.dead_letter_topic must differ");
  }
  CORTADO_TRY(check_topic_name("kafka.input_topic", config.input_topic));
  CORTADO_TRY(check_topic_name("kafka.output_topic", config.output_topic));
  CORTADO_TRY(check_topic_name("kafka.dead_letter_topic", dead_letters));
  const auto policy = config.state_topic_configs.find("cleanup.policy");
  if (policy != config.state_topic_configs.end() && policy->second != "compact") {
    return Error(ErrorCode::kInvalidConfig,
                 "kafka.state_topic_configs: cleanup.policy must be compact, or snapshots would be "
                 "deleted in time; leave it out");
  }
  if (config.replication_factor == 0) {
    return Error(ErrorCode::kInvalidConfig,
                 "kafka.replication_factor must be -1 (the broker's default) or at least 1");
  }
  if (config.start_from != "earliest" && config.start_from != "latest") {
    CORTADO_TRY(parse_start_time(config.start_from));
  }
  return check_properties(config);
}

}  // namespace cortado::kafka
