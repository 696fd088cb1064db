// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/file_system.h"
#include "cortado/base/result.h"
#include "cortado/checkpoint/blob.h"
#include "cortado/checkpoint/manifest.h"
#include "cortado/checkpoint/snapshot_store.h"

namespace cortado::checkpoint {

/// One snapshot as it lies in a lane's folder.
struct FoundSnapshot {
  SnapshotName name;
  std::optional<Manifest> manifest = {};  ///< none = its bytes are not sound
  std::string problem = {};               ///< why there is none
  std::uint64_t bytes = 0;                ///< of the manifest itself
};

/// What is wrong with a snapshot, piece by piece.
struct Damage {
  std::string where;  ///< a pack or a device
  std::string what;
};

/// The snapshots of one lane for whoever only looks: nothing is made, changed or removed, and no
/// snapshot is preferred. One thread at a time.
class LaneArchive {
 public:
  LaneArchive(base::FileSystem& files, std::string folder)
      : files_(files), folder_(std::move(folder)) {}

  /// Return all snapshots, newest first; none if there is no such folder.
  base::Result<std::vector<FoundSnapshot>> snapshots() const;
  /// Return one by its name; with a hash its bytes must be those. **Errors:** kNotFound; kCorrupt
  /// if the bytes are not sound.
  base::Result<FoundSnapshot> find(const SnapshotName& name) const;
  /// Read one device's state as it is stored; its checksum holds. **Errors:** kCorrupt, kNotFound.
  base::Result<CompressedBlob> read(const Manifest& manifest, const BlobEntry& entry) const;
  /// Read everything that a snapshot names and return what is wrong. **Errors:** those that say
  /// nothing about the bytes (see is_unusable).
  base::Result<std::vector<Damage>> verify(const Manifest& manifest) const;
  /// Return the files that belong to snapshots but that no sound one names: of an interrupted
  /// write, of a fenced owner, or waiting for the next clean-up.
  base::Result<std::vector<std::string>> unnamed(const std::vector<FoundSnapshot>& all) const;
  /// Return every file of the folder that belongs to snapshots, manifests first.
  base::Result<std::vector<std::string>> files() const;

 private:
  base::FileSystem& files_;
  std::string folder_;
};

}  // namespace cortado::checkpoint
