// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/ids.h"
#include "cortado/base/result.h"

namespace cortado::checkpoint {

/// Whose state a snapshot is. A snapshot of another identity is never loaded.
struct LaneIdentity {
  base::TopicPartition lane;
  std::int32_t partition_count = 0;   ///< of the input topic when the snapshot was taken
  std::string hash_name = "murmur2";  ///< what assigned devices to partitions
  std::string cluster_id;
  std::string model_hash;  ///< what changes model bytes
  /// Of whoever took the snapshot; any score bit may change with it. It makes no other identity:
  /// the state is as good, but records after it must not be scored again by another version.
  std::uint32_t algorithm_version = 0;
  /// What else decides what a record does to a model and what becomes of it, as `kind=hash` joined
  /// by `;`. No other identity either; empty: not known.
  std::string settings_hash = {};
};

/// A file of blobs, referred to by its index in Manifest::packs.
struct PackFile {
  std::string name;  ///< within the lane's folder
  std::uint64_t size = 0;

  bool operator==(const PackFile&) const = default;
};

/// Where one device's compressed blob lies.
struct BlobEntry {
  std::string device;
  std::uint32_t pack = 0;
  std::uint64_t offset = 0;
  std::uint32_t stored_size = 0;
  std::uint32_t raw_size = 0;
  std::uint32_t crc32c = 0;  ///< of the stored bytes
  base::Offset next = {};    ///< the device's records below it are in the blob

  bool operator==(const BlobEntry&) const = default;
};

/// Records of a device that became dead letters since another lane had its model: all of the
/// device's from `from` on, up to `to`. No model of the lane sees them, in a replay neither.
struct RefusedSpan {
  std::string device;
  base::Offset from;
  std::optional<base::Offset> to = {};  ///< none: all that are committed, and perhaps more

  bool operator==(const RefusedSpan&) const = default;
};

/// Which records a snapshot holds.
struct SnapshotFacts {
  base::Offset next_offset;  ///< when it was taken, all below was committed
  base::Offset low_water;    ///< all below it is in the blobs: whoever loads it reads on from here
  std::vector<base::Offset> skipped;  ///< ascending: records that no model may ever see
  /// If above the low water: of a device without an entry no record below it is ever learned; what
  /// lies between is read for others.
  base::Offset floor = {};
  std::vector<RefusedSpan> refused = {};  ///< by device, then ascending and apart from each other

  bool operator==(const SnapshotFacts&) const = default;
};

/// One snapshot of one lane. A device's records at or above `low_water` and at or above its entry's
/// `next` are not in it.
struct Manifest {
  std::uint64_t number = 0;  ///< grows with every snapshot of the lane
  LaneIdentity identity;
  SnapshotFacts facts;
  std::string parent;  ///< the manifest that it was made from; empty for the first
  std::vector<PackFile> packs;
  std::vector<BlobEntry> entries;  ///< sorted by device, each once
};

/// Write a manifest as docs/formats/manifest.md says, in the newest version.
std::string encode(const Manifest& manifest);

/// Read one. Every entry of the result lies within a pack of the result. **Errors:** kCorrupt,
/// whatever byte is wrong; kUnsupported for a format version that this build does not know.
base::Result<Manifest> decode_manifest(std::string_view bytes);

}  // namespace cortado::checkpoint
