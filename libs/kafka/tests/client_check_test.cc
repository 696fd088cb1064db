// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/client_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/kafka/topic_store.h"
#include "cortado/kafka/topics.h"

namespace cortado::kafka {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Pair;

KafkaConfig config_with(const std::string& name, const std::string& value) {
  KafkaConfig config;
  config.bootstrap_servers = "localhost:1";
  config.properties[name] = value;
  return config;
}

std::string refusal(const KafkaConfig& config, bool exactly_once = true, bool local_files = true) {
  const auto status = check_clients(config, config, {.exactly_once = exactly_once}, local_files);
  if (status.ok()) return "";
  EXPECT_EQ(status.error().code(), base::ErrorCode::kInvalidConfig);
  return status.error().message();
}

TEST(ClientCheck, PassesWhatDetectionCanUse) {
  EXPECT_EQ(refusal(config_with("linger.ms", "5")), "");
  EXPECT_EQ(refusal(config_with("session.timeout.ms", "6000"), false), "");
}

TEST(ClientCheck, RefusesWhatTheLibraryRefusesOnlyOfAWholeClient) {
  for (const bool exactly_once : {true, false}) {
    for (const auto& [name, value] :
         {std::pair("retries", "0"), std::pair("queuing.strategy", "lifo"),
          std::pair("session.timeout.ms", "600000")}) {
      EXPECT_NE(refusal(config_with(name, value), exactly_once), "") << name;
    }
  }
}

TEST(ClientCheck, AsksForFilesOnlyWhereItMay) {
  KafkaConfig config = config_with("ssl.ca.location", "/no/such/file.pem");
  config.properties["security.protocol"] = "SSL";
  EXPECT_THAT(refusal(config), HasSubstr("ssl.ca.location"));
  EXPECT_EQ(refusal(config, true, false), "");
}

TEST(TopicSpecs, HaveTheSettingsOfTheirRole) {
  KafkaConfig config;
  config.output_partitions = 3;
  config.input_topic_configs = {{"retention.ms", "1"}};
  config.output_topic_configs = {{"retention.ms", "2"}};
  config.dead_letter_topic_configs = {{"retention.ms", "3"}};
  config.state_topic_configs = {{"segment.ms", "4"}};
  EXPECT_EQ(input_topic_spec(config).configs, config.input_topic_configs);
  EXPECT_EQ(input_topic_spec(config).partitions_if_created, 10);
  EXPECT_EQ(output_topic_spec(config, 7).configs, config.output_topic_configs);
  EXPECT_EQ(output_topic_spec(config, 7).partitions, 3);
  EXPECT_EQ(dead_letter_topic_spec(config, 7).configs, config.dead_letter_topic_configs);
  EXPECT_EQ(dead_letter_topic_spec(config, 7).partitions_if_created, 7);
  const auto state = state_topic_spec(config, 7).configs;
  EXPECT_THAT(state, Contains(Pair("segment.ms", "4")));
  EXPECT_THAT(state, Contains(Pair("cleanup.policy", "compact")));
}

}  // namespace
}  // namespace cortado::kafka
