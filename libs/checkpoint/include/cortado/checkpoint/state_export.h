// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/file_system.h"
#include "cortado/base/ids.h"
#include "cortado/base/result.h"
#include "cortado/checkpoint/blob.h"
#include "cortado/checkpoint/manifest.h"

namespace cortado::checkpoint {

/// A lane that an export was taken of.
struct ExportedLane {
  base::Partition partition;
  SnapshotFacts facts;
  std::vector<base::Offset> dismissed = {};  ///< ascending: of the skipped, by a person's decision

  bool operator==(const ExportedLane&) const = default;
};

/// What stands before the devices of an export: where they come from, and what can read them.
struct ExportHead {
  std::string topic;
  std::int32_t partition_count = 0;
  std::string hash_name;
  std::string cluster_id;
  std::string model_hash;
  std::vector<ExportedLane> lanes;  ///< ascending, each once

  bool operator==(const ExportHead&) const = default;
};

/// One device's state with the place of its records.
struct ExportedDevice {
  std::string device;
  base::Partition partition;  ///< of the topic in the head
  base::Offset next;          ///< the device's records below it are in the blob
  CompressedBlob blob = {};
};

/// Writes docs/formats/state-export.md piece by piece: begin(), add() for each device, end().
class ExportWriter {
 public:
  using Sink = std::function<base::Status(std::string_view)>;

  explicit ExportWriter(Sink sink) : sink_(std::move(sink)) {}

  base::Status begin(const ExportHead& head);
  base::Status add(const ExportedDevice& device);
  base::Status end();

 private:
  base::Status write(std::string_view bytes);

  Sink sink_;
  std::uint64_t devices_ = 0;
  std::uint32_t crc32c_ = 0;
};

/// Reads an export from its beginning to its end, one device in memory at a time.
class ExportReader {
 public:
  /// Read and check the head. **Errors:** kCorrupt, kUnsupported for another format version; those
  /// of the file.
  static base::Result<std::unique_ptr<ExportReader>> open(base::FileSystem& files,
                                                          const std::string& path);

  const ExportHead& head() const { return head_; }
  /// Return the next device; none at the end, when all that was read is proven to be what was
  /// written. **Errors:** kCorrupt.
  base::Result<std::optional<ExportedDevice>> next();

 private:
  ExportReader(base::FileSystem& files, std::string path) : files_(files), path_(std::move(path)) {}

  base::Result<std::string> take(std::uint64_t size);
  base::Status read_head();
  base::Status read_end();
  base::Error corrupt(const std::string& what) const;

  base::FileSystem& files_;
  std::string path_;
  ExportHead head_;
  std::uint64_t position_ = 0;
  std::uint64_t devices_ = 0;
  std::uint32_t crc32c_ = 0;
};

}  // namespace cortado::checkpoint
