// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Lane logs against the embedded broker (librdkafka's mock cluster), not a real Kafka: what only a
// real one shows stands in tests/integration.
#include "cortado/kafka/kafka_lane_log.h"

#include <array>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/kafka/embedded_broker.h"
#include "cortado/kafka/kafka_consumer.h"
#include "cortado/kafka/partitioner.h"

namespace cortado::kafka {
namespace {

using base::ErrorCode;
using base::Offset;
using base::Outcome;
using base::OutcomeKind;
using base::Partition;
using base::RawRecord;
using base::TopicPartition;
using stream::CommitResult;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::SizeIs;
using Record = ConsumerRecord<std::string, std::string>;

constexpr std::chrono::seconds kPatience{60};

class KafkaLaneLogTest : public ::testing::Test {
 protected:
  void SetUp() override { start({.output = 4, .dead_letters = 4}); }

  struct Counts {
    int output;
    int dead_letters;
  };

  void start(Counts counts) {
    factory_.reset();
    source_.reset();
    const std::array<EmbeddedTopic, 3> topics = {
        EmbeddedTopic{"in", 4}, EmbeddedTopic{"out", counts.output},
        EmbeddedTopic{"in.dead-letter", counts.dead_letters}};
    auto broker = EmbeddedBroker::create(topics);
    ASSERT_TRUE(broker.ok()) << broker.error().message();
    broker_ = std::move(*broker);
    config_.bootstrap_servers = broker_->bootstrap_servers();
    config_.input_topic = "in";
    config_.output_topic = "out";
    connect({.input_partitions = 4,
             .output_partitions = counts.output,
             .dead_letter_partitions = counts.dead_letters,
             .cluster_id = "any"});
  }

  void connect(const TopicLayout& layout) {
    auto source = KafkaSource::create(config_);
    ASSERT_TRUE(source.ok()) << source.error().message();
    source_ = std::move(*source);
    auto factory = KafkaLaneLogFactory::create(config_, layout, LogOptions{}, *source_);
    ASSERT_TRUE(factory.ok()) << factory.error().message();
    factory_ = std::move(*factory);
  }

  std::unique_ptr<stream::LaneLog> lane(int partition) {
    auto log = factory_->create({"in", Partition(partition)});
    EXPECT_TRUE(log.ok());
    EXPECT_TRUE((*log)->begin().ok());
    return std::move(*log);
  }

  /// All records of a topic, in order within each partition.
  std::vector<Record> read(const std::string& topic, int partitions, std::size_t count) {
    std::vector<TopicPartition> all;
    for (int p = 0; p < partitions; ++p) all.push_back({topic, Partition(p)});
    auto consumer = KafkaConsumer<std::string, std::string>::create(
        config_, ConsumerStrategy<std::string, std::string>::assign(all));
    EXPECT_TRUE(consumer.ok());
    std::vector<Record> records;
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (records.size() < count && std::chrono::steady_clock::now() < deadline) {
      auto batch = consumer->poll(std::chrono::milliseconds(50));
      EXPECT_TRUE(batch.ok()) << batch.error().message();
      if (!batch.ok()) break;
      for (auto& record : *batch) records.push_back(std::move(record));
    }
    return records;
  }

