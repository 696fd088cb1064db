// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <vector>

#include "chunk_log.h"
#include "cortado/kafka/producer_core.h"
#include "cortado/kafka/topic_reader.h"
#include "cortado/kafka/topic_store.h"

namespace cortado::kafka {

/// The clients that the lanes of a state topic share. Thread-safe.
class StateClients {
 public:
  static base::Result<std::unique_ptr<StateClients>> create(const KafkaConfig& config,
                                                            const StoreOptions& options);

  /// The bounds of a partition, what is not committed included.
  base::Result<OffsetRange> bounds(const base::TopicPartition& partition);
  /// Read with a reader that nobody else uses now.
  base::Status read(const OffsetRange& range,
                    const std::function<bool(const base::RawRecord&)>& receive);
  /// Append and wait.
  base::Status append(const base::TopicPartition& partition, std::span<const NewEntry> entries);

 private:
  StateClients(const KafkaConfig& config, const StoreOptions& options)
      : config_(config), options_(options) {}
  void at(std::string_view step) const {
    if (options_.at_step) options_.at_step(step);
  }

  const KafkaConfig config_;
  const StoreOptions options_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<TopicReader>> idle_;
  std::mutex marks_mutex_;
  std::unique_ptr<TopicReader> marks_;
  // Trackers outlive the producer, which reports to them until its end.
  std::list<DeliveryTracker> trackers_;
  std::vector<DeliveryTracker*> idle_trackers_;
  std::unique_ptr<ProducerCore> producer_;
};

/// One partition of the state topic.
class KafkaChunkLog final : public ChunkLog {
 public:
  KafkaChunkLog(StateClients& clients, base::TopicPartition partition)
      : clients_(clients), partition_(std::move(partition)) {}

  base::Result<Bounds> bounds() override;
  base::Status read(base::Offset begin, base::Offset end,
                    const std::function<bool(const LogEntry&)>& receive) override;
  base::Status append(std::span<const NewEntry> entries) override;

 private:
  StateClients& clients_;
  const base::TopicPartition partition_;
};

}  // namespace cortado::kafka
