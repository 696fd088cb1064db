// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/file_system.h"

namespace cortado::base::testing {

/// What happens to the chosen operation.
enum class Fault {
  kFail,         ///< it reports an error and does nothing; later ones work
  kFailAfter,    ///< it reports an error although it took effect; later ones work
  kCrashBefore,  ///< the process dies before it
  kCrashWithin,  ///< it dies in the middle: a write leaves half of its temporary file
  kCrashAfter,   ///< it dies after it
};

/// Passes operations on to another file system until one of them goes wrong. After a crash
/// everything fails, until a test opens what is left through the inner one. Every operation counts,
/// those that only read included. One thread at a time.
class FaultyFileSystem final : public FileSystem {
 public:
  explicit FaultyFileSystem(FileSystem& inner) : inner_(inner) {}

  /// Let the operation after the next `count` ones go wrong.
  void arm(std::int64_t count, Fault fault);
  /// Operations since the beginning.
  std::int64_t operations() const { return operations_; }
  bool crashed() const { return crashed_; }
  /// Die now.
  void crash() { crashed_ = true; }
  /// Let the next `count` operations that need room find a full disk.
  void fill(std::int64_t count) { full_ = count; }
  bool full() const { return full_ > 0; }
  /// True if the armed fault has happened.
  bool struck() const { return struck_; }

  Result<std::string> read_file(const std::string& path) override;
  Result<std::string> read_range(const std::string& path, std::int64_t offset,
                                 std::int64_t size) override;
  Status write_file_atomically(const std::string& path, std::string_view bytes) override;
  Status remove_file(const std::string& path) override;
  Status create_directories(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& path) override;
  bool exists(const std::string& path) override;
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override;

 private:
  /// Do one operation; `half` does what a death in the middle leaves behind.
  template <typename T>
  Result<T> guard(const std::function<Result<T>()>& operation, const std::function<void()>& half);
  bool strikes();
  /// Tell whether the disk is full for the operation that wants to know.
  bool finds_no_room();

  FileSystem& inner_;
  std::int64_t operations_ = 0;
  std::int64_t full_ = 0;
  std::int64_t armed_at_ = -1;
  Fault fault_ = Fault::kFail;
  bool struck_ = false;
  bool crashed_ = false;
};

}  // namespace cortado::base::testing
