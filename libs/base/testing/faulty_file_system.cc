// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "faulty_file_system.h"

namespace cortado::base::testing {
namespace {

Error injected() { return Error(ErrorCode::kIo, "injected fault"); }

Error no_room() { return Error(ErrorCode::kUnavailable, "no space left on device"); }

void nothing() {}

}  // namespace

void FaultyFileSystem::arm(std::int64_t count, Fault fault) {
  armed_at_ = operations_ + count;
  fault_ = fault;
  struck_ = false;
}

bool FaultyFileSystem::strikes() {
  const bool now = operations_++ == armed_at_;
  struck_ = struck_ || now;
  return now;
}

bool FaultyFileSystem::finds_no_room() {
  if (full_ == 0) return false;
  --full_;
  return true;
}

template <typename T>
Result<T> FaultyFileSystem::guard(const std::function<Result<T>()>& operation,
                                  const std::function<void()>& half) {
  if (crashed_) return injected();
  if (!strikes()) return operation();
  crashed_ = fault_ != Fault::kFail && fault_ != Fault::kFailAfter;
  if (fault_ == Fault::kCrashWithin) half();
  if (fault_ == Fault::kCrashAfter || fault_ == Fault::kFailAfter) {
    static_cast<void>(operation());  // Its result is what the caller never learns.
  }
  return injected();
}

Result<std::string> FaultyFileSystem::read_file(const std::string& path) {
  return guard<std::string>([&] { return inner_.read_file(path); }, nothing);
}

Result<std::string> FaultyFileSystem::read_range(const std::string& path, std::int64_t offset,
                                                 std::int64_t size) {
  return guard<std::string>([&] { return inner_.read_range(path, offset, size); }, nothing);
}

Status FaultyFileSystem::write_file_atomically(const std::string& path, std::string_view bytes) {
  if (finds_no_room()) return no_room();
  return guard<void>([&] { return inner_.write_file_atomically(path, bytes); },
                     [&] {
                       static_cast<void>(inner_.write_file_atomically(
                           path + ".tmp", bytes.substr(0, bytes.size() / 2)));
                     });
}

Status FaultyFileSystem::remove_file(const std::string& path) {
  return guard<void>([&] { return inner_.remove_file(path); }, nothing);
}

Status FaultyFileSystem::create_directories(const std::string& path) {
  if (finds_no_room()) return no_room();
  return guard<void>([&] { return inner_.create_directories(path); }, nothing);
}

Result<std::vector<std::string>> FaultyFileSystem::list(const std::string& path) {
  return guard<std::vector<std::string>>([&] { return inner_.list(path); }, nothing);
}

bool FaultyFileSystem::exists(const std::string& path) {
  ++operations_;
  return !crashed_ && inner_.exists(path);
}

Result<std::unique_ptr<FileLock>> FaultyFileSystem::lock(const std::string& path) {
  return guard<std::unique_ptr<FileLock>>([&] { return inner_.lock(path); }, nothing);
}

}  // namespace cortado::base::testing
