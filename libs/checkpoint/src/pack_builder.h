// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/file_system.h"
#include "cortado/base/result.h"
#include "cortado/checkpoint/manifest.h"

namespace cortado::checkpoint {

/// Collects the blobs of a new snapshot, writes them as packs and makes the manifest's tables.
class PackBuilder {
 public:
  PackBuilder(base::FileSystem& files, std::string folder, std::uint64_t number,
              std::uint64_t writer);

  std::uint64_t number() const { return number_; }
  bool has(std::string_view device) const { return entries_.contains(device); }
  /// The devices added so far.
  std::set<std::string, std::less<>> devices() const;

  /// Add a blob; `pack` and `offset` of the entry are set here. Writes a pack when it is large.
  base::Status add(BlobEntry entry, std::string_view stored);
  /// Take over an entry as it is, in an older pack.
  void refer(const BlobEntry& entry, const PackFile& pack);
  /// Write what is not written yet.
  base::Status flush();
  /// Fill packs and entries. Precondition: flushed.
  void finish(Manifest& manifest) const;

 private:
  struct Place {
    BlobEntry entry;
    PackFile pack;
  };

  base::FileSystem& files_;
  std::string folder_;
  std::uint64_t number_;
  std::uint64_t writer_;
  std::string bytes_;                 ///< of the pack being built
  std::vector<std::string> pending_;  ///< its devices
  std::map<std::string, Place, std::less<>> entries_;
};

/// Tell which packs of a snapshot are worth copying when these devices are written anew: those of
/// which less than half would stay in use, the sparsest first, up to a bound that keeps a snapshot
/// short.
std::vector<bool> sparse_packs(const Manifest& manifest,
                               const std::set<std::string, std::less<>>& replaced);

/// Check stored bytes before they are copied. **Errors:** kCorrupt.
base::Status check_stored(std::string_view stored, const BlobEntry& entry);

}  // namespace cortado::checkpoint
