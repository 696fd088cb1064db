// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cortado/base/file_system.h"
#include "cortado/base/ids.h"
#include "cortado/base/result.h"
#include "cortado/checkpoint/blob.h"
#include "cortado/checkpoint/manifest.h"

namespace cortado::checkpoint {

/// Calls `task(0)` to `task(count - 1)`, possibly beside each other, and returns when all have
/// ended.
using TaskRunner = std::function<void(std::size_t count, const std::function<void(std::size_t)>&)>;

/// Runs them one after the other.
void run_in_order(std::size_t count, const std::function<void(std::size_t)>& task);

/// How much load() reads of a snapshot.
enum class LoadScope {
  kBlobs,  ///< every blob, which proves the snapshot
  kNames,  ///< the devices' names; a blob is proven when read() takes it
};

/// True if an error says that a snapshot's bytes are damaged or gone, so that the one before it is
/// to be tried; false if it says nothing about them.
bool is_unusable(const base::Error& error);

/// Takes the blobs of a snapshot while it is read.
class BlobReceiver {
 public:
  virtual ~BlobReceiver() = default;
  /// Forget what came so far: the blobs of another snapshot follow.
  virtual void restart() = 0;
  /// Take one device's state, on any thread that the runner uses. kCorrupt refuses the whole
  /// snapshot, so that the one before it is tried; any other error ends the load.
  virtual base::Status blob(std::string_view device, std::string_view bytes) = 0;
  /// Hear of a device whose state is not read now (LoadScope::kNames).
  virtual void name(std::string_view device) = 0;
};

/// A snapshot being written; nothing of it counts before commit() returns success. Abandoned by
/// destroying it.
class SnapshotWriter {
 public:
  virtual ~SnapshotWriter() = default;
  /// Add a device that changed; those not added keep the blob of the last snapshot. Each device at
  /// most once.
  virtual base::Status add(std::string_view device, const CompressedBlob& blob) = 0;
  /// Make the snapshot durable, then remove what the last three no longer need. A failed removal is
  /// logged, not returned. After an error the store is as before.
  virtual base::Status commit() = 0;
};

/// The snapshots of one lane in one folder. The owner holds the folder alone; one thread at a time.
class SnapshotStore {
 public:
  /// Make the folder if it is missing.
  static base::Result<std::unique_ptr<SnapshotStore>> open(base::FileSystem& files,
                                                           const std::string& folder,
                                                           const LaneIdentity& identity);
  virtual ~SnapshotStore() = default;

  /// Read the newest usable snapshot (see choose_snapshot) into `receiver` and return its next
  /// offset, or nothing if none was ever taken. Refused ones are logged.
  /// Blobs are unpacked and received by `runner`, files are read on the caller's thread.
  virtual base::Result<std::optional<base::Offset>> load(BlobReceiver& receiver,
                                                         const TaskRunner& runner,
                                                         LoadScope scope) = 0;
  /// Read these devices out of the newest snapshot, as load() reads all. Precondition: each is in
  /// it. **Errors:** those for which is_unusable() holds; then the lane is to be loaded anew with
  /// kBlobs. Others say nothing about the bytes.
  virtual base::Status read(std::span<const std::string_view> devices, BlobReceiver& receiver,
                            const TaskRunner& runner) = 0;
  /// Begin the snapshot that holds all records below `next`. Precondition: load() succeeded.
  virtual std::unique_ptr<SnapshotWriter> begin(base::Offset next) = 0;
  /// Return the name of the newest snapshot; empty if there is none.
  virtual std::string current() const = 0;
};

}  // namespace cortado::checkpoint
