// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <span>

#include "cortado/base/ids.h"
#include "cortado/base/raw_record.h"
#include "cortado/base/result.h"

namespace cortado::stream {

/// Hears of partitions coming and going. Called only from within PartitionedSource::poll and close.
class AssignmentListener {
 public:
  virtual ~AssignmentListener() = default;
  /// These partitions are ours from now on; records of each flow once the listener has sought it,
  /// now or later.
  virtual void assigned(std::span<const base::TopicPartition> partitions) = 0;
  /// These go elsewhere when the call returns, so it returns only when nothing of them is in
  /// flight.
  virtual void revoked(std::span<const base::TopicPartition> partitions) = 0;
  /// These are gone already: drop everything, write nothing.
  virtual void lost(std::span<const base::TopicPartition> partitions) = 0;
};

/// Takes what a source delivers. The record's bytes are valid during the call only.
class RecordReceiver {
 public:
  virtual ~RecordReceiver() = default;
  virtual void receive(const base::RawRecord& record) = 0;
  /// Hear, from a source that tells it, that no record lies between the last one and `next`: the
  /// end of a transaction takes an offset too.
  virtual void reached(const base::TopicPartition&, base::Offset /*next*/) {}
};

/// First offset kept and the offset that the next record written will get.
struct Watermarks {
  base::Offset low;
  base::Offset high;
};

enum class SourceState { kOpen, kFinished };

/// Something that delivers the records of partitions, each partition in offset order. One thread
/// calls it.
class PartitionedSource {
 public:
  virtual ~PartitionedSource() = default;

  /// Join the group or open the files; the listener outlives the source.
  virtual base::Status start(AssignmentListener& listener) = 0;
  /// Wait up to `timeout` for the first record, then hand over what is there, at most `limit`
  /// records. Returns kFinished when no record will ever follow (files). **Errors:** what no retry
  /// mends.
  virtual base::Result<SourceState> poll(std::chrono::milliseconds timeout, std::size_t limit,
                                         RecordReceiver& receiver) = 0;
  /// Deliver from this offset on. An offset below the low watermark or above the high one is
  /// kNotFound.
  virtual base::Status seek(const base::TopicPartition& partition, base::Offset next) = 0;
  virtual base::Status pause(const base::TopicPartition& partition) = 0;
  virtual base::Status resume(const base::TopicPartition& partition) = 0;
  virtual base::Result<Watermarks> watermarks(const base::TopicPartition& partition) = 0;
  /// Where a partition begins of which nothing was ever committed: its first record unless the
  /// source knows better.
  virtual base::Result<base::Offset> first_offset(const base::TopicPartition& partition) = 0;
  /// True if first_offset() says something else once records have come: who begins there has to
  /// commit it before it counts.
  virtual bool first_offset_moves() const { return false; }
  /// False if a partition is ours no more, though lost() was not called yet.
  virtual bool owns(const base::TopicPartition& partition) = 0;
  /// How many partitions the input has in all, ours or not.
  virtual base::Result<int> partition_count() = 0;
  /// Leave: revoked() is called for what is still assigned. Bounded in time.
  virtual void close() = 0;
};

}  // namespace cortado::stream
