// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "memory_file_system.h"

#include <utility>

namespace cortado::base::testing {
namespace {

Error not_found(const std::string& path) {
  return Error(ErrorCode::kNotFound, "cannot open " + path + ": No such file or directory");
}

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

}  // namespace

class MemoryFileSystem::Lock final : public FileLock {
 public:
  Lock(std::shared_ptr<std::set<std::string>> locks, std::string path)
      : locks_(std::move(locks)), path_(std::move(path)) {}
  ~Lock() override { locks_->erase(path_); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  std::shared_ptr<std::set<std::string>> locks_;
  std::string path_;
};

Status MemoryFileSystem::count(const std::string& what) {
  const std::int64_t now = operations_++;
  if (!fail_at_) return {};
  const bool hit = failure_ == Failure::kOnce ? now == *fail_at_ : now >= *fail_at_;
  if (hit) return Error(ErrorCode::kIo, "injected failure: " + what);
  return {};
}

bool MemoryFileSystem::is_folder(const std::string& path) const {
  return path.empty() || path == "." || folders_.contains(path);
}

Result<std::string> MemoryFileSystem::read_file(const std::string& path) {
  const std::lock_guard lock(mutex_);
  CORTADO_TRY(count("read " + path));
  const auto found = files_.find(path);
  if (found == files_.end()) return not_found(path);
  return found->second;
}

Result<std::string> MemoryFileSystem::read_range(const std::string& path, std::int64_t offset,
                                                 std::int64_t size) {
  CORTADO_ASSIGN(const std::string bytes, read_file(path));
  const auto length = static_cast<std::int64_t>(bytes.size());
  if (offset < 0 || size < 0 || size > length || offset > length - size)
    return Error(ErrorCode::kCorrupt, path + " is shorter than its manifest says");
  return bytes.substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(size));
}

Status MemoryFileSystem::write_file_atomically(const std::string& path, std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  CORTADO_TRY(count("write " + path));
  if (!is_folder(parent_of(path))) return not_found(path);
  files_[path] = std::string(bytes);
  return {};
}

Status MemoryFileSystem::remove_file(const std::string& path) {
  const std::lock_guard lock(mutex_);
  CORTADO_TRY(count("remove " + path));
  if (files_.erase(path) == 0) return not_found(path);
  return {};
}

Status MemoryFileSystem::create_directories(const std::string& path) {
  const std::lock_guard lock(mutex_);
  CORTADO_TRY(count("create folder " + path));
  for (std::string folder = path; !folder.empty(); folder = parent_of(folder))
    folders_.insert(folder);
  return {};
}

Result<std::vector<std::string>> MemoryFileSystem::list(const std::string& path) {
  const std::lock_guard lock(mutex_);
  CORTADO_TRY(count("list " + path));
  if (!is_folder(path)) return not_found(path);
  std::set<std::string> names;
  const auto add = [&](const std::string& entry) {
    if (entry.size() > path.size() + 1 && parent_of(entry) == path)
      names.insert(entry.substr(path.size() + 1));
  };
  for (const auto& [file, bytes] : files_) add(file);
  for (const auto& folder : folders_) add(folder);
  return std::vector<std::string>(names.begin(), names.end());
}

bool MemoryFileSystem::exists(const std::string& path) {
  const std::lock_guard lock(mutex_);
  return files_.contains(path) || folders_.contains(path);
}

Result<std::unique_ptr<FileLock>> MemoryFileSystem::lock(const std::string& path) {
  const std::lock_guard guard(mutex_);
  CORTADO_TRY(count("lock " + path));
  if (!is_folder(parent_of(path))) return not_found(path);
  if (!locks_->insert(path).second)
    return Error(ErrorCode::kLocked, path + " is locked by another process");
  files_.try_emplace(path);
  return std::unique_ptr<FileLock>(std::make_unique<Lock>(locks_, path));
}

void MemoryFileSystem::fail_at(std::int64_t operation, Failure failure) {
  const std::lock_guard lock(mutex_);
  operations_ = 0;
  fail_at_ = operation;
  failure_ = failure;
}

void MemoryFileSystem::heal() {
  const std::lock_guard lock(mutex_);
  fail_at_.reset();
}

std::int64_t MemoryFileSystem::operations() const {
  const std::lock_guard lock(mutex_);
  return operations_;
}

std::map<std::string, std::string> MemoryFileSystem::files() const {
  const std::lock_guard lock(mutex_);
  return files_;
}

void MemoryFileSystem::put(const std::string& path, std::string bytes) {
  const std::lock_guard lock(mutex_);
  files_[path] = std::move(bytes);
}

}  // namespace cortado::base::testing
