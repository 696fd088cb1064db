// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Typed producer and consumer against the embedded broker (librdkafka's mock cluster), not a real
// Kafka: what only a real one shows stands in tests/integration.
#include <array>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/kafka/embedded_broker.h"
#include "cortado/kafka/kafka_consumer.h"
#include "cortado/kafka/kafka_producer.h"
#include "cortado/kafka/partitioner.h"

namespace cortado::kafka {

/// A number as decimal text, to have a type of our own.
struct Number {
  int value = 0;
};

template <>
struct Serializer<Number> {
  base::Status serialize(const Number& number, std::string& out) const {
    if (number.value < 0) return base::Error(base::ErrorCode::kInvalidArgument, "negative");
    out = std::to_string(number.value);
    return {};
  }
};

template <>
struct Deserializer<Number> {
  base::Result<Number> deserialize(std::string_view bytes) const {
    auto number = base::parse_integer(bytes);
    if (!number.ok()) return base::Error(base::ErrorCode::kCorrupt, "not a number");
    return Number{static_cast<int>(*number)};
  }
};

namespace {

using base::ErrorCode;
using base::Offset;
using base::Partition;
using base::TopicPartition;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;
using Record = ConsumerRecord<std::string, Number>;
using Consumer = KafkaConsumer<std::string, Number>;
using Strategy = ConsumerStrategy<std::string, Number>;

constexpr std::chrono::seconds kPatience{60};

class TypedClient : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::array<EmbeddedTopic, 3> topics = {
        EmbeddedTopic{"raw", 10}, EmbeddedTopic{"other", 2}, EmbeddedTopic{"rest", 1}};
    auto broker = EmbeddedBroker::create(topics);
    ASSERT_TRUE(broker.ok()) << broker.error().message();
    broker_ = std::move(*broker);
    config_.bootstrap_servers = broker_->bootstrap_servers();
    config_.group_id = "viewer";
  }

  template <typename V>
  KafkaProducer<std::string, V> producer() {
    auto made = KafkaProducer<std::string, V>::create(config_);
    EXPECT_TRUE(made.ok()) << made.error().message();
    return std::move(*made);
  }

  std::vector<Record> read(const Strategy& strategy, std::size_t count) {
    auto consumer = Consumer::create(config_, strategy);
    EXPECT_TRUE(consumer.ok()) << consumer.error().message();
    std::vector<Record> records;
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (records.size() < count && std::chrono::steady_clock::now() < deadline) {
      auto batch = consumer->poll(std::chrono::milliseconds(100));
      EXPECT_TRUE(batch.ok()) << batch.error().message();
      if (!batch.ok()) break;
      for (auto& record : *batch) records.push_back(std::move(record));
    }
    return records;
  }

  void fill(const std::string& topic, Partition partition, int count) {
    auto numbers = producer<Number>();
    for (int i = 0; i < count; ++i)
      ASSERT_TRUE(numbers.send(topic, "k", Number{i}, {.partition = partition}).ok());
    ASSERT_TRUE(numbers.flush(kPatience).ok());
  }

  std::unique_ptr<EmbeddedBroker> broker_;
  KafkaConfig config_;
};

std::vector<int> values(const std::vector<Record>& records) {
  std::vector<int> result;
  for (const auto& record : records) result.push_back(record.value ? record.value->value : -1);
  return result;
}

TEST_F(TypedClient, CarriesKeyValueHeadersAndTimestamp) {
  auto numbers = producer<Number>();
  ASSERT_TRUE(numbers
                  .send("raw", "device", Number{7},
                        {.timestamp_ms = 1'600'000'000'123,
                         .headers = {{"h", "v"}, {"h", ""}, {"binary", std::string_view("\0x", 2)}},
                         .partition = Partition(4)})
                  .ok());
  ASSERT_TRUE(numbers.flush(kPatience).ok());
  const auto records = read(Strategy::assign({{"raw", Partition(4)}}), 1);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].partition, (TopicPartition{"raw", Partition(4)}));
  EXPECT_EQ(records[0].offset, Offset(0));
  EXPECT_EQ(records[0].timestamp_ms, 1'600'000'000'123);
  EXPECT_EQ(records[0].key, "device");
  EXPECT_EQ(records[0].value->value, 7);
  EXPECT_FALSE(records[0].failure);
  EXPECT_THAT(records[0].headers, ElementsAre(Header{"h", "v"}, Header{"h", ""},
                                              Header{"binary", std::string("\0x", 2)}));
}

