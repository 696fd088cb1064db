// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "crash_points.h"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <string>

namespace cortado::app {
namespace {

class SteppedFiles final : public base::FileSystem {
 public:
  SteppedFiles(base::FileSystem& inner, CrashPoints& points) : inner_(inner), points_(points) {}

  base::Result<std::string> read_file(const std::string& path) override {
    points_.reached("read");
    return inner_.read_file(path);
  }
  base::Result<std::string> read_range(const std::string& path, std::int64_t offset,
                                       std::int64_t size) override {
    points_.reached("read");
    return inner_.read_range(path, offset, size);
  }
  base::Status write_file_atomically(const std::string& path, std::string_view bytes) override {
    points_.reached("write");
    base::Status status = inner_.write_file_atomically(path, bytes);
    points_.reached("written");
    return status;
  }
  base::Status remove_file(const std::string& path) override {
    points_.reached("remove");
    base::Status status = inner_.remove_file(path);
    points_.reached("removed");
    return status;
  }
  base::Status create_directories(const std::string& path) override {
    return inner_.create_directories(path);
  }
  base::Result<std::vector<std::string>> list(const std::string& path) override {
    return inner_.list(path);
  }
  bool exists(const std::string& path) override { return inner_.exists(path); }
  base::Result<std::unique_ptr<base::FileLock>> lock(const std::string& path) override {
    return inner_.lock(path);
  }

 private:
  base::FileSystem& inner_;
  CrashPoints& points_;
};

}  // namespace

CrashPoints::CrashPoints(const char* spec) {
  if (spec == nullptr) return;
  const std::string_view text(spec);
  step_ = text.substr(0, text.find(':'));
  left_ = step_.size() < text.size() ? std::strtol(text.data() + step_.size() + 1, nullptr, 10) : 1;
}

void CrashPoints::reached(std::string_view step) {
  if (step != step_) return;
  if (std::atomic_ref<long>(left_).fetch_sub(1) == 1) std::raise(SIGKILL);
}

std::unique_ptr<base::FileSystem> CrashPoints::wrap(base::FileSystem& files) {
  return std::make_unique<SteppedFiles>(files, *this);
}

}  // namespace cortado::app
