// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "breaker.h"
#include "cortado/base/error.h"
#include "cortado/base/ids.h"
#include "cortado/stream/engine.h"
#include "crash_guard.h"
#include "device_table.h"
#include "lane_context.h"
#include "lane_opening.h"
#include "lane_snapshots.h"
#include "pace.h"
#include "record_buffer.h"

namespace cortado::stream {

/// One assigned partition: its log, its devices, their snapshots and the records that wait. All
/// calls come from the engine's thread, between batches, but for log() within one. That thread is
/// the one that polls the source, so nothing of a lane is in flight while a partition is being
/// taken away.
class Lane {
 public:
  Lane(LaneContext& context, base::TopicPartition partition, OpenRequest request);
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  const base::TopicPartition& partition() const { return partition_; }
  LaneReport report() const;
  /// True once records may be received and processed.
  bool open() const { return log_ != nullptr && !resuming_ && !error_; }
  /// True while it is on its way there.
  bool opening() const { return !open() && !error_ && !parked_; }
  /// Why it stopped for good.
  const std::optional<base::Error>& error() const { return error_; }
  void stop(const base::Error& error);
  /// Stop for good since no repeat mends what happened to a batch. The devices are ahead of the
  /// log, so first the lane is opened anew, without taking records beyond the committed offset, and
  /// its last snapshot taken: the next start, perhaps with other settings, has nothing to replay.
  void refuse(const base::Error& error);
  /// Why it is about to stop.
  const std::optional<base::Error>& refusal() const { return refusal_; }

  /// Take no more records, or go on; what is buffered is processed all the same.
  void pause(bool paused);

  /// Go on with what the background has done: opening, snapshots. Does not wait for it.
  void advance(std::chrono::nanoseconds now);

  LaneLog& log() { return *log_; }
  /// Let go of the log, which is fenced and can begin again.
  std::unique_ptr<LaneLog> take_log() { return std::move(log_); }
  const RecordBuffer& buffer() const { return buffer_; }
  /// Buffer a record; one below the expected offset is dropped.
  void receive(const base::RawRecord& record);

  DeviceTable& devices() { return devices_; }
  const DeviceTable& devices() const { return devices_; }
  /// Load evicted devices from the newest snapshot. **Errors:** where checkpoint::is_unusable()
  /// holds the lane is damaged() from now on; others say nothing about the snapshot.
  base::Status load(const std::vector<Device*>& devices);
  /// Drop devices from memory. Precondition: may_leave() for each.
  void evict(std::span<Device* const> devices);
  /// True if a commit names a snapshot that has all of a device's state.
  bool may_leave(const Device& device) const;

  /// Outcomes of records below are written already: they only restore models.
  base::Offset muted_below() const { return committed_; }
  /// True if a muted record is read for other devices than its own, which begins later.
  bool is_others(std::string_view device, base::Offset offset) const {
    return offset < floor_ && !devices_.knows(device);
  }
  /// Choose the records of the next batch out of those that are buffered, as many as the lane's
  /// rate allows.
  void lay_out(std::chrono::nanoseconds now);
  /// The records so chosen.
  std::span<const base::RawRecord> batch() const { return buffer_.records().first(batch_); }
  /// How many there would be now.
  std::size_t ready(std::chrono::nanoseconds now);
  /// Take only the first records into the batch: the one behind them has to wait.
  void wait_at(std::size_t count, Routing::Wait wait);
  /// True while a record waits for other lanes, or for a snapshot.
  bool waits() const;
  /// Where the batch ends: the offset of the first record after it.
  base::Offset batch_end() const;
  /// The offset that a commit of the batch covers.
  base::Offset end_of_batch() const { return std::max(batch_end(), committed_); }
  /// Hold the partition back while records wait for the lane's rate, with some distance between
  /// the two marks; a pause throws away what the client has fetched.
  void hold_back(bool full, bool low);
  bool held() const { return held_; }

  const CrashGuard& guard() const { return guard_; }
  Breaker& breaker() { return breaker_; }
  /// True while something was decided that has to be committed before any record is processed.
  bool decides() const { return decides_ && open() && !tainted_; }
  /// Text for the log that says where the state of all records below `processed` is.
  std::string pointer_at(base::Offset processed) const;
  /// The same for the end of the batch. Precondition: its devices have run.
  std::string pointer() const { return pointer_at(batch_end()); }
  /// Keys of the snapshot store that the next transaction is to delete.
  std::vector<std::string> take_discarded();
  /// The batch is processed and, if `committed`, so says the log, with this pointer.
  void batch_processed(bool committed, const std::string& pointer, std::chrono::nanoseconds now);
  /// The devices are ahead of the log: take no snapshot any more.
  void taint() { tainted_ = true; }
  /// The newest snapshot holds a broken state: the lane is to be opened anew with Trust::kProven.
  bool damaged() const { return damaged_; }

