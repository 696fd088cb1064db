// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/clock.h"
#include "cortado/base/file_system.h"
#include "cortado/base/option.h"
#include "cortado/base/patience.h"
#include "cortado/base/result.h"
#include "cortado/checkpoint/snapshot_store.h"
#include "cortado/stream/accounting.h"
#include "cortado/stream/background.h"
#include "cortado/stream/crash_journal.h"
#include "cortado/stream/engine_control.h"
#include "cortado/stream/lane_log.h"
#include "cortado/stream/operator.h"
#include "cortado/stream/source.h"

namespace cortado::stream {

enum class Guarantee { kAuto, kExactlyOnce, kAtLeastOnce };

/// What a lane does when its state cannot be made exact again: stop and say so, or go on with the
/// next best and say so.
enum class Recovery { kStrict, kBestEffort };

struct StreamConfig {
  std::chrono::milliseconds batch_interval{500};
  /// How long a worker that leaves, or a partition that goes, waits for what others still do.
  std::chrono::milliseconds drain_timeout{30'000};
  std::int64_t threads = 0;  ///< 0 = one a core
  Guarantee guarantee = Guarantee::kAuto;
  Recovery recovery = Recovery::kStrict;
  std::int64_t max_batch_records = 20'000;
  std::int64_t max_batch_bytes = 64LL << 20;
  std::int64_t max_rate_per_partition = 0;  ///< records a second; 0 = no bound
  std::int64_t max_crashes = 3;             ///< 0 = no record is ever passed over
  double max_bad_share = 0.5;               ///< 1 = never stop
  std::int64_t bad_share_window = 1000;     ///< records
};

enum class StateStore { kDirectory, kKafka };

struct StateConfig {
  StateStore store = StateStore::kDirectory;
  std::string dir = "./cortado-state";  ///< empty: no snapshots at all (replay)
  std::chrono::milliseconds checkpoint_interval{60'000};
  std::int64_t snapshot_rate = 16LL << 20;  ///< bytes of device state a second, uncompressed
  std::chrono::milliseconds idle_after{0};  ///< 0 = idle devices stay in memory
  std::int64_t max_resident_devices = 0;    ///< 0 = no bound
};

/// True if devices may leave memory; then none is loaded before its next record.
inline bool evicts(const StateConfig& config) {
  return config.idle_after.count() > 0 || config.max_resident_devices > 0;
}

/// Describe the keys under "stream" and "state".
base::Options describe(StreamConfig& config);
base::Options describe(StateConfig& config);

/// Where the devices of an engine are: those in memory are resident, the others are in the newest
/// snapshot of their lane.
struct DeviceCounts {
  std::int64_t devices = 0;
  std::int64_t resident = 0;
  std::int64_t evictions = 0;  ///< since the engine's start
  std::int64_t loads = 0;      ///< of evicted devices, since the engine's start

  bool operator==(const DeviceCounts&) const = default;
};

/// What a lane is about.
enum class LaneState {
  kFencing,    ///< former owners are being kept out
  kLoading,    ///< its snapshot is being read
  kReplaying,  ///< records after the snapshot are scored again, nothing is written
  kRunning,
  kPaused,   ///< on request: takes no records, the partition stays ours
  kStopped,  ///< for good, `reason` says why; the others go on
};

/// One lane of this process.
struct LaneReport {
  base::TopicPartition lane;
  LaneState state = LaneState::kFencing;
  std::string reason = {};  ///< of kStopped; of one that opens: what it waits for, if that failed
  std::optional<base::Offset> next_offset = {};  ///< committed; none until known
  std::int64_t replayed = 0;                     ///< records scored again since the lane was opened
  std::int64_t devices = 0;   ///< whose state it has, in memory or in its newest snapshot
  std::int64_t resident = 0;  ///< of them, those in memory

