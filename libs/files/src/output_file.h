// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "cortado/base/result.h"

namespace cortado::files {

/// A file being written from front to back, or standard output.
class OutputFile {
 public:
  OutputFile() = default;
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// **Errors:** kIo, kNotFound.
  base::Status open(const std::string& path);
  base::Status write(std::string_view bytes);
  base::Status flush();
  /// Standard output is flushed and stays open.
  base::Status close();

 private:
  base::Error failed(const char* what) const;

  std::string path_;
  std::FILE* file_ = nullptr;
};

}  // namespace cortado::files
