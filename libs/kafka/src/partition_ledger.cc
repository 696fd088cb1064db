// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "partition_ledger.h"

namespace cortado::kafka {

void PartitionLedger::remove(const base::TopicPartition& partition) {
  last_ = nullptr;
  entries_.erase(partition);
}

void PartitionLedger::clear() {
  last_ = nullptr;
  entries_.clear();
}

PartitionLedger::Entry* PartitionLedger::find(const base::TopicPartition& partition) {
  const auto found = entries_.find(partition);
  return found == entries_.end() ? nullptr : &found->second;
}

std::vector<base::TopicPartition> PartitionLedger::all() const {
  std::vector<base::TopicPartition> partitions;
  for (const auto& [partition, entry] : entries_) partitions.push_back(partition);
  return partitions;
}

std::vector<base::TopicPartition> PartitionLedger::ready(
    std::span<const base::TopicPartition> among) const {
  std::vector<base::TopicPartition> partitions;
  for (const auto& partition : among) {
    const auto found = entries_.find(partition);
    if (found != entries_.end() && found->second.expected && !found->second.fetching)
      partitions.push_back(partition);
  }
  return partitions;
}

std::vector<base::TopicPartition> PartitionLedger::fetched(
    std::span<const base::TopicPartition> among) const {
  std::vector<base::TopicPartition> partitions;
  for (const auto& partition : among) {
    const auto found = entries_.find(partition);
    if (found != entries_.end() && found->second.fetching) partitions.push_back(partition);
  }
  return partitions;
}

PartitionLedger::Entry* PartitionLedger::find(std::string_view topic, base::Partition partition) {
  if (last_ == nullptr || last_->first.partition != partition || last_->first.topic != topic) {
    const auto found = entries_.find({std::string(topic), partition});
    last_ = found == entries_.end() ? nullptr : &*found;
  }
  return last_ == nullptr ? nullptr : &last_->second;
}

Arrival PartitionLedger::arrive(std::string_view topic, base::Partition partition,
                                base::Offset offset) {
  Entry* entry = find(topic, partition);
  if (entry == nullptr || !entry->expected) return Arrival::kForeign;
  if (offset < *entry->expected) return Arrival::kStale;
  const bool gap = offset > *entry->expected;
  entry->expected = base::Offset(offset.get() + 1);
  return gap ? Arrival::kGap : Arrival::kExpected;
}

}  // namespace cortado::kafka
