// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/base/file_system.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cortado::base {
namespace {

ErrorCode kind_of(int code) {
  switch (code) {
    case ENOENT:
      return ErrorCode::kNotFound;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return ErrorCode::kUnavailable;
    default:
      return ErrorCode::kIo;
  }
}

Error io_error(const std::string& what, const std::string& path) {
  const int code = errno;
  return Error(kind_of(code), what + " " + path + ": " + std::generic_category().message(code));
}

Error already_exists(const std::string& path) {
  return {ErrorCode::kAlreadyExists, path + " is there already"};
}

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

 private:
  int fd_;
};

Status write_all(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return io_error("cannot write", path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Status sync_folder(const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  const Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid() || ::fsync(fd.get()) != 0) return io_error("cannot sync folder", folder);
  return {};
}

Status write_and_sync(const std::string& path, std::string_view bytes) {
  const Descriptor fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!fd.valid()) return io_error("cannot create", path);
  CORTADO_TRY(write_all(fd.get(), bytes, path));
  if (::fsync(fd.get()) != 0) return io_error("cannot sync", path);
  return {};
}

/// Write a file under a name that nobody else has: the X at the end of `name` become one.
Status write_new(std::string& name, std::string_view bytes) {
  const Descriptor fd(::mkostemp(name.data(), O_CLOEXEC));
  if (!fd.valid()) return io_error("cannot create", name);
  // As other files are; mkostemp() lets nobody else read it.
  Status status = ::fchmod(fd.get(), 0644) == 0 ? write_all(fd.get(), bytes, name)
                                                : Status(io_error("cannot create", name));
  if (status.ok() && ::fsync(fd.get()) != 0) status = io_error("cannot sync", name);
  if (!status.ok()) ::unlink(name.c_str());
  return status;
}

class PosixFileLock final : public FileLock {
 public:
  explicit PosixFileLock(int fd) : fd_(fd) {}

 private:
  Descriptor fd_;
};

class PosixFileSystem final : public FileSystem {
 public:
  Result<std::string> read_file(const std::string& path) override {
    const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd.valid()) return io_error("cannot open", path);
    struct stat facts {};
    if (::fstat(fd.get(), &facts) != 0) return io_error("cannot stat", path);
    // Pipes and the kernel's own files tell no size.
    if (!S_ISREG(facts.st_mode) || facts.st_size == 0) return read_to_end(fd.get(), path);
    return read_descriptor(fd.get(), 0, facts.st_size, path);
  }

  Result<std::string> read_range(const std::string& path, std::int64_t offset,
                                 std::int64_t size) override {
    const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd.valid()) return io_error("cannot open", path);
    struct stat facts {};
    if (::fstat(fd.get(), &facts) != 0) return io_error("cannot stat", path);
    if (offset < 0 || size < 0 || size > facts.st_size || offset > facts.st_size - size) {
      return Error(ErrorCode::kCorrupt, path + " is shorter than its manifest says");
    }
    return read_descriptor(fd.get(), offset, size, path);
  }

  Status write_file_atomically(const std::string& path, std::string_view bytes) override {
    const std::string temporary = path + ".tmp";
    const Status written = write_and_sync(temporary, bytes);
    // On a full disk what was written so far would keep the next attempt from succeeding.
    if (!written.ok()) ::unlink(temporary.c_str());
    CORTADO_TRY(written);
    if (::rename(temporary.c_str(), path.c_str()) != 0) return io_error("cannot rename to", path);
    return sync_folder(path);
  }

  Status create_file(const std::string& path, std::string_view bytes) override {
    std::string name = path + ".tmp-XXXXXX";
    CORTADO_TRY(write_new(name, bytes));
    const int code = ::link(name.c_str(), path.c_str()) == 0 ? 0 : errno;
    ::unlink(name.c_str());
    if (code == 0) return sync_folder(path);
    if (code == EEXIST) return already_exists(path);
    // Some file systems have no second names: then what is there is looked at before.
    return FileSystem::create_file(path, bytes);
  }

  Status remove_file(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) return io_error("cannot remove", path);
    return {};
  }

  Status create_directories(const std::string& path) override {
    std::error_code code;
    std::filesystem::create_directories(path, code);
    if (!code) return {};
    const ErrorCode kind = kind_of(code.value());
    return Error(kind == ErrorCode::kNotFound ? ErrorCode::kIo : kind,
                 "cannot create folder " + path + ": " + code.message());
  }

  Result<std::vector<std::string>> list(const std::string& path) override {
    DIR* folder = ::opendir(path.c_str());
    if (folder == nullptr) return io_error("cannot list", path);
    std::vector<std::string> names;
    while (const dirent* entry =
               ::readdir(folder)) {  // NOLINT(concurrency-mt-unsafe): a stream of our own
      const std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(name);
    }
    ::closedir(folder);
    std::sort(names.begin(), names.end());
    return names;
  }

  bool exists(const std::string& path) override { return ::access(path.c_str(), F_OK) == 0; }

  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) return io_error("cannot open", path);
    auto lock = std::make_unique<PosixFileLock>(fd);
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
      char owner[32] = {};
      const ssize_t length = ::pread(fd, owner, sizeof(owner) - 1, 0);
      const std::string pid(owner, length > 0 ? static_cast<std::size_t>(length) : 0);
      return Error(ErrorCode::kLocked,
                   path + " is locked by " + (pid.empty() ? "another process" : "process " + pid));
    }
    const std::string pid = std::to_string(::getpid());
    if (::ftruncate(fd, 0) != 0) return io_error("cannot truncate", path);
    CORTADO_TRY(write_all(fd, pid, path));
    return std::unique_ptr<FileLock>(std::move(lock));
  }

 private:
  static Result<std::string> read_to_end(int fd, const std::string& path) {
    std::string bytes;
    std::array<char, 4096> block{};
    while (true) {
      const ssize_t got = ::read(fd, block.data(), block.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return io_error("cannot read", path);
      if (got == 0) return bytes;
      bytes.append(block.data(), static_cast<std::size_t>(got));
    }
  }

  static Result<std::string> read_descriptor(int fd, std::int64_t offset, std::int64_t size,
                                             const std::string& path) {
    std::string bytes(static_cast<std::size_t>(size), '\0');
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t got =
          ::pread(fd, bytes.data() + done, bytes.size() - done, offset + static_cast<off_t>(done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return io_error("cannot read", path);
      if (got == 0) return Error(ErrorCode::kCorrupt, path + " became shorter while being read");
      done += static_cast<std::size_t>(got);
    }
    return bytes;
  }
};

}  // namespace

Status FileSystem::create_file(const std::string& path, std::string_view bytes) {
  if (exists(path)) return already_exists(path);
  return write_file_atomically(path, bytes);
}

FileSystem& posix_file_system() {
  static PosixFileSystem files;
  return files;
}

}  // namespace cortado::base
