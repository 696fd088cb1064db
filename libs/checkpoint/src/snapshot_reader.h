// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cortado/base/file_system.h"
#include "cortado/base/result.h"
#include "cortado/checkpoint/manifest.h"
#include "cortado/checkpoint/snapshot_store.h"

namespace cortado::checkpoint {

/// Reads the packs of a lane's folder. Files are read on the caller's thread.
class SnapshotReader {
 public:
  SnapshotReader(base::FileSystem& files, std::string folder)
      : files_(files), folder_(std::move(folder)) {}

  /// Check that every pack is there with its header and all its length; cheap.
  base::Status check_packs(const Manifest& manifest) const;
  /// Read one blob as it is stored.
  base::Result<std::string> read_stored(const Manifest& manifest, const BlobEntry& entry) const;
  /// Unpack and hand over the blobs of `entries`, a bounded number of them in memory at a time.
  base::Status read(const Manifest& manifest, std::span<const BlobEntry* const> entries,
                    BlobReceiver& receiver, const TaskRunner& runner) const;

 private:
  base::Status read_group(const Manifest& manifest, std::span<const BlobEntry* const> entries,
                          BlobReceiver& receiver, const TaskRunner& runner) const;
  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  base::FileSystem& files_;
  std::string folder_;
};

/// Find the entries of devices. **Errors:** kInternal if one has none.
base::Result<std::vector<const BlobEntry*>> find_entries(const Manifest& manifest,
                                                         std::span<const std::string_view> devices);

}  // namespace cortado::checkpoint
