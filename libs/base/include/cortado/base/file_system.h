// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/result.h"

namespace cortado::base {

/// Holds a lock on a file until destroyed.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

/// The few file operations that durable state needs, injected so that tests can make any of them
/// fail or crash. Paths are absolute or relative to the working directory. Thread-safe. **Errors**
/// of all: kIo with errno's text and path; kNotFound for no such path; kUnavailable for no room.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  virtual Result<std::string> read_file(const std::string& path) = 0;
  /// Read `size` bytes from `offset`. **Errors:** kCorrupt if the file is shorter.
  virtual Result<std::string> read_range(const std::string& path, std::int64_t offset,
                                         std::int64_t size) = 0;
  /// Replace or create a file so that a crash leaves the old one or the new one, whole: temporary
  /// file, fsync, rename, fsync of the folder.
  virtual Status write_file_atomically(const std::string& path, std::string_view bytes) = 0;
  /// Create a file, whole or not at all, and leave one that is there as it is: of all that come at
  /// once one succeeds. Unless a file system does it better, only where nobody else writes.
  /// **Errors:** kAlreadyExists.
  virtual Status create_file(const std::string& path, std::string_view bytes);
  virtual Status remove_file(const std::string& path) = 0;
  /// Create the folder and its parents; fine if it exists.
  virtual Status create_directories(const std::string& path) = 0;
  /// Return the names in a folder, sorted, without "." and "..".
  virtual Result<std::vector<std::string>> list(const std::string& path) = 0;
  virtual bool exists(const std::string& path) = 0;
  /// Take an exclusive lock on a file, made if missing. **Errors:** kLocked if another process
  /// holds it, with its pid where the file tells.
  virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;
};

/// Return the operating system's files; lives as long as the process.
FileSystem& posix_file_system();

}  // namespace cortado::base
