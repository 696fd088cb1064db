// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "cortado/stream/source.h"

namespace cortado::app {

/// A source that says kFinished when every partition was delivered up to the high watermark that it
/// had when it was assigned. Offsets that carry no record at the very end (transaction markers) are
/// waited for in vain: a topic filled by transactions is not for this.
class UntilEndSource final : public stream::PartitionedSource,
                             private stream::AssignmentListener,
                             private stream::RecordReceiver {
 public:
  explicit UntilEndSource(stream::PartitionedSource& source) : source_(source) {}

  base::Status start(stream::AssignmentListener& listener) override;
  base::Result<stream::SourceState> poll(std::chrono::milliseconds timeout, std::size_t limit,
                                         stream::RecordReceiver& receiver) override;
  base::Status seek(const base::TopicPartition& partition, base::Offset next) override;
  /// What is paused is not waited for: its lane has stopped.
  base::Status pause(const base::TopicPartition& partition) override {
    forget(partition);
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
  void receive(const base::RawRecord& record) override;
  void reached(const base::TopicPartition& partition, base::Offset next) override;
  bool all_delivered() const;

  struct Progress {
    base::Offset next;
    base::Offset end;
  };
  using ByPartition = std::map<base::TopicPartition, Progress>;

  void forget(const base::TopicPartition& partition);
  Progress* find(const base::RawRecord& record);

  stream::PartitionedSource& source_;
  stream::AssignmentListener* listener_ = nullptr;
  stream::RecordReceiver* receiver_ = nullptr;
  ByPartition progress_;
  ByPartition::value_type* last_ = nullptr;  ///< whose record came last: so will the next one's
};

}  // namespace cortado::app
