// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "cortado/base/result.h"

namespace cortado::record {

/// Bytes from front to back. One thread at a time.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Read up to `size` bytes, at least one; 0 = the end. **Errors:** kIo; kCorrupt for a broken or
  /// cut .gz.
  virtual base::Result<std::size_t> read(char* buffer, std::size_t size) = 0;
  /// How many bytes of the file (before decompression) were taken, and how many it has; -1 where
  /// nobody knows, as for a pipe. For progress bars.
  virtual std::int64_t position() const = 0;
  virtual std::int64_t size() const = 0;
};

/// Open a file, plain or gzip (told by its content, not its name); "-" is standard input.
/// **Errors:** kNotFound, kIo.
base::Result<std::unique_ptr<ByteSource>> open_file(const std::string& path);

/// Bytes that the source owns.
std::unique_ptr<ByteSource> memory_source(std::string bytes);

}  // namespace cortado::record
