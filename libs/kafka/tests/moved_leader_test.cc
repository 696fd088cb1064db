// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Offsets of a partition whose leader has died, against librdkafka's mock cluster, not a real
// Kafka: with real brokers it takes long until one is asked for after the other has got the lead.
#include <memory>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "cortado/kafka/kafka_source.h"
#include "cortado/kafka/topics.h"

namespace cortado::kafka {
namespace {

using base::Partition;
using base::TopicPartition;

constexpr std::int16_t kListOffsets = 2;  // Kafka's number of that request

class MovedLeaderTest : public ::testing::Test {
 protected:
  MovedLeaderTest() {
    rd_kafka_mock_topic_create(cluster_.get(), "out", 2, 2);
    config_.bootstrap_servers = rd_kafka_mock_cluster_bootstraps(cluster_.get());
    config_.input_topic = "in";
    source_ = KafkaSource::create(config_).value();
  }

  void lead(int partition, int broker) {
    rd_kafka_mock_partition_set_leader(cluster_.get(), "out", partition, broker);
  }

  /// Ask once, let broker 1 die and broker 2 lead all; return what is told then.
  base::Status ask_after_its_death() {
    const TopicPartition partitions[] = {{"out", Partition(0)}, {"out", Partition(1)}};
    const auto before = source_->stable_ends(partitions);
    EXPECT_TRUE(before.ok()) << before.error().message();
    lead(0, 2);
    lead(1, 2);
    rd_kafka_mock_broker_set_down(cluster_.get(), 1);
    const auto after = source_->stable_ends(partitions);
    return after.ok() ? base::Status() : after.error();
  }

  std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)> host_{
      rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), nullptr, 0), rd_kafka_destroy};
  std::unique_ptr<rd_kafka_mock_cluster_t, decltype(&rd_kafka_mock_cluster_destroy)> cluster_{
      rd_kafka_mock_cluster_new(host_.get(), 2), rd_kafka_mock_cluster_destroy};
  KafkaConfig config_;
  std::unique_ptr<KafkaSource> source_;
};

TEST_F(MovedLeaderTest, TheNewLeaderIsAskedForTheOffsets) {
  lead(0, 1);
  lead(1, 1);
  const base::Status asked = ask_after_its_death();
  EXPECT_TRUE(asked.ok()) << asked.error().message();
}

TEST_F(MovedLeaderTest, SoItIsWhereOtherLeadersLive) {
  lead(0, 2);
  lead(1, 1);
  const base::Status asked = ask_after_its_death();
  EXPECT_TRUE(asked.ok()) << asked.error().message();
}

TEST_F(MovedLeaderTest, WhatBrokersAnswerIsToldInPlaceOfSilence) {
  lead(0, 1);
  lead(1, 1);
  const std::vector<rd_kafka_resp_err_t> answers(1000, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
  rd_kafka_mock_push_request_errors_array(cluster_.get(), kListOffsets, answers.size(),
                                          answers.data());
  const auto admin = KafkaAdmin::create(config_, std::chrono::seconds(2)).value();
  const auto ends = admin->end_offsets("out");
  ASSERT_FALSE(ends.ok());
  EXPECT_EQ(ends.error().code(), base::ErrorCode::kUnavailable);
  EXPECT_THAT(ends.error().message(), ::testing::HasSubstr("Not leader for partition"));
}

}  // namespace
}  // namespace cortado::kafka