TEST_F(TypedClient, PutsAKeyWhereTheJavaClientPutsIt) {
  auto numbers = producer<Number>();
  std::vector<std::string> keys{""};
  for (int i = 0; i < 50; ++i) keys.push_back("GB-MY-" + std::to_string(i) + "-44201-1");
  for (const auto& key : keys) ASSERT_TRUE(numbers.send("raw", key, Number{1}).ok());
  ASSERT_TRUE(numbers.flush(kPatience).ok());
  const auto records = read(Strategy::subscribe({"raw"}), keys.size());
  ASSERT_EQ(records.size(), keys.size());
  for (const auto& record : records)
    EXPECT_EQ(record.partition.partition, partition_of_key(*record.key, 10)) << *record.key;
}

TEST_F(TypedClient, CountsWhatWasSentAndDelivered) {
  auto numbers = producer<Number>();
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(numbers.send("raw", "k", Number{i}).ok());
  const auto refused = numbers.send("raw", "k", Number{-1});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message(), "negative");
  ASSERT_TRUE(numbers.flush(kPatience).ok());
  EXPECT_EQ(numbers.totals().sent, 100);
  EXPECT_EQ(numbers.totals().delivered, 100);
  EXPECT_EQ(numbers.totals().failed, 0);
}

TEST_F(TypedClient, ReportsADeliveryThatFails) {
  config_.properties["message.timeout.ms"] = "1000";
  auto numbers = producer<Number>();
  broker_.reset();
  ASSERT_TRUE(numbers.send("raw", "k", Number{1}).ok());
  const auto flushed = numbers.flush(kPatience);
  ASSERT_FALSE(flushed.ok());
  EXPECT_EQ(flushed.error().code(), ErrorCode::kUnavailable);
  EXPECT_THAT(flushed.error().message(), ::testing::HasSubstr("1 records were not delivered"));
  EXPECT_EQ(numbers.totals().failed, 1);
  EXPECT_TRUE(numbers.flush(kPatience).ok()) << "a failure is reported once";
}

TEST_F(TypedClient, RefusesARecordThatIsTooLarge) {
  auto texts = producer<std::string>();
  const auto status = texts.send("raw", "k", std::string(2'000'000, 'x'));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), ErrorCode::kInvalidArgument);
}

TEST_F(TypedClient, HandsOverWhatCannotBeReadWithItsBytes) {
  auto texts = producer<std::string>();
  const SendOptions here{.partition = Partition(0)};
  for (const char* value : {"1", "two", "3"})
    ASSERT_TRUE(texts.send("other", "k", value, here).ok());
  ASSERT_TRUE(texts.flush(kPatience).ok());
  const auto records = read(Strategy::assign({{"other", Partition(0)}}), 3);
  EXPECT_THAT(values(records), ElementsAre(1, -1, 3));
  ASSERT_EQ(records.size(), 3U);
  ASSERT_TRUE(records[1].failure);
  EXPECT_EQ(records[1].failure->reason, "value: not a number");
  EXPECT_EQ(records[1].failure->raw_key, "k");
  EXPECT_EQ(records[1].failure->raw_value, "two");
  EXPECT_FALSE(records[1].key);
}

