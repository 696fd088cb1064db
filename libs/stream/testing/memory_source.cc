// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "memory_source.h"

#include <algorithm>
#include <array>

namespace cortado::stream::testing {

base::Status MemorySource::start(AssignmentListener& listener) {
  listener_ = &listener;
  return {};
}

base::Result<SourceState> MemorySource::poll(std::chrono::milliseconds timeout, std::size_t limit,
                                             RecordReceiver& receiver) {
  ++polls_;
  if (!joined_) {
    joined_ = true;
    std::vector<int> all = options_.assigned;
    for (std::size_t i = 0; all.size() < topic_.partitions.size() && options_.assigned.empty(); ++i)
      all.push_back(static_cast<int>(i));
    assign(all);
  }
  if (options_.before_poll) options_.before_poll(*this);
  if (at_end() && options_.finishes) return SourceState::kFinished;
  if (ready().empty()) {
    clock_.sleep_until(std::min(clock_.steady() + timeout, next_arrival()));
  }
  const std::size_t most = 1 + random_.below(std::min(limit, options_.most_per_poll));
  for (std::size_t i = 0; i < most; ++i) {
    const std::vector<int> partitions = ready();
    if (partitions.empty()) break;
    deliver(partitions[random_.below(partitions.size())], receiver);
  }
  return at_end() && options_.finishes ? SourceState::kFinished : SourceState::kOpen;
}

std::vector<int> MemorySource::ready() const {
  std::vector<int> result;
  for (const auto& [partition, position] : positions_) {
    if (paused_.contains(partition) || position >= topic_.size(partition)) continue;
    const auto& record =
        topic_.partitions[static_cast<std::size_t>(partition)][static_cast<std::size_t>(position)];
    if (record.arrival <= clock_.steady()) result.push_back(partition);
  }
  return result;
}

bool MemorySource::at_end() const {
  return std::all_of(positions_.begin(), positions_.end(), [this](const auto& entry) {
    return paused_.contains(entry.first) || entry.second >= topic_.size(entry.first);
  });
}

std::chrono::nanoseconds MemorySource::next_arrival() const {
  auto next = std::chrono::nanoseconds::max();
  for (const auto& [partition, position] : positions_) {
    if (paused_.contains(partition) || position >= topic_.size(partition)) continue;
    const auto& records = topic_.partitions[static_cast<std::size_t>(partition)];
    next = std::min(next, records[static_cast<std::size_t>(position)].arrival);
  }
  return next;
}

void MemorySource::deliver(int partition, RecordReceiver& receiver) {
  std::int64_t& position = positions_[partition];
  // Copies that die at once: a receiver that keeps views is found by the address sanitizer.
  const InputRecord source =
      topic_.partitions[static_cast<std::size_t>(partition)][static_cast<std::size_t>(position)];
  const std::array<base::RawHeader, 1> headers = {{{"h", source.header}}};
  base::RawRecord record;
  record.topic = topic_.name;
  record.partition = base::Partition(partition);
  record.offset = base::Offset(position);
  record.timestamp_ms = 1'500'000'000'000 + position;
  record.key = source.key;
  record.value = source.value;
  if (!source.header.empty()) record.headers = headers;
  ++position;
  receiver.receive(record);
}

base::Status MemorySource::seek(const base::TopicPartition& partition, base::Offset next) {
  const Watermarks marks = watermarks(partition).value();
  if (next < marks.low || next > marks.high) {
    return base::Error(base::ErrorCode::kNotFound, "no such offset");
  }
  positions_[partition.partition.get()] = next.get();
  seeks_.emplace_back(partition.partition.get(), next.get());
  return {};
}

base::Status MemorySource::pause(const base::TopicPartition& partition) {
  paused_.insert(partition.partition.get());
  ++pauses_;
  return {};
}

base::Status MemorySource::resume(const base::TopicPartition& partition) {
  paused_.erase(partition.partition.get());
  return {};
}

base::Result<Watermarks> MemorySource::watermarks(const base::TopicPartition& partition) {
  const int number = partition.partition.get();
  const std::int64_t low = topic_.low.empty() ? 0 : topic_.low[static_cast<std::size_t>(number)];
  return Watermarks{base::Offset(low), base::Offset(topic_.size(number))};
}

bool MemorySource::owns(const base::TopicPartition& partition) {
  const auto& some = options_.assigned;
  return some.empty() ||
         std::find(some.begin(), some.end(), partition.partition.get()) != some.end();
}

base::Result<int> MemorySource::partition_count() {
  return static_cast<int>(topic_.partitions.size());
}

void MemorySource::close() {
  std::vector<int> all;
  for (const auto& [partition, position] : positions_) all.push_back(partition);
  revoke(all);
  closed_ = true;
}

void MemorySource::assign(const std::vector<int>& partitions) {
  std::vector<base::TopicPartition> named;
  for (const int partition : partitions) named.push_back(topic_.at(partition));
  listener_->assigned(named);
}

void MemorySource::revoke(const std::vector<int>& partitions) {
  const auto named = take(partitions);
  if (!named.empty()) listener_->revoked(named);
}

void MemorySource::lose(const std::vector<int>& partitions) {
  const auto named = take(partitions);
  if (!named.empty()) listener_->lost(named);
}

std::vector<base::TopicPartition> MemorySource::take(const std::vector<int>& partitions) {
  std::vector<base::TopicPartition> named;
  for (const int partition : partitions) {
    paused_.erase(partition);
    if (positions_.erase(partition) > 0) named.push_back(topic_.at(partition));
  }
  return named;
}

}  // namespace cortado::stream::testing
