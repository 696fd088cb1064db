// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "memory_file_system.h"

namespace cortado::base::testing {
namespace {

class MemoryLock final : public FileLock {
 public:
  MemoryLock(std::shared_ptr<std::set<std::string>> locked, std::string path)
      : locked_(std::move(locked)), path_(std::move(path)) {}
  ~MemoryLock() override { locked_->erase(path_); }
  MemoryLock(const MemoryLock&) = delete;
  MemoryLock& operator=(const MemoryLock&) = delete;

 private:
  std::shared_ptr<std::set<std::string>> locked_;
  std::string path_;
};

Error not_found(const std::string& path) {
  return Error(ErrorCode::kNotFound, "cannot open " + path + ": No such file or directory");
}

}  // namespace

Result<std::string> MemoryFileSystem::read_file(const std::string& path) {
  const auto found = files_.find(path);
  if (found == files_.end()) return not_found(path);
  return found->second;
}

Result<std::string> MemoryFileSystem::read_range(const std::string& path, std::int64_t offset,
                                                 std::int64_t size) {
  CORTADO_ASSIGN(const std::string bytes, read_file(path));
  const auto length = static_cast<std::int64_t>(bytes.size());
  if (offset < 0 || size < 0 || size > length || offset > length - size) {
    return Error(ErrorCode::kCorrupt, path + " is shorter than its manifest says");
  }
  return bytes.substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(size));
}

Status MemoryFileSystem::write_file_atomically(const std::string& path, std::string_view bytes) {
  const std::size_t slash = path.rfind('/');
  if (slash != std::string::npos && !folders_.contains(path.substr(0, slash))) {
    return not_found(path);
  }
  files_[path] = bytes;
  files_.erase(path + ".tmp");
  return {};
}

Status MemoryFileSystem::remove_file(const std::string& path) {
  if (files_.erase(path) == 0) return not_found(path);
  return {};
}

Status MemoryFileSystem::create_directories(const std::string& path) {
  for (std::size_t end = path.find('/'); end != std::string::npos; end = path.find('/', end + 1)) {
    folders_.insert(path.substr(0, end));
  }
  folders_.insert(path);
  return {};
}

Result<std::vector<std::string>> MemoryFileSystem::list(const std::string& path) {
  if (!folders_.contains(path)) return not_found(path);
  std::set<std::string> names;
  const std::string prefix = path + "/";
  const auto add = [&](const std::string& entry) {
    if (!entry.starts_with(prefix)) return;
    const std::string rest = entry.substr(prefix.size());
    if (!rest.empty()) names.insert(rest.substr(0, rest.find('/')));
  };
  for (const auto& [file, bytes] : files_) add(file);
  for (const std::string& folder : folders_) add(folder);
  return std::vector<std::string>(names.begin(), names.end());
}

bool MemoryFileSystem::exists(const std::string& path) {
  return files_.contains(path) || folders_.contains(path);
}

Result<std::unique_ptr<FileLock>> MemoryFileSystem::lock(const std::string& path) {
  if (!locked_->insert(path).second) {
    return Error(ErrorCode::kLocked, path + " is locked by process 1");
  }
  return std::unique_ptr<FileLock>(std::make_unique<MemoryLock>(locked_, path));
}

}  // namespace cortado::base::testing
