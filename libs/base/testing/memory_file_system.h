// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/file_system.h"

namespace cortado::base::testing {

/// Files in memory: fast, and their bytes are open to tests. One thread at a time.
class MemoryFileSystem final : public FileSystem {
 public:
  Result<std::string> read_file(const std::string& path) override;
  Result<std::string> read_range(const std::string& path, std::int64_t offset,
                                 std::int64_t size) override;
  Status write_file_atomically(const std::string& path, std::string_view bytes) override;
  Status remove_file(const std::string& path) override;
  Status create_directories(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& path) override;
  bool exists(const std::string& path) override;
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override;

  /// Path -> bytes; a test may change them.
  std::map<std::string, std::string>& files() { return files_; }

 private:
  std::map<std::string, std::string> files_;
  std::set<std::string> folders_;
  std::shared_ptr<std::set<std::string>> locked_ = std::make_shared<std::set<std::string>>();
};

}  // namespace cortado::base::testing
