// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
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

  /// Report what went wrong within a callback, and too few partitions once the first assignment has
  /// settled.
  base::Status check();

  /// All lanes in the order of their partitions; valid until the source is polled.
  std::vector<Lane*> lanes() const;
  std::int64_t buffered_rows() const;
  /// Records that may be received before a lane is full; 0 = one is.
  std::int64_t room() const;

  /// Snapshot the lane that waits longest of those whose time has come: one a call, so that they
  /// spread over ticks. A failure is logged and tried again later.
  void snapshot_due();
  /// Snapshot all lanes that changed. **Errors:** the first that occurs; the others are written.
  base::Status snapshot_all();

  /// Let devices leave memory, as the configuration says.
  void evict();
  /// Reload the lanes whose newest snapshot turned out to be damaged. Returns their number.
  base::Result<int> mend();

  /// Drop a lane's memory; its next record is not ours.
  void drop(Lane& lane);
  /// Go back to the newest usable snapshot of a lane whose batch was not committed.
  base::Status reload(Lane& lane);
  void clear();

  DeviceCounts device_counts() const;

 private:
  /// Records that a lane may receive beside what it has.
  std::int64_t room_beside(std::size_t rows, std::size_t bytes) const;
  Lane* find(const base::RawRecord& record);
  void leave(std::span<const base::TopicPartition> partitions);
  void forget(const base::TopicPartition& partition);

  LaneContext& context_;
  const StreamConfig& config_;
  Evictor evictor_{context_};
  std::map<base::TopicPartition, std::unique_ptr<Lane>> lanes_;
  Lane* last_ = nullptr;                    ///< received the last record
  std::size_t largest_record_ = 64 * 1024;  ///< a guess until records were seen
  std::optional<base::Error> error_;
  std::optional<std::chrono::nanoseconds> first_assigned_;  ///< since the assignment last shrank
  std::int64_t owned_ = 0;
  bool settled_ = false;
};

}  // namespace cortado::stream
