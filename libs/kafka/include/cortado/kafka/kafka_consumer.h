// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cortado/kafka/consumer_core.h"
#include "cortado/kafka/consumer_strategy.h"
#include "cortado/kafka/serializer.h"

namespace cortado::kafka {

/// One header with bytes of its own.
struct Header {
  std::string key;
  std::optional<std::string> value;  ///< none = null

  bool operator==(const Header&) const = default;
};

/// Why a record has no typed key or value, and what it held.
struct DeserializationFailure {
  std::string reason;
  std::optional<std::string> raw_key;
  std::optional<std::string> raw_value;
};

/// One record read. Key and value are empty where the record has none, and both where it failed.
template <typename K, typename V>
struct ConsumerRecord {
  base::TopicPartition partition;
  base::Offset offset;
  std::optional<base::EpochMillis> timestamp_ms;
  std::optional<K> key;
  std::optional<V> value;
  std::vector<Header> headers;
  std::optional<DeserializationFailure> failure;
};

/// A typed consumer over ConsumerCore. One thread at a time.
template <typename K, typename V>
class KafkaConsumer {
 public:
  /// **Errors:** as ConsumerCore::create.
  static base::Result<KafkaConsumer> create(const KafkaConfig& config,
                                            const ConsumerStrategy<K, V>& strategy,
                                            Deserializer<K> key_deserializer = {},
                                            Deserializer<V> value_deserializer = {}) {
    CORTADO_ASSIGN(auto core, ConsumerCore::create(config, strategy.subscription()));
    return KafkaConsumer(std::move(core), std::move(key_deserializer),
                         std::move(value_deserializer));
  }

  /// Wait up to `timeout` for the first record, then return what is there, at most `limit`.
  /// **Errors:** as ConsumerCore::poll; a record that cannot be read is none.
  base::Result<std::vector<ConsumerRecord<K, V>>> poll(std::chrono::milliseconds timeout,
                                                       std::size_t limit = 10'000) {
    std::vector<ConsumerRecord<K, V>> records;
    CORTADO_TRY(core_->poll(
        timeout, limit, [&](const base::RawRecord& raw) { records.push_back(to_record(raw)); }));
    return records;
  }

  std::vector<base::TopicPartition> assignment() const { return core_->assignment(); }

 private:
  KafkaConsumer(std::unique_ptr<ConsumerCore> core, Deserializer<K> key_deserializer,
                Deserializer<V> value_deserializer)
      : core_(std::move(core)),
        key_deserializer_(std::move(key_deserializer)),
        value_deserializer_(std::move(value_deserializer)) {}

  ConsumerRecord<K, V> to_record(const base::RawRecord& raw) const {
    ConsumerRecord<K, V> record{.partition = {std::string(raw.topic), raw.partition},
                                .offset = raw.offset,
                                .timestamp_ms = raw.timestamp_ms,
                                .key = {},
                                .value = {},
                                .headers = {},
                                .failure = {}};
    for (const auto& header : raw.headers)
      record.headers.push_back(
          {std::string(header.key),
           header.value ? std::optional(std::string(*header.value)) : std::nullopt});
    const auto failure = read(raw, record);
    if (!failure) return record;
    record.key.reset();
    record.value.reset();
    record.failure = DeserializationFailure{
        *failure, raw.key ? std::optional(std::string(*raw.key)) : std::nullopt,
        raw.value ? std::optional(std::string(*raw.value)) : std::nullopt};
    return record;
  }

  /// Fill key and value; return the reason if one of them cannot be read.
  std::optional<std::string> read(const base::RawRecord& raw, ConsumerRecord<K, V>& record) const {
    if (raw.key) {
      auto key = key_deserializer_.deserialize(*raw.key);
      if (!key.ok()) return "key: " + key.error().message();
      record.key = std::move(key).value();
    }
    if (raw.value) {
      auto value = value_deserializer_.deserialize(*raw.value);
      if (!value.ok()) return "value: " + value.error().message();
      record.value = std::move(value).value();
    }
    return std::nullopt;
  }

  std::unique_ptr<ConsumerCore> core_;
  Deserializer<K> key_deserializer_;
  Deserializer<V> value_deserializer_;
};

}  // namespace cortado::kafka
