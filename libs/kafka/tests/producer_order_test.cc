// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// What a producer does when a broker refuses a request for a moment, against librdkafka's mock
// cluster, not a real Kafka: only a mock can be told to refuse the first request and take the next.
// What a real one then makes of the sequence numbers stands in docs/adr.
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "cortado/kafka/kafka_source.h"
#include "cortado/kafka/producer_core.h"
#include "source_recorder.h"

namespace cortado::kafka {
namespace {

using base::Partition;
using ::testing::ElementsAre;

constexpr std::int16_t kProduce = 0;  // Kafka's number of that request

class ProducerOrderTest : public ::testing::Test {
 protected:
  ProducerOrderTest() {
    rd_kafka_mock_topic_create(cluster_.get(), "input", 1, 1);
    // Long enough for all requests to be on their way before the first answer.
    rd_kafka_mock_broker_set_rtt(cluster_.get(), 1, 200);
    config_.bootstrap_servers = rd_kafka_mock_cluster_bootstraps(cluster_.get());
    config_.input_topic = "input";
    config_.properties = {{"batch.num.messages", "1"}};
  }

  std::vector<std::string> values_in_the_log(std::size_t count) {
    const auto source = KafkaSource::create(config_);
    EXPECT_TRUE(source.ok());
    testing::SourceRecorder recorder(**source);
    EXPECT_TRUE((*source)->start(recorder).ok());
    EXPECT_TRUE(recorder.poll_until([&] { return recorder.records().size() >= count; }));
    std::vector<std::string> values;
    for (const auto& record : recorder.records()) values.push_back(record.value);
    return values;
  }

  std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)> host_{
      rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), nullptr, 0), rd_kafka_destroy};
  std::unique_ptr<rd_kafka_mock_cluster_t, decltype(&rd_kafka_mock_cluster_destroy)> cluster_{
      rd_kafka_mock_cluster_new(host_.get(), 1), rd_kafka_mock_cluster_destroy};
  KafkaConfig config_;
};

TEST_F(ProducerOrderTest, NothingIsWrittenBeforeARequestThatIsRefusedForAMoment) {
  rd_kafka_mock_push_request_errors(cluster_.get(), kProduce, 1,
                                    RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
  const auto producer = ProducerCore::create(config_);
  ASSERT_TRUE(producer.ok()) << producer.error().message();
  for (const char* const value : {"0", "1", "2", "3"}) {
    ASSERT_TRUE(
        (*producer)
            ->send({.topic = "input", .partition = Partition(0), .key = "k", .value = value},
                   nullptr)
            .ok());
  }
  ASSERT_TRUE((*producer)->flush(std::chrono::seconds(60)).ok());
  EXPECT_THAT(values_in_the_log(4), ElementsAre("0", "1", "2", "3"));
}

}  // namespace
}  // namespace cortado::kafka
