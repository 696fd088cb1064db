// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "cortado/base/result.h"
#include "cortado/record/csv_reader.h"

namespace cortado::record {

/// Append standard base64 with padding.
void append_base64(std::string_view bytes, std::string& out);

/// Keeps bad rows as JSON lines: {"line":12,"reason":"...","bytes":"<base64>"}. The file is made
/// (or emptied) at the first row. Good input leaves none: close() removes one of an earlier run,
/// whose rows would pass for this run's. A file of any other content is neither written over nor
/// removed. One thread at a time.
class RejectFile {
 public:
  explicit RejectFile(std::string path) : path_(std::move(path)) {}

  /// **Errors:** kIo; kInvalidConfig if the file is there and holds anything but rejected rows.
  base::Status write(const RejectedRow& row);
  /// Write what is buffered and close the file; write() must not follow. The destructor does the
  /// same, but nobody sees its result. **Errors:** kIo.
  base::Status close();
  std::int64_t count() const { return count_; }
  const std::string& path() const { return path_; }

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  base::Status open();
  /// True if whatever stands there was written by an object like this one, or is empty.
  bool is_ours() const;
  base::Status remove_old() const;
  base::Error failed() const;

  std::string path_;
  std::unique_ptr<std::FILE, Closer> file_;
  std::string line_;
  std::int64_t count_ = 0;
};

}  // namespace cortado::record
