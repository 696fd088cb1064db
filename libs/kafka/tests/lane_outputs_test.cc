// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Against the embedded broker, which shows readers of committed records all: that aborted ones are
// left out stands in tests/recovery.
#include "../src/lane_outputs.h"

#include <array>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "cortado/kafka/dead_letter.h"
#include "cortado/kafka/embedded_broker.h"
#include "cortado/kafka/producer_core.h"
#include "cortado/kafka/source_headers.h"

namespace cortado::kafka {
namespace {

using base::Offset;
using base::Partition;
using base::TopicPartition;

const TopicPartition kLane{"in", Partition(0)};
const TopicPartition kOut{"out", Partition(0)};
const std::string kId = "cortado.workers.in.0";

class LaneOutputsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::array<EmbeddedTopic, 1> topics = {EmbeddedTopic{"out", 1}};
    auto broker = EmbeddedBroker::create(topics);
    ASSERT_TRUE(broker.ok()) << broker.error().message();
    broker_ = std::move(*broker);
    config_.bootstrap_servers = broker_->bootstrap_servers();
    config_.group_id = "workers";
    auto producer = ProducerCore::create(config_);
    ASSERT_TRUE(producer.ok()) << producer.error().message();
    producer_ = std::move(*producer);
  }

  void send(std::span<const base::RawHeader> headers) {
    ASSERT_TRUE(producer_
                    ->send({.topic = kOut.topic,
                            .partition = kOut.partition,
                            .key = "k",
                            .value = "v",
                            .headers = headers},
                           nullptr)
                    .ok());
  }

  void enriched(int offset, const std::string& partition = "0") {
    const std::string number = std::to_string(offset);
    const std::array<base::RawHeader, 3> headers{{{kSourceTopicHeader, "in"},
                                                  {kSourcePartitionHeader, partition},
                                                  {kSourceOffsetHeader, number}}};
    send(headers);
  }

  void letter(int offset) {
    const std::string number = std::to_string(offset);
    const std::array<base::RawHeader, 5> headers{{{kReasonHeader, "r"},
                                                  {kStageHeader, "decode"},
                                                  {kTopicHeader, "in"},
                                                  {kPartitionHeader, "0"},
                                                  {kOffsetHeader, number}}};
    send(headers);
  }

  void moved(const std::string& id) {
    const std::array<base::RawHeader, 1> headers{{{kMovedHeader, id}}};
    send(headers);
  }

  /// The highest input offset that counts for a transaction from `committed` on.
  std::optional<Offset> last_of_pending(int committed) {
    EXPECT_TRUE(producer_->flush(std::chrono::seconds(60)).ok());
    const auto reader = TopicReader::create(config_, Isolation::kReadUncommitted);
    EXPECT_TRUE(reader.ok());
    OffsetRange range = (*reader)->range(kOut).value();
    range.begin = begin_of_pending(**reader, range, {kLane, kId, Offset(committed)}).value();
    return highest_enriched(**reader, {&range, 1}, kLane).value();
  }

  std::unique_ptr<EmbeddedBroker> broker_;
  KafkaConfig config_;
  std::unique_ptr<ProducerCore> producer_;
};

TEST_F(LaneOutputsTest, OutputsFromThePositionOnCount) {
  for (int offset = 0; offset < 10; ++offset) enriched(offset);
  EXPECT_EQ(last_of_pending(5), Offset(9));
  EXPECT_EQ(last_of_pending(9), Offset(9));
  EXPECT_EQ(last_of_pending(10), std::nullopt);
}

TEST_F(LaneOutputsTest, ThoseBehindTheLastOneBelowThePositionAreOfAFormerRun) {
  for (int offset = 0; offset < 10; ++offset) enriched(offset);
  // An operator rewound the group to 3, and a batch was committed since.
  for (int offset = 3; offset < 6; ++offset) enriched(offset);
  EXPECT_EQ(last_of_pending(6), std::nullopt);
  enriched(6);
  EXPECT_EQ(last_of_pending(6), Offset(6));
}

TEST_F(LaneOutputsTest, SoAreThoseBeforeTheMarkOfAMove) {
  for (int offset = 0; offset < 10; ++offset) enriched(offset);
  moved(kId);
  EXPECT_EQ(last_of_pending(0), std::nullopt);
  enriched(0);
  enriched(1);
  EXPECT_EQ(last_of_pending(0), Offset(1));
}

TEST_F(LaneOutputsTest, AnotherLanesMarkAndRecordsSayNothing) {
  for (int offset = 0; offset < 10; ++offset) enriched(offset);
  moved("cortado.others.in.0");
  enriched(3, "1");
  enriched(99, "1");
  EXPECT_EQ(last_of_pending(5), Offset(9));
}

TEST_F(LaneOutputsTest, DeadLettersSayNothing) {
  for (int offset = 0; offset < 5; ++offset) enriched(offset);
  letter(7);
  EXPECT_EQ(last_of_pending(5), std::nullopt);
}

TEST_F(LaneOutputsTest, MoreThanOneStepIsReadBackwards) {
  enriched(4);
  for (int offset = 5; offset < 3'500; ++offset) enriched(offset);
  EXPECT_EQ(last_of_pending(5), Offset(3'499));
  EXPECT_EQ(last_of_pending(0), Offset(3'499));
}

TEST(EnrichedPartitions, AreThoseOfTheOutputTopicAlone) {
  const LaneTargets equal{.output = {"out", 3},
                          .dead_letters = {"dead", 3},
                          .group = {},
                          .state_topic = {},
                          .input_partitions = 3};
  const TopicPartition lane{"in", Partition(2)};
  const TopicPartition out{"out", Partition(2)};
  const TopicPartition dead{"dead", Partition(2)};
  EXPECT_EQ(enriched_partitions(equal, lane), std::vector{out});
  EXPECT_EQ(output_partitions(equal, lane), (std::vector{out, dead}));
  EXPECT_TRUE(enriched_partitions(equal, {"in", Partition(3)}).empty());
}

}  // namespace
}  // namespace cortado::kafka
