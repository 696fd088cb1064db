// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cortado/kafka/producer_core.h"
#include "cortado/kafka/serializer.h"

namespace cortado::kafka {

/// What a record may carry beside topic, key and value.
struct SendOptions {
  std::optional<base::EpochMillis> timestamp_ms = std::nullopt;
  std::vector<base::RawHeader> headers = {};
  std::optional<base::Partition> partition = std::nullopt;
};

/// A typed producer over ProducerCore. One thread at a time.
template <typename K, typename V>
class KafkaProducer {
 public:
  /// **Errors:** kInvalidConfig.
  static base::Result<KafkaProducer> create(const KafkaConfig& config,
                                            Serializer<K> key_serializer = {},
                                            Serializer<V> value_serializer = {}) {
    CORTADO_ASSIGN(auto core, ProducerCore::create(config));
    return KafkaProducer(std::move(core), std::move(key_serializer), std::move(value_serializer));
  }

  /// Serialize and queue one record. **Errors:** the serializer's, and as ProducerCore::send.
  base::Status send(std::string_view topic, const K& key, const V& value,
                    const SendOptions& options = {}) {
    key_bytes_.clear();
    value_bytes_.clear();
    CORTADO_TRY(key_serializer_.serialize(key, key_bytes_));
    CORTADO_TRY(value_serializer_.serialize(value, value_bytes_));
    return core_->send({.topic = topic,
                        .partition = options.partition,
                        .key = key_bytes_,
                        .value = value_bytes_,
                        .timestamp_ms = options.timestamp_ms,
                        .headers = options.headers},
                       nullptr);
  }

  /// As ProducerCore::check and flush.
  base::Status check() { return core_->check(); }
  base::Status flush(std::chrono::milliseconds timeout) { return core_->flush(timeout); }
  ProducerTotals totals() const { return core_->totals(); }

 private:
  KafkaProducer(std::unique_ptr<ProducerCore> core, Serializer<K> key_serializer,
                Serializer<V> value_serializer)
      : core_(std::move(core)),
        key_serializer_(std::move(key_serializer)),
        value_serializer_(std::move(value_serializer)) {}

  std::unique_ptr<ProducerCore> core_;
  Serializer<K> key_serializer_;
  Serializer<V> value_serializer_;
  std::string key_bytes_;
  std::string value_bytes_;
};

}  // namespace cortado::kafka
