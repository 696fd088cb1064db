// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cortado/base/error.h"
#include "cortado/base/ids.h"
#include "cortado/checkpoint/snapshot_store.h"
#include "device_table.h"
#include "job.h"
#include "lane_context.h"

namespace cortado::stream {

/// How far a snapshot is that somebody asked for.
struct SnapshotProgress {
  std::chrono::nanoseconds since = std::chrono::nanoseconds::min();  ///< it was asked
  bool durable = false;                   ///< all that was dirty then is stored
  std::int64_t devices = 0;               ///< written since
  std::int64_t bytes = 0;                 ///< of them, compressed
  std::optional<base::Error> error = {};  ///< of an attempt since
};

/// Takes the snapshots of one lane: rolling ones, copied between batches within the budget and
/// written in the background, and whole ones at once.
class LaneSnapshots {
 public:
  /// `newest` is what the store was loaded from.
  LaneSnapshots(LaneContext& context, base::TopicPartition lane,
                std::shared_ptr<checkpoint::SnapshotStore> store, DeviceTable& devices,
                checkpoint::SnapshotName newest);

  /// When the device became dirty that waits longest for a snapshot and whose time has come; none
  /// while one is being written or the last one has failed a short time ago.
  std::optional<std::chrono::nanoseconds> due(std::chrono::nanoseconds now) const;
  /// Copy the devices that wait longest, as far as the budget allows, and let them be written.
  /// `facts.low_water` is where all below was run. Where stored devices have turned out to be gone,
  /// write all there are and wait. **Errors:** of that.
  base::Status begin(const checkpoint::SnapshotFacts& facts, std::chrono::nanoseconds now);
  /// Let a snapshot be written that differs from the newest in its facts alone, unless one is being
  /// written or the last one has failed a moment ago. **Errors:** as begin().
  base::Status begin_without_devices(const checkpoint::SnapshotFacts& facts,
                                     std::chrono::nanoseconds now);
  /// Take over what the background has done. **Errors:** of the snapshot that failed.
  base::Status advance(std::chrono::nanoseconds now);
  /// Write all dirty devices now, whatever the budget, and wait. **Errors:** kUnavailable where
  /// patience is over; then devices stay dirty.
  base::Status write_all(const checkpoint::SnapshotFacts& facts, std::chrono::nanoseconds now);
  /// False if write_all() is not worth trying, since the last attempt failed a short time ago.
  bool can_write(std::chrono::nanoseconds now) const;

  /// Let all that is dirty now be due at once, whatever the interval; the budget holds.
  void demand(std::chrono::nanoseconds now);
  SnapshotProgress progress() const;

  /// The newest durable snapshot; empty if there is none.
  const checkpoint::SnapshotName& newest() const { return newest_; }
  /// A commit that names this snapshot has succeeded.
  void named(const checkpoint::SnapshotName& name);
  /// What was stored after the newest was given up with a move of the offset: let it be removed
  /// now, before commits that are no moves make it look as if the log told too little.
  void give_up_later();
  /// Keys that the log is to delete; if its transaction fails, the next owner finds them again.
  std::vector<std::string> take_discarded() { return std::move(discarded_); }

  base::Status read(const std::vector<Device*>& devices);

 private:
  struct Copy {
    std::string device;
    base::Offset next;
    std::string raw;
  };
  struct Writing {
    std::vector<Copy> copies;
    base::Result<checkpoint::SnapshotName> written = checkpoint::SnapshotName{};
    std::int64_t bytes = 0;
  };
  struct Cleaning {
    std::vector<std::string> discarded;
  };

  std::vector<Copy> copy_within_budget(std::vector<Device*>& devices);
  base::Result<checkpoint::SnapshotName> write(const checkpoint::SnapshotFacts& facts,
                                               std::span<Device* const> devices);
  void submit(const checkpoint::SnapshotFacts& facts, std::vector<Copy> copies,
              std::chrono::nanoseconds now);
  /// Add what the lane refused.
  checkpoint::SnapshotFacts complete(checkpoint::SnapshotFacts facts);
  base::Status write_dirty(const checkpoint::SnapshotFacts& facts, std::chrono::nanoseconds now);
  /// Somebody removed packs: unless devices leave memory, all that was in them is there still.
  void stored_are_gone(std::chrono::nanoseconds now);
  base::Status ended(base::Result<checkpoint::SnapshotName> written, std::chrono::nanoseconds now);

  LaneContext& context_;
  const base::TopicPartition lane_;
  std::shared_ptr<checkpoint::SnapshotStore> store_;
  DeviceTable& devices_;
  checkpoint::SnapshotName newest_;
  std::string named_;  ///< the last that a commit named
  std::optional<Job<Writing>> writing_;
  std::vector<Device*> in_flight_;
  std::optional<Job<Cleaning>> cleaning_;
  std::vector<std::string> discarded_;
  std::optional<std::chrono::nanoseconds> failed_at_;
  bool whole_ = false;  ///< the next one needs every device: stored ones are gone
  SnapshotProgress demanded_;
  // Of the snapshot that is being written.
  std::chrono::nanoseconds began_{0};
  std::int64_t bytes_ = 0;
  std::uint64_t revision_ = 0;  ///< of the refusals in it
};

}  // namespace cortado::stream