  bool operator==(const LaneReport&) const = default;
};

/// Return "fencing", "loading", ...
std::string_view to_string(LaneState state);

/// A snapshot that has become durable.
struct SnapshotReport {
  base::TopicPartition lane;
  std::int64_t devices = 0;  ///< written; the others are as in the one before
  std::int64_t bytes = 0;    ///< of them, compressed
  std::chrono::nanoseconds duration{0};
};

/// Sums since the engine's start, for the summary and metrics.
struct EngineTotals {
  std::int64_t records_in = 0;
  std::int64_t enriched = 0;
  std::int64_t dead_letters = 0;
  std::int64_t ignored = 0;
  std::int64_t alarms = 0;
  std::int64_t invalid = 0;
  std::int64_t clipped = 0;
  std::int64_t devices = 0;
  std::int64_t batches = 0;  ///< ticks that had rows
  std::int64_t overruns = 0;
  std::int64_t resident = 0;   ///< devices in memory
  std::int64_t evictions = 0;  ///< devices that left memory
  std::int64_t loads = 0;      ///< evicted devices that came back
  std::int64_t replayed = 0;   ///< records scored again without writing, to restore models
  std::int64_t snapshots = 0;  ///< that became durable
};

/// Hears what the engine did, after the commit and on the engine's thread; must be quick.
class EngineObserver {
 public:
  virtual ~EngineObserver() = default;
  /// One lane's committed outcomes, in offset order; the spans are valid during the call only.
  virtual void committed(const base::TopicPartition& lane, std::span<const base::RawRecord> inputs,
                         std::span<const base::Outcome> outcomes) = 0;
  /// A tick with at least one row has ended.
  virtual void batch_ended(const BatchReport& report) = 0;
  /// Devices came, left memory or came back.
  virtual void devices_changed(const DeviceCounts& counts) = 0;
  /// Lanes came, went or changed their state, or devices of theirs came, left memory or came back;
  /// all that there are now.
  virtual void lanes_changed(std::span<const LaneReport> /*lanes*/) {}
  /// A tick with so many rows begins; batch_ended() of the same number follows if they are
  /// committed.
  virtual void batch_began(std::int64_t /*batch*/, std::int64_t /*rows*/) {}
  virtual void snapshot_taken(const SnapshotReport& /*report*/) {}
  /// These devices have left memory; the names are valid during the call only.
  virtual void devices_evicted(std::span<const std::string_view> /*names*/) {}
};

/// What an engine works on; everything outlives it.
struct EngineParts {
  PartitionedSource& source;
  LaneLogFactory& logs;
  const Operator& operation;
  EngineObserver& observer;
  base::Clock& clock;
  base::FileSystem& files;
  std::string cluster_id;     ///< stands in manifests; state of another cluster is refused
  std::string group_id = {};  ///< its state folder is not another group's; empty: any
  /// Where snapshots are kept; null: in a directory, if state.dir names one.
  checkpoint::SnapshotStores* stores = nullptr;
  /// Null: threads of its own if logs.remote(), else everything is done at once. Who gives one
  /// steps through the engine's work: then the lanes' logs are written one after the other too.
  Background* background = nullptr;
  /// Null: records that end the process are not found.
  CrashJournal* crashes = nullptr;
  /// Tells this engine from all others, ever: names of snapshots are made from it.
  std::uint64_t run_id = 1;
  /// Through which others ask for something while it runs; null: nobody does.
  EngineControl* control = nullptr;
  /// Told when the engine has to be done in time; the source, the logs and the stores ask it
  /// wherever they wait. Null: one of the engine's own, which they do not know.
  base::Patience* patience = nullptr;
};

/// Runs lanes on a shared tick grid: poll, group by device, run devices on a pool, write outcomes
/// in offset order, commit them with their offset and a pointer to the state, snapshot, evict. What
/// a lane committed decides where it goes on: its snapshot is loaded, records after it are scored
/// again without being written, and then it runs, with the scores that one uninterrupted run would
/// give.
class Engine {
 public:
  static base::Result<std::unique_ptr<Engine>> create(const StreamConfig& stream,
                                                      const StateConfig& state, EngineParts parts);
  virtual ~Engine() = default;

  /// Run until the source is finished or a stop is asked for; then finish the batch, snapshot and
  /// leave. After a stop was asked for, whatever is not done within stream.drain_timeout is left
  /// uncommitted. A lane that cannot go on stops alone. **Errors:** of the first lane that stopped,
  /// once all have or at the end; what the source reports.
  virtual base::Status run(std::stop_token stop) = 0;
  // run() in its parts, for who has a loop of his own: start, then turns while true, then leave.
  virtual base::Status start() = 0;
  virtual base::Result<bool> turn(const std::stop_token& stop) = 0;
  /// `worked` is what the turns came to; returned if it is an error.
  virtual base::Status leave(base::Status worked) = 0;
  virtual EngineTotals totals() const = 0;
};

}  // namespace cortado::stream
