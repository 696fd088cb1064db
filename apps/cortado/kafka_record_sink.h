// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "cortado/generator/sink.h"
#include "cortado/kafka/kafka_producer.h"
#include "monitoring_record_serde.h"

namespace cortado::app {

/// A topic as the generator's sink. Kafka's timestamp is the time of sending: with the readings'
/// own times retention would delete old ones at once.
class KafkaRecordSink final : public generator::RecordSink {
 public:
  using Producer = kafka::KafkaProducer<std::string, record::MonitoringRecord>;

  KafkaRecordSink(Producer producer, std::string topic)
      : producer_(std::move(producer)), topic_(std::move(topic)) {}

  /// Also what became of those before it: a hole in a topic is no place to go on behind.
  base::Status send(std::string_view key, const record::MonitoringRecord& record) override {
    if (const auto before = producer_.check(); !before.ok())
      return base::Error(base::ErrorCode::kUnavailable, before.error().message());
    key_.assign(key);
    devices_.insert(key_);
    return producer_.send(topic_, key_, record);
  }
  base::Status flush() override { return producer_.flush(std::chrono::seconds(60)); }
  /// How many records the topic has taken.
  std::int64_t delivered() const { return producer_.totals().delivered; }
  /// How many devices records were sent of.
  std::size_t devices() const { return devices_.size(); }

 private:
  Producer producer_;
  std::string topic_;
  std::string key_;
  std::unordered_set<std::string> devices_;
};

/// Make the sink that fills the input topic. **Errors:** kInvalidConfig.
inline base::Result<KafkaRecordSink> make_kafka_sink(kafka::KafkaConfig config,
                                                     record::RecordFormat format) {
  // A filler of topics waits a little for company: without, every few records are a request.
  config.properties.emplace("linger.ms", "20");
  CORTADO_ASSIGN(auto producer,
                 KafkaRecordSink::Producer::create(
                     config, {}, kafka::Serializer<record::MonitoringRecord>{format}));
  return KafkaRecordSink(std::move(producer), config.input_topic);
}

}  // namespace cortado::app
