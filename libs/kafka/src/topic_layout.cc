// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/topics.h"

namespace cortado::kafka {
namespace {

std::optional<int> if_set(std::int64_t count) {
  return count == 0 ? std::nullopt : std::optional<int>(static_cast<int>(count));
}

/// Settle the topics of all roles, by making them or by only asking.
base::Result<TopicLayout> lay_out(const KafkaConfig& config,
                                  base::Result<int> (KafkaAdmin::*settle)(const TopicSpec&)) {
  CORTADO_ASSIGN(const auto admin, KafkaAdmin::create(config));
  TopicLayout layout;
  CORTADO_ASSIGN(layout.input_partitions, ((*admin).*settle)(input_topic_spec(config)));
  const int as_input = layout.input_partitions;
  CORTADO_ASSIGN(layout.output_partitions, ((*admin).*settle)(output_topic_spec(config, as_input)));
  CORTADO_ASSIGN(layout.dead_letter_partitions,
                 ((*admin).*settle)(dead_letter_topic_spec(config, as_input)));
  CORTADO_ASSIGN(layout.cluster_id, admin->cluster_id());
  return layout;
}

}  // namespace

TopicSpec input_topic_spec(const KafkaConfig& config) {
  return {.name = config.input_topic,
          .partitions = if_set(config.input_partitions),
          .configs = config.input_topic_configs};
}

TopicSpec output_topic_spec(const KafkaConfig& config, int input_partitions) {
  return {.name = config.output_topic,
          .partitions = if_set(config.output_partitions),
          .partitions_if_created = input_partitions,
          .configs = config.output_topic_configs};
}

TopicSpec dead_letter_topic_spec(const KafkaConfig& config, int input_partitions) {
  return {.name = dead_letter_topic(config),
          .partitions = std::nullopt,
          .partitions_if_created = input_partitions,
          .configs = config.dead_letter_topic_configs};
}

base::Result<TopicLayout> ensure_topics(const KafkaConfig& config) {
  return lay_out(config, &KafkaAdmin::ensure_topic);
}

base::Result<TopicLayout> check_topics(const KafkaConfig& config) {
  return lay_out(config, &KafkaAdmin::check_topic);
}

}  // namespace cortado::kafka
