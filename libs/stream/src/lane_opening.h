// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cortado/base/ids.h"
#include "cortado/checkpoint/snapshot_store.h"
#include "cortado/stream/lane_log.h"
#include "cortado/stream/pointer.h"
#include "crash_guard.h"
#include "device_table.h"
#include "job.h"
#include "lane_context.h"
#include "lane_loading.h"
#include "lane_start.h"

namespace cortado::stream {

/// How far a lane believes its snapshot when it opens.
enum class Trust {
  kUsual,   ///< what is loaded now is proven now, an evicted device when its next record loads it
  kProven,  ///< after damage was found: read and prove all of it, even what is not kept in memory
};

/// How a lane is to be opened.
struct OpenRequest {
  std::unique_ptr<LaneLog> log = {};  ///< one that is fenced already; none: make one
  Trust trust = Trust::kUsual;
  std::chrono::nanoseconds not_before{0};
};

/// Let go of a log in the background: closing one may take seconds.
void dispose(Background& background, std::unique_ptr<LaneLog> log);

/// Let the crash journal forget what it knows of a lane below an offset, in the background: it may
/// wait for others. Precondition: there is a journal.
void forget_deaths(LaneContext& context, const base::TopicPartition& lane, base::Offset next);

/// A lane's log and state, and where it goes on.
struct OpenedLane {
  std::unique_ptr<LaneLog> log;
  std::shared_ptr<checkpoint::SnapshotStore> store;  ///< null: no state is kept
  std::vector<StoredDevice> devices;
  checkpoint::SnapshotName snapshot;
  base::Offset committed;       ///< outcomes of all records below are written
  base::Offset start;           ///< reading begins here
  base::Offset floor;           ///< see checkpoint::SnapshotFacts
  bool commit_at_once = false;  ///< the log does not say yet where the lane began
  bool commit_first = false;    ///< nor may a record count before it does
  bool moved = false;           ///< a person chose the offset: later snapshots were given up
  bool all_dirty = false;       ///< the offsets in the snapshot mean nothing any more
  /// Devices that stay on lanes of other processes.
  std::map<base::TopicPartition, std::vector<std::string>> elsewhere;
  std::vector<checkpoint::RefusedSpan> refused;  ///< records of devices that other lanes had
  bool knows_refused = true;                     ///< false: perhaps not all of them
  CrashDecision crashes;  ///< what it adds is to be committed before any record
};

/// Takes a lane from its assignment to its first record: fence, read the pointer, load. What waits
/// for others runs in the background; decisions are taken by advance(), on the engine's thread,
/// after it has asked whether the lane is still ours.
class LaneOpening {
 public:
  LaneOpening(LaneContext& context, base::TopicPartition partition, OpenRequest request);
  ~LaneOpening();
  LaneOpening(const LaneOpening&) = delete;
  LaneOpening& operator=(const LaneOpening&) = delete;

  LaneState state() const;
  /// What the log says is committed, once it was asked and says so.
  std::optional<base::Offset> committed() const { return facts_.position.next_offset; }
  /// Why the last attempt did not open the lane, and another one is made; empty at the first.
  const std::string& waits_for() const { return waits_for_; }
  /// Go as far as possible without waiting. Returns the lane once it is there. **Errors:** what
  /// stops it for good.
  base::Result<std::optional<OpenedLane>> advance(std::chrono::nanoseconds now);

 private:
  struct Fencing {
    std::unique_ptr<LaneLog> log;
    base::Status status;
  };

  void begin_fencing();
  base::Status read_position();
  base::Status begin_loading();
  /// The lanes that other processes have now.
  std::vector<base::TopicPartition> lanes_elsewhere(int partitions) const;
  checkpoint::LoadRequest request() const;
  base::Status take_loaded(OpenedLane& lane);
  base::Status take_snapshot(const checkpoint::Loaded& loaded, OpenedLane& lane);
  base::Status decide_crashes(OpenedLane& lane);
  base::Status take_others(OpenedLane& lane);
  /// Go on from the state of another algorithm version or of other settings, where that may be.
  base::Status take_stamps(OpenedLane& lane);
  /// True if the version is another one, from which the lane goes on.
  base::Result<bool> take_version(const checkpoint::Loaded& loaded, OpenedLane& lane);
  /// True if the settings are others and no record is replayed.
  base::Result<bool> take_settings(const checkpoint::Loaded& loaded, const OpenedLane& lane);
  base::Result<OpenedLane> finish();
  /// Wait and begin anew if that may help. **Errors:** `error` if it cannot.
  base::Status begin_again(const base::Error& error, std::chrono::nanoseconds now);

  LaneContext& context_;
  const base::TopicPartition partition_;
  const Trust trust_;
  std::chrono::nanoseconds not_before_;
  std::chrono::nanoseconds began_{0};   ///< to fence
  std::chrono::nanoseconds fenced_{0};  ///< and then to read and load
  int attempts_ = 0;
  std::string waits_for_;
  std::unique_ptr<LaneLog> log_;  ///< fenced
  std::optional<Job<Fencing>> fencing_;
  std::optional<Job<Loading>> loading_;
  LaneFacts facts_;
  std::optional<LaneStart> start_;
};

}  // namespace cortado::stream
