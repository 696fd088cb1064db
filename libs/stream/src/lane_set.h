// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "cortado/base/error.h"
#include "evictor.h"
#include "lane.h"

namespace cortado::stream {

/// The lanes of an engine: opens and drops them as the source says and hands records to them.
class LaneSet final : public AssignmentListener, public RecordReceiver {
 public:
  LaneSet(LaneContext& context, const StreamConfig& config) : context_(context), config_(config) {}

  void assigned(std::span<const base::TopicPartition> partitions) override;
  void revoked(std::span<const base::TopicPartition> partitions) override;
  void lost(std::span<const base::TopicPartition> partitions) override;
  void receive(const base::RawRecord& record) override;

  /// Let lanes go on with what the background has done.
  void advance();
  /// Report why nothing goes on any more: all lanes have stopped.
  base::Status check() const;
  /// The first error of a lane that has stopped.
  base::Status first_error() const;
  /// True while a lane is on its way to its first record.
  bool opening() const;

  /// All open lanes in the order of their partitions; valid until the source is polled.
  std::vector<Lane*> lanes() const;
  std::vector<LaneReport> reports() const;
  /// The lane of a partition; null if there is none.
  Lane* lane(const base::TopicPartition& partition) const;
  std::int64_t buffered_rows() const;
  /// Of the buffered rows, those that a batch may take now.
  std::int64_t ready_rows() const;
  /// Pause partitions whose lanes are full and wait, and resume them.
  void hold_back();
  /// True while a partition is held back, so that more follows than the source delivers now.
  bool holding() const;
  /// Records that may be received before a lane is full; 0 = one is.
  std::int64_t room() const;

  /// Begin the snapshots that are due, within the budget, and commit what no batch will carry. A
  /// failure is logged and tried again later.
  void snapshot_due();
  /// Snapshot all lanes that changed. **Errors:** the first that occurs; the others are written.
  base::Status snapshot_all();

  /// Let devices leave memory, as the configuration says.
  void evict();
  /// Open the lanes anew whose newest snapshot turned out to be damaged. Returns their number.
  int mend();

  /// A batch was not committed: open the lane anew, after fencing where that may help.
  void undo(Lane& lane, CommitResult result);
  /// A batch was committed.
  void succeeded(const Lane& lane) { undone_.erase(lane.partition()); }
  /// No more partitions are expected back.
  void leaving() { leaving_ = true; }
  void clear();

  DeviceCounts device_counts() const;

 private:
  /// Records that a lane may receive beside what it has.
  std::int64_t room_beside(std::size_t rows, std::size_t bytes) const;
  Lane* find(const base::RawRecord& record);
  /// By value: the lane that it replaces may own the name.
  void open(base::TopicPartition partition, OpenRequest request);
  void drain(Lane& lane);
  Lane* deciding() const;
  void commit_pointer(Lane& lane);
  void give_up(const base::TopicPartition& partition);
  void drop_parked();
  void forget(const base::TopicPartition& partition);

  LaneContext& context_;
  const StreamConfig& config_;
  Evictor evictor_{context_};
  std::map<base::TopicPartition, std::unique_ptr<Lane>> lanes_;
  std::map<base::TopicPartition, int> undone_;  ///< batches in a row that were not committed
  Lane* last_ = nullptr;                        ///< received the last record
  std::size_t largest_record_ = 64 * 1024;      ///< a guess until records were seen
  bool leaving_ = false;
};

}  // namespace cortado::stream
