// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "cortado/stream/source.h"
#include "lane_book.h"

namespace cortado::app {

/// A source that tells the page which partitions come and go; all calls pass through.
class WatchedSource final : public stream::PartitionedSource, private stream::AssignmentListener {
 public:
  /// Hears a sentence about each change of the assignment.
  using Rebalanced = std::function<void(const std::string& message)>;

  WatchedSource(stream::PartitionedSource& source, LaneBook& book, Rebalanced rebalanced)
      : source_(source), book_(book), rebalanced_(std::move(rebalanced)) {}

  base::Status start(stream::AssignmentListener& listener) override;
  base::Result<stream::SourceState> poll(std::chrono::milliseconds timeout, std::size_t limit,
                                         stream::RecordReceiver& receiver) override {
    return source_.poll(timeout, limit, receiver);
  }
  base::Status seek(const base::TopicPartition& partition, base::Offset next) override;
  base::Status pause(const base::TopicPartition& partition) override {
    return source_.pause(partition);
  }
  base::Status resume(const base::TopicPartition& partition) override {
    return source_.resume(partition);
  }
  base::Result<stream::Watermarks> watermarks(const base::TopicPartition& partition) override {
    return source_.watermarks(partition);
  }
  base::Result<base::Offset> first_offset(const base::TopicPartition& partition) override {
    return source_.first_offset(partition);
  }
  bool owns(const base::TopicPartition& partition) override { return source_.owns(partition); }
  base::Result<int> partition_count() override { return source_.partition_count(); }
  void close() override { source_.close(); }

 private:
  void assigned(std::span<const base::TopicPartition> partitions) override;
  void revoked(std::span<const base::TopicPartition> partitions) override;
  void lost(std::span<const base::TopicPartition> partitions) override;

  stream::PartitionedSource& source_;
  LaneBook& book_;
  Rebalanced rebalanced_;
  stream::AssignmentListener* listener_ = nullptr;
};

}  // namespace cortado::app