  std::unique_ptr<EmbeddedBroker> broker_;
  KafkaConfig config_;
  std::unique_ptr<KafkaSource> source_;
  std::unique_ptr<KafkaLaneLogFactory> factory_;
};

RawRecord input(int partition, std::int64_t offset, std::string_view value,
                std::span<const base::RawHeader> headers = {}) {
  return {.topic = "in",
          .partition = Partition(partition),
          .offset = Offset(offset),
          .timestamp_ms = 1'600'000'000'000 + offset,
          .key = "key",
          .value = value,
          .headers = headers};
}

Outcome enriched(std::string value, std::string device = "device") {
  Outcome outcome;
  outcome.kind = OutcomeKind::kEnriched;
  outcome.value = std::move(value);
  outcome.device = std::move(device);
  return outcome;
}

Outcome dead_letter(std::string reason) {
  Outcome outcome;
  outcome.kind = OutcomeKind::kDeadLetter;
  outcome.stage = "decode";
  outcome.reason = std::move(reason);
  return outcome;
}

TEST_F(KafkaLaneLogTest, TheWallClockIsNoRecordsTimestamp) {
  const auto log = lane(2);
  const std::array<std::optional<base::EpochMillis>, 5> timestamps = {std::nullopt, -1, 0, 1, 2};
  for (std::size_t i = 0; i < timestamps.size(); ++i) {
    RawRecord record = input(2, static_cast<std::int64_t>(i), "raw");
    record.timestamp_ms = timestamps[i];
    ASSERT_TRUE(log->append(record, enriched("scored")).ok());
    ASSERT_TRUE(log->append(record, dead_letter("why")).ok());
  }
  ASSERT_TRUE(log->commit(Offset(5), "").ok());
  for (const char* topic : {"out", "in.dead-letter"}) {
    std::vector<std::optional<base::EpochMillis>> found;
    for (const auto& record : read(topic, 4, 5)) found.push_back(record.timestamp_ms);
    EXPECT_THAT(found, ElementsAre(Optional(1), Optional(1), Optional(1), Optional(1), Optional(2)))
        << topic;
  }
}

TEST_F(KafkaLaneLogTest, WritesEnrichedRecordsBesideTheirInput) {
  const auto log = lane(2);
  const std::array<base::RawHeader, 4> headers = {
      base::RawHeader{"trace", "1"}, base::RawHeader{"trace", "2"},
      base::RawHeader{"null", std::nullopt}, base::RawHeader{"empty", ""}};
  ASSERT_TRUE(log->append(input(2, 17, "raw", headers), enriched("scored")).ok());
  const auto committed = log->commit(Offset(18), "v1;m=1");
  ASSERT_TRUE(committed.ok()) << committed.error().message();
  EXPECT_EQ(*committed, CommitResult::kCommitted);
  const auto records = read("out", 4, 1);
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_EQ(records[0].partition.partition, Partition(2));
  EXPECT_EQ(records[0].key, "key");
  EXPECT_EQ(records[0].value, "scored");
  EXPECT_EQ(records[0].timestamp_ms, 1'600'000'000'017);
  EXPECT_THAT(
      records[0].headers,
      ElementsAre(Header{"trace", "1"}, Header{"trace", "2"}, Header{"null", std::nullopt},
                  Header{"empty", ""}, Header{"cortado-source-topic", "in"},
                  Header{"cortado-source-partition", "2"}, Header{"cortado-source-offset", "17"}));
}

TEST_F(KafkaLaneLogTest, FollowsTheDeviceWhereTheCountsDiffer) {
  start({.output = 7, .dead_letters = 3});
  const auto log = lane(1);
  for (int i = 0; i < 20; ++i) {
    const std::string device = "device-" + std::to_string(i);
    ASSERT_TRUE(log->append(input(1, i, "raw"), enriched(device, device)).ok());
  }
  ASSERT_TRUE(log->append(input(1, 20, "bad"), dead_letter("unreadable")).ok());
  ASSERT_TRUE(log->commit(Offset(21), "").ok());
  const auto records = read("out", 7, 20);
  ASSERT_THAT(records, SizeIs(20));
  for (const auto& record : records)
    EXPECT_EQ(record.partition.partition, partition_of_key(*record.value, 7));
  const auto letters = read("in.dead-letter", 3, 1);
  ASSERT_THAT(letters, SizeIs(1));
  EXPECT_EQ(letters[0].partition.partition, partition_of_key("key", 3)) << "no device: by the key";
}

TEST_F(KafkaLaneLogTest, KeepsDeadLettersByteForByte) {
  const auto log = lane(3);
  const std::string bytes("\x00\xff{broken", 9);
  const std::array<base::RawHeader, 2> headers = {base::RawHeader{"origin", "sensor"},
                                                  base::RawHeader{"null", std::nullopt}};
  ASSERT_TRUE(log->append(input(3, 5, bytes, headers), dead_letter("not JSON")).ok());
  RawRecord tombstone = input(3, 6, "");
  tombstone.key.reset();
  tombstone.value.reset();
  ASSERT_TRUE(log->append(tombstone, dead_letter("empty")).ok());
  ASSERT_TRUE(log->commit(Offset(7), "").ok());
  const auto letters = read("in.dead-letter", 4, 2);
  ASSERT_THAT(letters, SizeIs(2));
  EXPECT_EQ(letters[0].partition.partition, Partition(3));
  EXPECT_EQ(letters[0].key, "key");
  EXPECT_EQ(letters[0].value, bytes);
  EXPECT_EQ(letters[0].timestamp_ms, 1'600'000'000'005);
  EXPECT_THAT(
      letters[0].headers,
      ElementsAre(Header{"origin", "sensor"}, Header{"null", std::nullopt},
                  Header{"cortado-reason", "not JSON"}, Header{"cortado-stage", "decode"},
                  Header{"cortado-topic", "in"}, Header{"cortado-partition", "3"},
                  Header{"cortado-offset", "5"}, Header{"cortado-group", config_.group_id}));
  EXPECT_FALSE(letters[1].key);
  EXPECT_FALSE(letters[1].value);
}

TEST_F(KafkaLaneLogTest, WritesNothingForWhatIsIgnored) {
  const auto log = lane(0);
  ASSERT_TRUE(log->append(input(0, 0, "late"), Outcome{}).ok());
  ASSERT_TRUE(log->append(input(0, 1, "raw"), enriched("scored")).ok());
  ASSERT_TRUE(log->commit(Offset(2), "").ok());
  EXPECT_EQ(factory_->totals().sent, 1);
  EXPECT_THAT(read("out", 4, 1), SizeIs(1));
}

TEST_F(KafkaLaneLogTest, OpensAtWhatWasCommitted) {
  const auto log = lane(0);
  const auto fresh = log->position();
  ASSERT_TRUE(fresh.ok()) << fresh.error().message();
  EXPECT_FALSE(fresh->next_offset);
  EXPECT_THAT(fresh->pointer, IsEmpty());
}

TEST_F(KafkaLaneLogTest, KeepsTheOrderOfALaneWhileOthersWriteToo) {
  constexpr int kRecords = 500;
  std::array<base::Status, 4> results;
  std::vector<std::jthread> threads;
  for (int p = 0; p < 4; ++p) {
    threads.emplace_back([&, p] {
      const auto log = lane(p);
      for (int i = 0; i < kRecords; ++i) {
        const auto status = log->append(input(p, i, "raw"), enriched(std::to_string(i)));
        if (!status.ok()) results[static_cast<std::size_t>(p)] = status;
        if (i % 100 == 99 && !log->commit(Offset(i + 1), "").ok())
          results[static_cast<std::size_t>(p)] = base::Error(ErrorCode::kInternal, "commit");
      }
    });
  }
  threads.clear();
  for (const auto& result : results) EXPECT_TRUE(result.ok());
  std::array<int, 4> next{};
  for (const auto& record : read("out", 4, 4 * kRecords)) {
    int& expected = next[static_cast<std::size_t>(record.partition.partition.get())];
    EXPECT_EQ(*record.value, std::to_string(expected++));
  }
  EXPECT_THAT(next, ElementsAre(kRecords, kRecords, kRecords, kRecords));
}

TEST_F(KafkaLaneLogTest, FailsTheCommitOfWhatWasNotDelivered) {
  config_.properties["message.timeout.ms"] = "1000";
  connect({.input_partitions = 4,
           .output_partitions = 4,
           .dead_letter_partitions = 4,
           .cluster_id = ""});
  const auto failing = lane(0);
  const auto other = lane(1);
  ASSERT_TRUE(failing->append(input(0, 0, "raw"), enriched("scored")).ok());
  ASSERT_TRUE(failing->commit(Offset(1), "").ok());
  broker_.reset();
  ASSERT_TRUE(failing->append(input(0, 1, "raw"), enriched("scored")).ok());
  const auto committed = failing->commit(Offset(2), "");
  ASSERT_FALSE(committed.ok());
  EXPECT_EQ(committed.error().code(), ErrorCode::kUnavailable);
  EXPECT_THAT(committed.error().message(), HasSubstr("1 records were not delivered"));
  const auto unknown = other->commit(Offset(0), "");
  ASSERT_TRUE(unknown.ok()) << "another lane's records are its own affair";
  EXPECT_EQ(*unknown, CommitResult::kUnknown) << "nobody answers";
}

TEST_F(KafkaLaneLogTest, MakesADeadLetterOfAnEnrichedRecordThatIsTooLarge) {
  const auto log = lane(0);
  ASSERT_TRUE(log->append(input(0, 0, "raw"), enriched(std::string(1'100'000, 'x'))).ok());
  ASSERT_TRUE(log->commit(Offset(1), "").ok());
  const auto letters = read("in.dead-letter", 4, 1);
  ASSERT_THAT(letters, SizeIs(1));
  EXPECT_EQ(letters[0].value, "raw");
  EXPECT_THAT(letters[0].headers[0].value, Optional(HasSubstr("the enriched record is too large")));
  EXPECT_EQ(letters[0].headers[1], (Header{"cortado-stage", "write"}));
}

}  // namespace
}  // namespace cortado::kafka
