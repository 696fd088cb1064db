// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "back_pressure.h"

#include <algorithm>

#include "cortado/base/log.h"
#include "cortado/kafka/partitioner.h"

namespace cortado::app {
namespace {

/// What a record takes beside its texts: 28 names and four numbers as JSON, and Kafka's own bytes.
constexpr std::int64_t kFrame = 700;

std::int64_t size_of(std::string_view key, const record::MonitoringRecord& record) {
  auto bytes = kFrame + static_cast<std::int64_t>(key.size());
  for (std::size_t i = 0; i < record::kFieldCount; ++i)
    bytes += static_cast<std::int64_t>(record.text(static_cast<record::Field>(i)).size());
  return bytes;
}

}  // namespace

bool BackPressure::is_full(const Queue& queue) const {
  const std::int64_t waiting = queue.sent - queue.done;
  return waiting > 0 && (waiting + 1) * queue.largest > bytes_;
}

bool BackPressure::admit(base::Partition partition, std::int64_t bytes,
                         const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  Queue& queue = queues_[partition];
  queue.largest = std::max(queue.largest, bytes);
  const bool admitted = changed_.wait(lock, stop, [&] { return !is_full(queue); });
  ++queue.sent;
  return admitted;
}

void BackPressure::done(base::Partition partition, base::Offset next) {
  {
    const std::lock_guard lock(mutex_);
    Queue& queue = queues_[partition];
    queue.done = std::max(queue.done, next.get());
  }
  changed_.notify_all();
}

bool BackPressure::is_full(base::Partition partition) const {
  const std::lock_guard lock(mutex_);
  const auto found = queues_.find(partition);
  return found != queues_.end() && is_full(found->second);
}

base::Status HeldBackSink::send(std::string_view key, const record::MonitoringRecord& record) {
  const base::Partition partition = kafka::partition_of_key(key, partitions_);
  if (!told_ && pressure_.is_full(partition)) {
    told_ = true;
    base::log_info("demo",
                   "records come faster than they are scored: from now on the sender waits for the "
                   "detector, since the embedded broker forgets what is not read soon");
  }
  // Told to stop it sends on: the generator looks for itself before the next record.
  pressure_.admit(partition, size_of(key, record), stop_);
  return sink_.send(key, record);
}

}  // namespace cortado::app
