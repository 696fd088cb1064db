// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// What a lane says of a record that its topic takes at no time, against librdkafka's mock cluster,
// not a real Kafka: only a mock's answer can be had before the offsets are sent, always.
#include <memory>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "cortado/kafka/kafka_lane_log.h"

namespace cortado::kafka {
namespace {

using base::Offset;
using base::Partition;
using ::testing::HasSubstr;

constexpr std::int16_t kProduce = 0;  // Kafka's number of that request

class RefusedRecordTest : public ::testing::Test {
 protected:
  RefusedRecordTest() {
    for (const char* const topic : {"in", "out", "in.dead-letter"})
      rd_kafka_mock_topic_create(cluster_.get(), topic, 1, 1);
    config_.bootstrap_servers = rd_kafka_mock_cluster_bootstraps(cluster_.get());
    config_.input_topic = "in";
    config_.output_topic = "out";
    options_.exactly_once = true;
    options_.at_step = [this](std::string_view step) {
      if (step != waits_at_) return;
      for (int i = 0; i < 600 && factory_->totals().failed == 0; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    };
    source_ = KafkaSource::create(config_).value();
    const TopicLayout layout{.input_partitions = 1,
                             .output_partitions = 1,
                             .dead_letter_partitions = 1,
                             .cluster_id = "any"};
    factory_ = KafkaLaneLogFactory::create(config_, layout, options_, *source_).value();
  }

  /// Have a record refused, whose lane then waits at `step` until it is; return what is said.
  base::Error refused_before(std::string_view step,
                             rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_INVALID_RECORD) {
    waits_at_ = step;
    const auto log = factory_->create({"in", Partition(0)}).value();
    EXPECT_TRUE(log->fence().ok());
    EXPECT_TRUE(log->begin().ok());
    rd_kafka_mock_push_request_errors(cluster_.get(), kProduce, 1, code);
    base::Outcome outcome;
    outcome.kind = base::OutcomeKind::kEnriched;
    outcome.device = "d";
    outcome.value = "scored";
    base::RawRecord record;
    record.topic = "in";
    record.value = "raw";
    record.timestamp_ms = base::EpochMillis(1);
    EXPECT_TRUE(log->append(record, outcome).ok());
    const auto committed = log->commit(Offset(1), "");
    EXPECT_FALSE(committed.ok());
    return committed.ok() ? base::Error(base::ErrorCode::kInternal, "") : committed.error();
  }

  std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)> host_{
      rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), nullptr, 0), rd_kafka_destroy};
  std::unique_ptr<rd_kafka_mock_cluster_t, decltype(&rd_kafka_mock_cluster_destroy)> cluster_{
      rd_kafka_mock_cluster_new(host_.get(), 1), rd_kafka_mock_cluster_destroy};
  KafkaConfig config_;
  LogOptions options_;
  std::string waits_at_;
  std::unique_ptr<KafkaSource> source_;
  std::unique_ptr<KafkaLaneLogFactory> factory_;
};

TEST_F(RefusedRecordTest, ItsTopicIsNamedWhereTheOffsetsAreSentAfterTheAnswer) {
  const base::Error said = refused_before("send_offsets");
  EXPECT_EQ(said.code(), base::ErrorCode::kUnsupported);
  EXPECT_THAT(said.message(), HasSubstr("topic out"));
  EXPECT_THAT(said.message(), HasSubstr("a compacted topic takes none without one"));
}

TEST_F(RefusedRecordTest, ItsTopicIsNamedWhereTheAnswerComesAtTheCommit) {
  const base::Error said = refused_before("commit");
  EXPECT_EQ(said.code(), base::ErrorCode::kUnsupported);
  EXPECT_THAT(said.message(), HasSubstr("topic out"));
}

TEST_F(RefusedRecordTest, ItIsTheRightToWriteThatLacksThen) {
  const base::Error said =
      refused_before("send_offsets", RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  EXPECT_EQ(said.code(), base::ErrorCode::kDenied);
  EXPECT_THAT(said.message(), HasSubstr("--operation Write --topic 'out'"));
}

}  // namespace
}  // namespace cortado::kafka
