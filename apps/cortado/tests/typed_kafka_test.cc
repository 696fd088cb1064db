// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// The typed Kafka classes with MonitoringRecord, against the embedded broker (librdkafka's mock
// cluster: real TCP and protocol, no durability).
#include <array>
#include <chrono>
#include <vector>

#include <gtest/gtest.h>

#include "cortado/base/clock.h"
#include "cortado/kafka/consumer_strategy.h"
#include "cortado/kafka/embedded_broker.h"
#include "cortado/kafka/kafka_consumer.h"
#include "cortado/kafka/kafka_producer.h"
#include "cortado/kafka/partitioner.h"
#include "monitoring_record_serde.h"

namespace cortado::app {
namespace {

using record::Field;
using record::MonitoringRecord;
using Producer = kafka::KafkaProducer<std::string, MonitoringRecord>;
using Strategy = kafka::ConsumerStrategy<std::string, MonitoringRecord>;
using Consumer = kafka::KafkaConsumer<std::string, MonitoringRecord>;

constexpr int kPartitions = 4;

MonitoringRecord make_record(int device, int number) {
  MonitoringRecord record;
  record.set_text(Field::kStateCode, "06");
  record.set_text(Field::kCountyCode, "037");
  record.set_text(Field::kSiteNum, std::to_string(device));
  record.set_text(Field::kParameterCode, "44201");
  record.set_text(Field::kPoc, "1");
  record.set_text(Field::kSampleMeasurement, std::to_string(number));
  return record;
}

class TypedKafka : public ::testing::TestWithParam<record::RecordFormat> {};

TEST_P(TypedKafka, RecordsArriveByDeviceAndInOrder) {
  const std::array<kafka::EmbeddedTopic, 1> topics = {{{"records", kPartitions}}};
  const auto broker = kafka::EmbeddedBroker::create(topics);
  ASSERT_TRUE(broker.ok()) << broker.error().message();
  kafka::KafkaConfig config;
  config.bootstrap_servers = (*broker)->bootstrap_servers();

  auto producer =
      Producer::create(config, {}, kafka::Serializer<MonitoringRecord>{.format = GetParam()});
  ASSERT_TRUE(producer.ok()) << producer.error().message();
  for (int number = 0; number < 50; ++number) {
    for (int device = 0; device < 3; ++device) {
      const MonitoringRecord record = make_record(device, number);
      ASSERT_TRUE(producer->send("records", record::device_key(record).get(), record).ok());
    }
  }
  ASSERT_TRUE(producer->flush(std::chrono::seconds(30)).ok());

  std::vector<base::TopicPartition> partitions;
  for (int i = 0; i < kPartitions; ++i) partitions.push_back({"records", base::Partition(i)});
  auto consumer = Consumer::create(config, Strategy::assign(partitions));
  ASSERT_TRUE(consumer.ok()) << consumer.error().message();
  std::array<int, 3> next{};
  const auto deadline = base::system_clock().steady() + std::chrono::seconds(60);
  while (next != std::array<int, 3>{50, 50, 50} && base::system_clock().steady() < deadline) {
    auto polled = consumer->poll(std::chrono::milliseconds(200));
    ASSERT_TRUE(polled.ok()) << polled.error().message();
    for (const auto& received : *polled) {
      ASSERT_TRUE(received.value.has_value());
      const int device = std::stoi(std::string(received.value->text(Field::kSiteNum)));
      auto& expected = next.at(static_cast<std::size_t>(device));
      EXPECT_EQ(*received.value, make_record(device, expected));
      EXPECT_EQ(received.key, record::device_key(*received.value).get());
      EXPECT_EQ(received.partition.partition, kafka::partition_of_key(*received.key, kPartitions));
      ++expected;
    }
  }
  EXPECT_EQ(next, (std::array<int, 3>{50, 50, 50}));
}

INSTANTIATE_TEST_SUITE_P(Formats, TypedKafka,
                         ::testing::Values(record::RecordFormat::kJson,
                                           record::RecordFormat::kBinary));

}  // namespace
}  // namespace cortado::app
