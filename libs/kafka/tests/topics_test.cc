// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Topics against the embedded broker (librdkafka's mock cluster), which creates none for clients:
// creation is tested on a real Kafka in tests/integration.
#include "cortado/kafka/topics.h"

#include <array>
#include <numeric>
#include <span>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../src/client.h"
#include "../src/metadata.h"
#include "cortado/kafka/embedded_broker.h"
#include "cortado/kafka/kafka_producer.h"
#include "cortado/kafka/kafka_source.h"
#include "source_recorder.h"

namespace cortado::kafka {
namespace {

using base::ErrorCode;
using ::testing::HasSubstr;
using ::testing::Not;

class TopicsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::array<EmbeddedTopic, 3> topics = {EmbeddedTopic{"in", 6}, EmbeddedTopic{"out", 2},
                                                 EmbeddedTopic{"in.dead-letter", 6}};
    auto broker = EmbeddedBroker::create(topics);
    ASSERT_TRUE(broker.ok()) << broker.error().message();
    broker_ = std::move(*broker);
    config_.bootstrap_servers = broker_->bootstrap_servers();
    config_.input_topic = "in";
    config_.output_topic = "out";
  }

  std::unique_ptr<EmbeddedBroker> broker_;
  KafkaConfig config_;
};

TEST_F(TopicsTest, TakesExistingTopicsAsTheyAre) {
  const auto layout = ensure_topics(config_);
  ASSERT_TRUE(layout.ok()) << layout.error().message();
  EXPECT_EQ(layout->input_partitions, 6);
  EXPECT_EQ(layout->output_partitions, 2);
  EXPECT_EQ(layout->dead_letter_partitions, 6);
  EXPECT_FALSE(layout->cluster_id.empty());
}

TEST_F(TopicsTest, AcceptsTheCountThatIsSetAndRefusesAnother) {
  config_.input_partitions = 6;
  ASSERT_TRUE(ensure_topics(config_).ok());
  config_.output_partitions = 10;
  const auto refused = ensure_topics(config_);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), ErrorCode::kAlreadyExists);
  EXPECT_THAT(refused.error().message(), HasSubstr("topic out has 2 partitions, not the 10"));
}

TEST_F(TopicsTest, SaysWhomItWaitedFor) {
  broker_.reset();
  const auto layout = ensure_topics(config_);
  ASSERT_FALSE(layout.ok());
  EXPECT_EQ(layout.error().code(), ErrorCode::kUnavailable);
  EXPECT_THAT(layout.error().message(), HasSubstr("no answer from " + config_.bootstrap_servers));
}

TEST_F(TopicsTest, EmbeddedBrokerSaysWhatItCannotDo) {
  const BrokerAbilities abilities = EmbeddedBroker::abilities();
  EXPECT_FALSE(abilities.transactions || abilities.topic_creation || abilities.retention ||
               abilities.durability);
  EXPECT_THAT(std::string(EmbeddedBroker::limits()), HasSubstr("forgets everything at exit"));
  const auto twice = broker_->create_topic({"in", 6});
  ASSERT_FALSE(twice.ok());
  EXPECT_EQ(twice.error().code(), ErrorCode::kAlreadyExists);
  EXPECT_FALSE(broker_->create_topic({"", 1}).ok());
  EXPECT_FALSE(broker_->create_topic({"none", 0}).ok());
}

TEST_F(TopicsTest, TellsWhereEachPartitionEnds) {
  auto producer = KafkaProducer<std::string, std::string>::create(config_);
  ASSERT_TRUE(producer.ok());
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(producer->send("in", std::to_string(i), "v").ok());
  ASSERT_TRUE(producer->flush(std::chrono::seconds(60)).ok());
  const auto admin = KafkaAdmin::create(config_);
  ASSERT_TRUE(admin.ok());
  const auto ends = (*admin)->end_offsets("in");
  ASSERT_TRUE(ends.ok()) << ends.error().message();
  ASSERT_EQ(ends->size(), 6U);
  EXPECT_EQ(std::accumulate(ends->begin(), ends->end(), std::int64_t{0},
                            [](auto sum, base::Offset end) { return sum + end.get(); }),
            30);
}

// librdkafka's own call for both marks does not return before the broker does.
TEST_F(TopicsTest, AskingForOffsetsEndsThoughTheBrokerIsGone) {
  ClientSettings settings;
  settings.kind = ClientKind::kConsumer;
  const auto client = Client::create(config_, settings, nullptr);
  ASSERT_TRUE(client.ok());
  const base::TopicPartition first{"in", base::Partition(0)};
  const auto ask = [&] {
    return read_offsets(**client, std::span(&first, 1), Mark::kEnd, nullptr,
                        std::chrono::milliseconds(1500));
  };
  ASSERT_TRUE(ask().ok());
  broker_.reset();
  const auto ends = ask();
  ASSERT_FALSE(ends.ok());
  EXPECT_EQ(ends.error().code(), ErrorCode::kUnavailable);
}

TEST_F(TopicsTest, AnAdministratorThatGivesUpWaitsNoMore) {
  const auto admin = KafkaAdmin::create(config_, std::chrono::minutes(5));
  ASSERT_TRUE(admin.ok());
  ASSERT_TRUE((*admin)->ping().ok());
  broker_.reset();
  (*admin)->give_up();
  EXPECT_EQ((*admin)->ping().error().code(), ErrorCode::kUnavailable);
  EXPECT_EQ((*admin)->end_offsets("in").error().code(), ErrorCode::kUnavailable);
}

// The embedded broker speaks no TLS: a client that insists on it learns so by callback only.
class RefusedTest : public TopicsTest {
 protected:
  void SetUp() override {
    TopicsTest::SetUp();
    config_.properties["security.protocol"] = "SASL_SSL";
    config_.properties["sasl.mechanism"] = "PLAIN";
    config_.properties["sasl.username"] = "someone";
    config_.properties["sasl.password"] = "hunter2";
  }

  static void expect_denied(const base::Status& status) {
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code(), ErrorCode::kDenied);
    EXPECT_THAT(status.error().message(), HasSubstr("check security.protocol"));
    EXPECT_THAT(status.error().message(), Not(HasSubstr("hunter2")));
  }
};

TEST_F(RefusedTest, EnsureTopicsSaysThatTheBrokerRefused) {
  const auto layout = ensure_topics(config_);
  expect_denied(layout.ok() ? base::Status() : layout.error());
}

TEST_F(RefusedTest, TheProducerSaysThatTheBrokerRefused) {
  auto producer = KafkaProducer<std::string, std::string>::create(config_);
  ASSERT_TRUE(producer.ok());
  ASSERT_TRUE(producer->send("in", "k", "v").ok());
  expect_denied(producer->flush(std::chrono::seconds(60)));
}

TEST_F(RefusedTest, TheSourceSaysThatTheBrokerRefused) {
  auto source = KafkaSource::create(config_);
  ASSERT_TRUE(source.ok());
  testing::SourceRecorder recorder(**source);
  ASSERT_TRUE((*source)->start(recorder).ok());
  const auto polled = (*source)->poll(std::chrono::seconds(60), 1, recorder);
  expect_denied(polled.ok() ? base::Status() : polled.error());
}

}  // namespace
}  // namespace cortado::kafka
