// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "chunk_index.h"
#include "chunk_log.h"
#include "cortado/base/file_system.h"

namespace cortado::kafka {

/// One partition of the state topic seen as a folder of files that are written once and never
/// changed: what the snapshot store is built on. The folder in a path plays no part. Thread-safe.
class TopicFiles final : public base::FileSystem {
 public:
  /// `place` names the partition in messages.
  TopicFiles(std::shared_ptr<ChunkLog> log, std::string place)
      : log_(std::move(log)), place_(std::move(place)) {}

  /// Of a file that is not whole, nothing: whoever reads it finds it damaged.
  base::Result<std::string> read_file(const std::string& path) override;
  /// **Errors:** kNotFound, kCorrupt if it is not whole or shorter.
  base::Result<std::string> read_range(const std::string& path, std::int64_t offset,
                                       std::int64_t size) override;
  base::Status write_file_atomically(const std::string& path, std::string_view bytes) override;
  /// Forget the file and keep its keys for take_removed(): they are deleted by somebody else.
  base::Status remove_file(const std::string& path) override;
  base::Status create_directories(const std::string&) override { return {}; }
  /// Read what was written since the last call, by whomever, and return all names.
  base::Result<std::vector<std::string>> list(const std::string& path) override;
  bool exists(const std::string& path) override;
  /// **Errors:** kUnsupported: nothing is locked in a topic.
  base::Result<std::unique_ptr<base::FileLock>> lock(const std::string& path) override;

  /// When a file was written, as the broker stamped it; none if that is not known.
  std::optional<base::EpochMillis> written(const std::string& path);
  /// Return the keys of the files removed since the last call.
  std::vector<std::string> take_removed();
  /// Delete keys now. For whoever owns no log.
  base::Status discard(const std::vector<std::string>& keys);

 private:
  using Piece = std::shared_ptr<const std::string>;
  struct Span {
    std::string name;
    ChunkIndex::Object object;
  };

  /// Read what was written since the last time. Precondition: mutex_ is held.
  base::Status catch_up();
  void take(const LogEntry& entry);
  /// Look a file up, in what was written lately too unless it is known as whole.
  base::Result<Span> find(const std::string& path);
  base::Result<Piece> piece(const Span& span, std::uint32_t index);
  base::Status fetch(const Span& span, std::uint32_t first, std::uint32_t last);
  void keep(const std::string& key, Piece piece);
  Piece cached(const std::string& key);

  std::shared_ptr<ChunkLog> log_;
  const std::string place_;

  std::mutex mutex_;
  ChunkIndex index_;
  base::Offset read_to_{0};
  std::vector<std::string> removed_;
  std::unordered_set<std::string> gone_;  ///< removed, and not yet seen as deleted
  // The pieces used last, newest first; and which piece would go on where the last fetch ended.
  std::list<std::pair<std::string, Piece>> recent_;
  std::unordered_map<std::string, std::list<std::pair<std::string, Piece>>::iterator> places_;
  std::string expected_;
};

}  // namespace cortado::kafka