  /// Since when the device waits for a snapshot that waits longest, if its time has come.
  std::optional<std::chrono::nanoseconds> snapshot_due(std::chrono::nanoseconds now) const;
  void begin_snapshot(std::chrono::nanoseconds now);
  /// Write all devices that changed and commit the pointer to it.
  base::Status snapshot(std::chrono::nanoseconds now);
  /// Let all that is dirty now be due at once.
  void demand_snapshot(std::chrono::nanoseconds now);
  /// When that was wanted last; below all times if never.
  std::chrono::nanoseconds snapshot_demanded() const;
  /// How far it is.
  SnapshotProgress snapshot_progress() const;
  /// False if a snapshot would not make dirty devices clean now, for its last attempt failed a
  /// short time ago.
  bool can_snapshot(std::chrono::nanoseconds now) const;
  /// True if the log should hear of the lane although there are no records.
  bool pointer_due(std::chrono::nanoseconds now);
  /// Commit position and pointer without records. Returns what became of it.
  base::Result<CommitResult> commit_pointer(std::chrono::nanoseconds now);

  /// Keep log and models while it is open who gets the partition next. False if they are not worth
  /// it.
  bool park();
  bool parked() const { return parked_; }
  /// The partition came back: go on at once, if nobody else committed meanwhile.
  void resume();

 private:
  void take_over(OpenedLane opened, std::chrono::nanoseconds now);
  void check_position();
  void committed(base::Offset next, const std::string& pointer, std::chrono::nanoseconds now);
  base::Status judge(base::Status status);
  /// Judge and log how a snapshot ended.
  void tell_written(const base::Status& written);
  checkpoint::SnapshotFacts facts() const;
  void tell_passed();
  void tell_running();
  void tell_devices(std::chrono::nanoseconds now);
  bool may_tell_devices(std::chrono::nanoseconds now);
  void store_refusals(std::chrono::nanoseconds now);
  void let_go();
  void reopen();
  void advance_refusal(std::chrono::nanoseconds now);

  LaneContext& context_;
  const base::TopicPartition partition_;
  std::unique_ptr<LaneOpening> opening_;
  std::unique_ptr<LaneLog> log_;
  DeviceTable devices_;
  std::unique_ptr<LaneSnapshots> snapshots_;  ///< none: no state is kept
  RecordBuffer buffer_;
  std::size_t batch_ = 0;  ///< of the buffered records, the first ones: being processed
  Pace pace_;
  Breaker breaker_;
  CrashGuard guard_;
  base::Offset expected_;        ///< next offset to receive
  base::Offset processed_;       ///< next offset to process: the models hold all below
  base::Offset committed_;       ///< next offset to write: the log holds the outcomes of all below
  base::Offset floor_;           ///< devices without a state begin no earlier
  bool position_known_ = false;  ///< committed_ is what the log says
  std::string pointer_;          ///< as the log has it; empty until the first commit of this lane
  checkpoint::SnapshotName named_;  ///< by that pointer
  std::chrono::nanoseconds committed_at_{0};
  std::optional<std::chrono::nanoseconds> replays_since_;
  // Which devices are this lane's.
  bool told_ = false;          ///< the other lanes know
  bool knows_refused_ = true;  ///< all that it refused before it was opened
  base::Offset replay_seen_;   ///< how far its replay was
  std::chrono::nanoseconds replay_seen_at_{0};
  Routing::Wait waits_ = Routing::Wait::kNot;
  int stale_looks_ = 0;  ///< how often pointer_due() found the log behind
  bool commit_at_once_ = false;
  bool decides_ = false;
  bool held_ = false;
  std::int64_t replayed_ = 0;
  bool tainted_ = false;
  bool damaged_ = false;
  bool parked_ = false;
  bool paused_ = false;  ///< on request
  bool resuming_ = false;
  std::optional<base::Error> refusal_;
  std::chrono::nanoseconds refused_at_{0};
  std::optional<base::Error> error_;
};

}  // namespace cortado::stream
