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
#include <unordered_map>
#include <vector>

#include "cortado/base/error.h"
#include "cortado/base/ids.h"
#include "cortado/checkpoint/snapshot_store.h"
#include "cortado/stream/engine.h"
#include "device_owners.h"
#include "record_buffer.h"
#include "task_pool.h"

namespace cortado::stream {

/// What all lanes of an engine share.
struct LaneContext {
  EngineParts& parts;
  const StateConfig& state;
  TaskPool& pool;
  DeviceOwners& owners;
  std::int64_t evictions = 0;
  std::int64_t loads = 0;
};

/// One device of a lane.
struct Device {
  std::string name;
  std::unique_ptr<DeviceProcessor> processor;  ///< none before its first batch and while evicted
  bool stored = false;                         ///< the newest snapshot has a state of it
  bool dirty = false;                          ///< changed since that
  bool resident = false;                       ///< among Lane::residents()
  std::chrono::nanoseconds used{0};            ///< when its last batch began
  std::vector<std::uint32_t> rows;             ///< of the batch being processed
  std::optional<base::Error> error;            ///< why there is no processor

  bool evicted() const { return stored && !processor; }
};

/// How far a lane believes the newest snapshot when it opens.
enum class Trust {
  kUsual,   ///< what is loaded now is proven now, an evicted device when its next record loads it
  kProven,  ///< after damage was found: read and prove all of it, even what is not kept in memory
};

/// One assigned partition: its log, its devices, their snapshots and the records that wait.
class Lane {
 public:
  /// Open the log, load the newest usable snapshot and seek the source. **Errors:** see
  /// Engine::run.
  static base::Result<std::unique_ptr<Lane>> open(LaneContext& context,
                                                  const base::TopicPartition& partition,
                                                  Trust trust = Trust::kUsual);
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  const base::TopicPartition& partition() const { return partition_; }
  LaneLog& log() { return *log_; }
  const RecordBuffer& buffer() const { return buffer_; }
  std::size_t device_count() const { return devices_.size(); }

  /// Buffer a record; one below the expected offset is dropped.
  void receive(const base::RawRecord& record);

  /// Return the device, made if new; or nullptr and the lane that has it in `owner`.
  Device* device(std::string_view name, const base::TopicPartition*& owner);

  /// Load evicted devices from the newest snapshot. **Errors:** where checkpoint::is_unusable()
  /// holds the lane is damaged() from now on; others say nothing about the snapshot.
  base::Status load(const std::vector<Device*>& devices);
  /// A device has taken part in a batch.
  void use(Device& device, std::chrono::nanoseconds now);
  /// The devices in memory.
  const std::vector<Device*>& residents() const { return residents_; }
  /// Drop devices from memory. Precondition: all stored, none dirty.
  void evict(std::span<Device* const> devices);

  /// The offset that a commit of all buffered records covers.
  base::Offset end_of_batch() const { return expected_; }
  /// Text for the log that says where the lane's state is.
  std::string pointer() const;
  /// The buffered records are committed.
  void batch_committed(std::chrono::nanoseconds now);
  /// The devices are ahead of the log: take no snapshot any more.
  void taint() { tainted_ = true; }
  /// The newest snapshot holds a broken state: the lane is to be opened anew with Trust::kProven.
  bool damaged() const { return damaged_; }

  bool snapshot_due(std::chrono::nanoseconds now) const;
  /// When the first record after the last snapshot was processed.
  std::optional<std::chrono::nanoseconds> changed_since() const { return changed_since_; }
  /// Write the devices that changed, if anything did since the last snapshot.
  base::Status snapshot(std::chrono::nanoseconds now);
  /// False if a snapshot would not make dirty devices clean now, for its last attempt failed a
  /// short time ago.
  bool can_snapshot(std::chrono::nanoseconds now) const;

 private:
  class Loader;

  Lane(LaneContext& context, base::TopicPartition partition)
      : context_(context), partition_(std::move(partition)) {}

  base::Status start(Trust trust);
  base::Status open_store(Trust trust, std::optional<base::Offset>& snapshot);
  checkpoint::TaskRunner runner() const;
  void add_resident(Device& device);
  /// Keep the error's consequences: this lane is damaged if its snapshot is.
  base::Status judge(base::Status status);
  std::vector<Device*> dirty_devices();
  base::Status write_snapshot();
  base::Status write(checkpoint::SnapshotWriter& writer, const std::vector<Device*>& devices);
  std::string folder() const;

  LaneContext& context_;
  base::TopicPartition partition_;
  std::unique_ptr<LaneLog> log_;
  std::unique_ptr<checkpoint::SnapshotStore> store_;
  std::unordered_map<std::string, std::unique_ptr<Device>, StringHash, std::equal_to<>> devices_;
  std::vector<Device*> residents_;
  RecordBuffer buffer_;
  base::Offset expected_;   ///< next offset to receive
  base::Offset processed_;  ///< next offset to process: all below is committed
  base::Offset saved_;      ///< next offset of the last snapshot
  std::optional<std::chrono::nanoseconds> changed_since_;
  std::optional<std::chrono::nanoseconds> failed_at_;  ///< the last snapshot, if it failed
  bool tainted_ = false;
  bool damaged_ = false;
};

}  // namespace cortado::stream