TEST_F(TypedClient, StartsWhereTold) {
  fill("other", Partition(0), 5);
  fill("other", Partition(1), 2);
  const TopicPartition first{"other", Partition(0)};
  const TopicPartition second{"other", Partition(1)};
  StartingOffsets start{.at = {{first, Offset(3)}}};
  EXPECT_THAT(values(read(Strategy::assign({first}, start), 2)), ElementsAre(3, 4));
  EXPECT_THAT(values(read(Strategy::subscribe({"other"}, start), 4)),
              UnorderedElementsAre(3, 4, 0, 1));
  start.at[second] = Offset(1);
  EXPECT_THAT(values(read(Strategy::assign({first, second}, start), 3)),
              UnorderedElementsAre(3, 4, 1));
}

TEST_F(TypedClient, StartsAtTheEndIfAsked) {
  fill("rest", Partition(0), 3);
  const TopicPartition only{"rest", Partition(0)};
  auto consumer = Consumer::create(
      config_, Strategy::assign({only}, {.otherwise = StartingOffsets::Default::kEnd}));
  ASSERT_TRUE(consumer.ok());
  std::vector<Record> records;
  // The end is looked up some time after the first poll, so send until something arrives.
  for (int i = 0; records.empty() && i < 600; ++i) {
    fill("rest", Partition(0), 1);
    auto batch = consumer->poll(std::chrono::milliseconds(100));
    ASSERT_TRUE(batch.ok());
    for (auto& record : *batch) records.push_back(std::move(record));
  }
  ASSERT_FALSE(records.empty());
  EXPECT_GE(records[0].offset, Offset(3));
}

TEST_F(TypedClient, SubscribesToAPatternOfWholeNames) {
  ASSERT_TRUE(broker_->create_topic({"raw.copy", 1}).ok());
  fill("raw", Partition(0), 1);
  fill("rest", Partition(0), 2);
  fill("raw.copy", Partition(0), 3);
  auto consumer = Consumer::create(config_, Strategy::subscribe_pattern("ra.|res?t"));
  ASSERT_TRUE(consumer.ok()) << consumer.error().message();
  std::vector<std::string> topics;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (topics.size() < 3 && std::chrono::steady_clock::now() < deadline) {
    auto batch = consumer->poll(std::chrono::milliseconds(100));
    ASSERT_TRUE(batch.ok()) << batch.error().message();
    for (const auto& record : *batch) topics.push_back(record.partition.topic);
  }
  EXPECT_THAT(topics, UnorderedElementsAre("raw", "rest", "rest"));
  EXPECT_EQ(consumer->assignment().size(), 11U);
}

TEST_F(TypedClient, APatternStartsWhereToldAndElsewhereAtTheBeginning) {
  fill("raw", Partition(0), 2);
  fill("rest", Partition(0), 5);
  const StartingOffsets start{.at = {{{"rest", Partition(0)}, Offset(3)}}};
  const auto records = read(Strategy::subscribe_pattern("ra.|res?t", start), 4);
  EXPECT_THAT(values(records), UnorderedElementsAre(0, 1, 3, 4));
}

TEST_F(TypedClient, NeedsSomethingToRead) {
  for (const auto& strategy :
       {Strategy::subscribe({}), Strategy::subscribe_pattern(""), Strategy::assign({})}) {
    auto consumer = Consumer::create(config_, strategy);
    ASSERT_FALSE(consumer.ok());
    EXPECT_EQ(consumer.error().code(), ErrorCode::kInvalidArgument);
  }
}

TEST_F(TypedClient, StopsAtAnOffsetThatDoesNotExist) {
  fill("rest", Partition(0), 1);
  const TopicPartition only{"rest", Partition(0)};
  auto consumer = Consumer::create(config_, Strategy::assign({only}, {.at = {{only, Offset(99)}}}));
  ASSERT_TRUE(consumer.ok());
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  std::optional<base::Error> error;
  while (!error && std::chrono::steady_clock::now() < deadline) {
    const auto batch = consumer->poll(std::chrono::milliseconds(100));
    if (!batch.ok()) error = batch.error();
  }
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace cortado::kafka
