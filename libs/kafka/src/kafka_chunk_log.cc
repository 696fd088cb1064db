// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "kafka_chunk_log.h"

#include <chrono>

namespace cortado::kafka {
namespace {

/// Longer than a record may wait for its delivery by librdkafka's default of five minutes.
constexpr std::chrono::minutes kDeliveryLimit{10};

}  // namespace

base::Result<std::unique_ptr<StateClients>> StateClients::create(const KafkaConfig& config,
                                                                 const StoreOptions& options) {
  std::unique_ptr<StateClients> clients(new StateClients(config, options));
  CORTADO_ASSIGN(clients->marks_, TopicReader::create(config, Isolation::kReadUncommitted));
  CORTADO_ASSIGN(clients->producer_, ProducerCore::create(config));
  clients->marks_->set_patience(options.patience);
  clients->producer_->set_patience(options.patience);
  return clients;
}

base::Result<OffsetRange> StateClients::bounds(const base::TopicPartition& partition) {
  const std::lock_guard lock(marks_mutex_);
  return marks_->range(partition);
}

base::Status StateClients::read(const OffsetRange& range,
                                const std::function<bool(const base::RawRecord&)>& receive) {
  std::unique_ptr<TopicReader> reader;
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      reader = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!reader) {
    CORTADO_ASSIGN(reader, TopicReader::create(config_, Isolation::kReadCommitted));
    reader->set_patience(options_.patience);
  }
  at("read");
  // A reader that failed is not used again.
  CORTADO_TRY(reader->read(std::span(&range, 1), receive));
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(reader));
  return {};
}

base::Status StateClients::append(const base::TopicPartition& partition,
                                  std::span<const NewEntry> entries) {
  DeliveryTracker* tracker = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (idle_trackers_.empty()) idle_trackers_.push_back(&trackers_.emplace_back());
    tracker = idle_trackers_.back();
    idle_trackers_.pop_back();
  }
  at("write");
  for (const NewEntry& entry : entries) {
    CORTADO_TRY(producer_->send(
        {.topic = partition.topic,
         .partition = partition.partition,
         .key = entry.key,
         .value = entry.value ? std::optional<std::string_view>(*entry.value) : std::nullopt},
        tracker));
  }
  // One whose records may still be reported is not used again.
  CORTADO_TRY(producer_->wait(*tracker, kDeliveryLimit));
  at("written");
  const std::lock_guard lock(mutex_);
  idle_trackers_.push_back(tracker);
  return {};
}

base::Result<ChunkLog::Bounds> KafkaChunkLog::bounds() {
  CORTADO_ASSIGN(const OffsetRange range, clients_.bounds(partition_));
  return Bounds{range.begin, range.end};
}

base::Status KafkaChunkLog::read(base::Offset begin, base::Offset end,
                                 const std::function<bool(const LogEntry&)>& receive) {
  return clients_.read({partition_, begin, end}, [&](const base::RawRecord& record) {
    return receive({record.offset, record.key.value_or(""), record.value, record.timestamp_ms});
  });
}

base::Status KafkaChunkLog::append(std::span<const NewEntry> entries) {
  return clients_.append(partition_, entries);
}

}  // namespace cortado::kafka
