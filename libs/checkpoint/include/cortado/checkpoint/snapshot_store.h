// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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
  kBlobs,    ///< every blob, which proves the snapshot
  kNames,    ///< the devices' names; a blob is proven when read() takes it
  kNothing,  ///< no snapshot at all: what is there is only remembered for the clean-up
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
  /// Take one device's state after its records below `next`, on any thread that the runner uses.
  /// kCorrupt refuses the whole snapshot, so that the one before it is tried; any other error ends
  /// the load.
  virtual base::Status blob(std::string_view device, base::Offset next, std::string_view bytes) = 0;
  /// Hear of a device whose state is not read now (LoadScope::kNames); `empty`: it was reset or
  /// forgotten, so that its state is that of a device never seen.
  virtual void name(std::string_view device, base::Offset next, bool empty) = 0;
};

/// What a commit carries to find a snapshot again: its manifest and the hash of that one's bytes.
struct SnapshotName {
  std::string name;
  std::string hash;

  bool empty() const { return name.empty(); }
  bool operator==(const SnapshotName&) const = default;
};

/// What a snapshot is to those before it.
enum class Lineage {
  kFollows,  ///< from its parent and the log: where it is damaged, its parent and the log will do
  kRoot,     ///< from what a person decided: an older one would undo that, so none stands in for it
};

/// A snapshot being written; nothing of it counts before a commit of the log names it. Abandoned by
/// destroying it, which removes nothing. One thread at a time, not necessarily the store's.
class SnapshotWriter {
 public:
  virtual ~SnapshotWriter() = default;
  /// Add a device that changed, as it is after its records below `next`; those not added keep the
  /// blob of the snapshot before. Each device at most once.
  virtual base::Status add(std::string_view device, base::Offset next,
                           const CompressedBlob& blob) = 0;
  /// Make blobs and manifest durable under names never used before, and the snapshot the store's
  /// newest. Removes nothing: whoever does not own the lane any more can waste space, no more.
  /// After an error the store is as before. **Errors:** where is_unusable() holds, the blobs of
  /// devices that were not added are gone; others say nothing about them.
  virtual base::Result<SnapshotName> commit() = 0;
};

/// Which snapshot to load.
struct LoadRequest {
  SnapshotName wanted = {};                  ///< what the log points at; empty = the newest usable
  std::optional<base::Offset> at_most = {};  ///< pass over what holds records at or above it
  std::optional<base::Offset> told = {};     ///< the offset that stands beside `wanted` in the log
  LoadScope scope = LoadScope::kBlobs;
};

/// The snapshot that was loaded.
struct Loaded {
  SnapshotName name;
  SnapshotFacts facts;
  // Of whoever took it.
  std::uint32_t algorithm_version = 0;
  std::string settings_hash = {};
  /// False if a newer manifest than this one cannot be read, and with it what the lane refused
  /// since.
  bool knows_refused = true;
};

/// The snapshots of one lane. Thread-safe, but for one writer at a time.
class SnapshotStore {
 public:
  virtual ~SnapshotStore() = default;

  /// Read the wanted snapshot into `receiver`, or the newest usable one that it was made from where
  /// its bytes are damaged (see line_of, choose_snapshot), and go on from it. What the lane refused
  /// is told by the newest manifest that can be read, whichever is used. Nothing if none is wanted
  /// and none was ever taken. Refused ones are logged. Blobs are unpacked and received by `runner`.
  /// Call it after the lane's former owners were fenced. **Errors:** kNotFound if the store knows
  /// no manifest of the wanted name; those of tells_too_little and choose_snapshot.
  virtual base::Result<std::optional<Loaded>> load(const LoadRequest& request,
                                                   BlobReceiver& receiver,
                                                   const TaskRunner& runner) = 0;
  /// Read these devices out of the newest snapshot, as load() reads all. Precondition: each is in
  /// it. **Errors:** those for which is_unusable() holds; then the lane is to be loaded anew with
  /// kBlobs. Others say nothing about the bytes.
  virtual base::Status read(std::span<const std::string_view> devices, BlobReceiver& receiver,
                            const TaskRunner& runner) = 0;
  /// Begin a snapshot on top of the newest. Precondition: load() succeeded; no other writer lives.
  virtual std::unique_ptr<SnapshotWriter> begin(const SnapshotFacts& facts, Lineage lineage) = 0;
  std::unique_ptr<SnapshotWriter> begin(const SnapshotFacts& facts) {
    return begin(facts, Lineage::kFollows);
  }
  /// Return the newest snapshot, whether a commit names it yet or not; empty if there is none.
  virtual SnapshotName current() const = 0;
  /// Hear that a commit which names this snapshot is known to have succeeded, so that whoever might
  /// still write is fenced. Only now, and only of what load() found or this store wrote, remove
  /// what neither it, a later one nor the two before it need. Returns the keys that the log is to
  /// delete within its next transaction (a store in a topic), none for a store that removes by
  /// itself. What cannot be removed is logged.
  virtual std::vector<std::string> superseded(std::string_view name) = 0;
};

/// Where the snapshots of all lanes are kept.
class SnapshotStores {
 public:
  virtual ~SnapshotStores() = default;
  /// Open a lane's store. `writer` tells this owner of the lane from all others, ever: names are
  /// made from it. Thread-safe.
  virtual base::Result<std::unique_ptr<SnapshotStore>> open(const LaneIdentity& identity,
                                                            std::uint64_t writer) = 0;
  /// Return the devices that the newest sound snapshot of a lane holds a state of, sorted, without
  /// those that it refuses since another lane has them; none if
  /// there is none, or where it would take reading all snapshots to tell. Thread-safe.
  virtual base::Result<std::vector<std::string>> devices(const base::TopicPartition& /*lane*/) {
    return std::vector<std::string>();
  }
  /// Return where a lane's snapshots lie, for messages.
  virtual std::string place(const base::TopicPartition& lane) const = 0;
};

}  // namespace cortado::checkpoint
