// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "source_recorder.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <gtest/gtest.h>

namespace cortado::kafka::testing {

SourceRecorder::Start SourceRecorder::from_zero() {
  return [](const base::TopicPartition&) { return base::Offset(0); };
}

SourceRecorder::SourceRecorder(stream::PartitionedSource& source, Start start)
    : source_(source), start_(std::move(start)) {}

void SourceRecorder::assigned(std::span<const base::TopicPartition> partitions) {
  events_.push_back("assigned " + std::to_string(partitions.size()));
  for (const auto& partition : partitions) {
    owned_.push_back(partition);
    const auto offset = start_(partition);
    if (!offset) continue;
    const auto status = source_.seek(partition, *offset);
    EXPECT_TRUE(status.ok()) << status.error().message();
  }
}

void SourceRecorder::revoked(std::span<const base::TopicPartition> partitions) {
  events_.push_back("revoked " + std::to_string(partitions.size()));
  drop(partitions);
}

void SourceRecorder::lost(std::span<const base::TopicPartition> partitions) {
  events_.push_back("lost " + std::to_string(partitions.size()));
  drop(partitions);
}

void SourceRecorder::drop(std::span<const base::TopicPartition> partitions) {
  for (const auto& partition : partitions) std::erase(owned_, partition);
}

void SourceRecorder::receive(const base::RawRecord& record) {
  records_.push_back({{std::string(record.topic), record.partition},
                      record.offset.get(),
                      std::string(record.value.value_or("<null>"))});
}

bool SourceRecorder::poll_until(const std::function<bool()>& done) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!done() && std::chrono::steady_clock::now() < deadline) {
    const auto state = source_.poll(std::chrono::milliseconds(50), 1000, *this);
    EXPECT_TRUE(state.ok()) << state.error().message();
    if (!state.ok()) return false;
  }
  return done();
}

std::vector<std::int64_t> SourceRecorder::offsets(base::Partition partition) const {
  std::vector<std::int64_t> result;
  for (const auto& record : records_)
    if (record.partition.partition == partition) result.push_back(record.offset);
  return result;
}

}  // namespace cortado::kafka::testing
