// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cortado/stream/source.h"

namespace cortado::app {

/// A source before another one: every call passes through, and so does what the other one tells the
/// listener. Who derives from it says only what it does differently.
class ForwardingSource : public stream::PartitionedSource, protected stream::AssignmentListener {
 public:
  /// `source` outlives it.
  explicit ForwardingSource(stream::PartitionedSource& source) : source_(source) {}

  base::Status start(stream::AssignmentListener& listener) override {
    listener_ = &listener;
    return source_.start(*this);
  }
  base::Result<stream::SourceState> poll(std::chrono::milliseconds timeout, std::size_t limit,
                                         stream::RecordReceiver& receiver) override {
    return source_.poll(timeout, limit, receiver);
  }
  base::Status seek(const base::TopicPartition& partition, base::Offset next) override {
    return source_.seek(partition, next);
  }
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
  bool first_offset_moves() const override { return source_.first_offset_moves(); }
  bool owns(const base::TopicPartition& partition) override { return source_.owns(partition); }
  base::Result<int> partition_count() override { return source_.partition_count(); }
  void close() override { source_.close(); }

 protected:
  void assigned(std::span<const base::TopicPartition> partitions) override {
    listener_->assigned(partitions);
  }
  void revoked(std::span<const base::TopicPartition> partitions) override {
    listener_->revoked(partitions);
  }
  void lost(std::span<const base::TopicPartition> partitions) override {
    listener_->lost(partitions);
  }

 private:
  stream::PartitionedSource& source_;
  stream::AssignmentListener* listener_ = nullptr;
};

}  // namespace cortado::app
