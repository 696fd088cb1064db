// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "../src/group_names.h"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cortado/kafka/kafka_lane_log.h"
#include "cortado/kafka/topic_store.h"

namespace cortado::kafka {
namespace {

KafkaConfig config_of(const std::string& group, const std::string& input) {
  KafkaConfig config;
  config.group_id = group;
  config.input_topic = input;
  return config;
}

TEST(GroupNamesTest, AGroupWithoutADotKeepsItsNames) {
  const KafkaConfig config = config_of("plant", "sensors.raw");
  EXPECT_EQ(state_topic(config), "cortado.plant.sensors.raw.state");
  EXPECT_EQ(transactional_id(config, base::Partition(7)), "cortado.plant.sensors.raw.7");
}

TEST(GroupNamesTest, AGroupWithADotStandsBehindItsLength) {
  const KafkaConfig config = config_of("plant.sensors", "raw");
  EXPECT_EQ(state_topic(config), "cortado..13.plant.sensors.raw.state");
  EXPECT_EQ(transactional_id(config, base::Partition(7)), "cortado..13.plant.sensors.raw.7");
  EXPECT_EQ(former_group_prefix(config), "cortado.plant.sensors.raw.");
}

TEST(GroupNamesTest, NoTwoGroupsAndInputsShareAName) {
  const std::string words[] = {"a", "b", "1", ".", "3", "cortado"};
  std::vector<std::string> names = {""};
  for (std::size_t i = 0; i < names.size() && names[i].size() < 24; ++i) {
    if (names.size() > 2000) break;
    for (const std::string& word : words) names.push_back(names[i] + word);
  }
  std::map<std::string, std::string> owners;
  for (std::size_t i = 1; i < 300; ++i) {
    for (std::size_t k = 1; k < 300; ++k) {
      const std::string owner = names[i] + " and " + names[k];
      const auto [found, fresh] =
          owners.emplace(group_prefix(config_of(names[i], names[k])), owner);
      ASSERT_TRUE(fresh) << owner << ", " << found->second << ": " << found->first;
    }
  }
}

}  // namespace
}  // namespace cortado::kafka
