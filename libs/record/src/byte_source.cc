// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/record/byte_source.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <zlib.h>

namespace cortado::record {
namespace {

struct Closer {
  void operator()(gzFile file) const { gzclose_r(file); }
};
using GzHandle = std::unique_ptr<std::remove_pointer_t<gzFile>, Closer>;

/// zlib reads what is not compressed as it is.
class GzSource : public ByteSource {
 public:
  GzSource(GzHandle file, std::string path, std::int64_t size)
      : file_(std::move(file)), path_(std::move(path)), size_(size) {}

  base::Result<std::size_t> read(char* buffer, std::size_t size) override {
    constexpr std::size_t kMost = 1U << 30U;
    errno = 0;
    const int count = gzread(file_.get(), buffer, static_cast<unsigned>(std::min(size, kMost)));
    int code = Z_OK;
    const char* const message = gzerror(file_.get(), &code);
    if (code == Z_ERRNO)
      return base::Error(base::ErrorCode::kIo,
                         path_ + ": " + std::generic_category().message(errno));
    // A cut file gives its last bytes first and the error with the next read.
    const bool broken = code != Z_OK && code != Z_STREAM_END;
    if (count < 0 || (count == 0 && broken)) {
      return base::Error(base::ErrorCode::kCorrupt,
                         path_ + " is not a whole gzip file: " + message);
    }
    return static_cast<std::size_t>(count);
  }

  std::int64_t position() const override { return gzoffset(file_.get()); }
  std::int64_t size() const override { return size_; }

 private:
  GzHandle file_;
  std::string path_;
  std::int64_t size_;
};

class MemorySource : public ByteSource {
 public:
  explicit MemorySource(std::string bytes) : bytes_(std::move(bytes)) {}

  base::Result<std::size_t> read(char* buffer, std::size_t size) override {
    const std::size_t count = bytes_.copy(buffer, size, at_);
    at_ += count;
    return count;
  }
  std::int64_t position() const override { return static_cast<std::int64_t>(at_); }
  std::int64_t size() const override { return static_cast<std::int64_t>(bytes_.size()); }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

}  // namespace

base::Result<std::unique_ptr<ByteSource>> open_file(const std::string& path) {
  constexpr unsigned kBuffer = 1U << 17U;
  const bool standard_input = path == "-";
  std::error_code error;
  if (!standard_input && std::filesystem::is_directory(path, error))
    return base::Error(base::ErrorCode::kIo, path + " is a folder; name the file in it");
  GzHandle file(standard_input ? gzdopen(0, "rb") : gzopen(path.c_str(), "rb"));
  if (file == nullptr) {
    const auto code = errno == ENOENT ? base::ErrorCode::kNotFound : base::ErrorCode::kIo;
    return base::Error(code, path + ": " + std::generic_category().message(errno));
  }
  gzbuffer(file.get(), kBuffer);
  std::int64_t size = -1;
  if (!standard_input && std::filesystem::is_regular_file(path, error))
    size = static_cast<std::int64_t>(std::filesystem::file_size(path, error));
  return std::unique_ptr<ByteSource>(std::make_unique<GzSource>(std::move(file), path, size));
}

std::unique_ptr<ByteSource> memory_source(std::string bytes) {
  return std::make_unique<MemorySource>(std::move(bytes));
}

}  // namespace cortado::record
