// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "output_file.h"

#include <cerrno>
#include <system_error>

namespace cortado::files {

OutputFile::~OutputFile() {
  if (file_ != nullptr && file_ != stdout) std::fclose(file_);
}

base::Status OutputFile::open(const std::string& path) {
  path_ = path;
  file_ = path == "-" ? stdout : std::fopen(path.c_str(), "wb");
  if (file_ == nullptr) return failed("cannot create");
  return {};
}

base::Status OutputFile::write(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) {
    return failed("cannot write");
  }
  return {};
}

base::Status OutputFile::flush() {
  if (std::fflush(file_) != 0) return failed("cannot write");
  return {};
}

base::Status OutputFile::close() {
  if (file_ == nullptr) return {};
  std::FILE* const file = file_;
  file_ = nullptr;
  if (file == stdout ? std::fflush(file) != 0 : std::fclose(file) != 0) {
    return failed("cannot write");
  }
  return {};
}

base::Error OutputFile::failed(const char* what) const {
  const int code = errno;
  return base::Error(code == ENOENT ? base::ErrorCode::kNotFound : base::ErrorCode::kIo,
                     std::string(what) + " " + (path_ == "-" ? "standard output" : path_) + ": " +
                         std::generic_category().message(code));
}

}  // namespace cortado::files
