// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cortado/base/file_system.h"

namespace cortado::base::testing {

/// Files that exist in memory alone. Every call counts as one operation; fail_at makes one of them
/// (or it and all later ones, as after a crash) fail with kIo and change nothing. Thread-safe.
class MemoryFileSystem final : public FileSystem {
 public:
  enum class Failure { kOnce, kFromThenOn };

  Result<std::string> read_file(const std::string& path) override;
  Result<std::string> read_range(const std::string& path, std::int64_t offset,
                                 std::int64_t size) override;
  Status write_file_atomically(const std::string& path, std::string_view bytes) override;
  Status remove_file(const std::string& path) override;
  Status create_directories(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& path) override;
  bool exists(const std::string& path) override;
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override;

  /// Let the operation with this number, counted from 0 since now, fail.
  void fail_at(std::int64_t operation, Failure failure = Failure::kOnce);
  void heal();
  /// Operations since the beginning or the last fail_at.
  std::int64_t operations() const;

  /// The files themselves, to look at and to damage.
  std::map<std::string, std::string> files() const;
  void put(const std::string& path, std::string bytes);

 private:
  class Lock;
  Status count(const std::string& what);
  bool is_folder(const std::string& path) const;

  mutable std::mutex mutex_;
  std::map<std::string, std::string> files_;
  std::set<std::string> folders_;
  std::shared_ptr<std::set<std::string>> locks_ = std::make_shared<std::set<std::string>>();
  std::int64_t operations_ = 0;
  std::optional<std::int64_t> fail_at_;
  Failure failure_ = Failure::kOnce;
};

}  // namespace cortado::base::testing
