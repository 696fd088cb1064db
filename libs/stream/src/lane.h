// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
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
};

/// One device of a lane.
struct Device {
  std::string name;
  std::unique_ptr<DeviceProcessor> processor;  ///< none before its first batch
  bool dirty = false;                          ///< changed since the last snapshot
  std::vector<std::uint32_t> rows;             ///< of the batch being processed
  std::optional<base::Error> error;            ///< why there is no processor
};

/// One assigned partition: its log, its devices, their snapshots and the records that wait.
class Lane {
 public:
  /// Open the log, load the newest usable snapshot and seek the source. **Errors:** see
  /// Engine::run.
  static base::Result<std::unique_ptr<Lane>> open(LaneContext& context,
                                                  const base::TopicPartition& partition);
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

  /// The offset that a commit of all buffered records covers.
  base::Offset end_of_batch() const { return expected_; }
  /// Text for the log that says where the lane's state is.
  std::string pointer() const;
  /// The buffered records are committed.
  void batch_committed(std::chrono::nanoseconds now);
  /// The devices are ahead of the log: take no snapshot any more.
  void taint() { tainted_ = true; }

  bool snapshot_due(std::chrono::nanoseconds now) const;
  /// When the first record after the last snapshot was processed.
  std::optional<std::chrono::nanoseconds> changed_since() const { return changed_since_; }
  /// Write the devices that changed, if anything did since the last snapshot.
  base::Status snapshot(std::chrono::nanoseconds now);

 private:
  class Loader;

  Lane(LaneContext& context, base::TopicPartition partition)
      : context_(context), partition_(std::move(partition)) {}

  base::Status start();
  base::Status open_store(std::optional<base::Offset>& snapshot);
  std::vector<Device*> dirty_devices();
  base::Status write(checkpoint::SnapshotWriter& writer, const std::vector<Device*>& devices);
  std::string folder() const;

  LaneContext& context_;
  base::TopicPartition partition_;
  std::unique_ptr<LaneLog> log_;
  std::unique_ptr<checkpoint::SnapshotStore> store_;
  std::unordered_map<std::string, std::unique_ptr<Device>, StringHash, std::equal_to<>> devices_;
  RecordBuffer buffer_;
  base::Offset expected_;   ///< next offset to receive
  base::Offset processed_;  ///< next offset to process: all below is committed
  base::Offset saved_;      ///< next offset of the last snapshot
  std::optional<std::chrono::nanoseconds> changed_since_;
  bool tainted_ = false;
};

}  // namespace cortado::stream
