// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cortado/base/file_system.h"
#include "cortado/base/hash.h"
#include "cortado/base/log.h"
#include "cortado/stream/crash_journal.h"

namespace cortado::stream {
namespace {

constexpr std::array<char, 64> kHead = {'C', 'T', 'C', 'J', 1};
constexpr std::string_view kSuffix = ".slots";
/// Threads that score at once; more go without a slot.
constexpr std::size_t kSlots = 128;

/// What a file is, byte for byte, on the little-endian machines that we run on.
struct Layout {
  std::array<char, 64> head;
  std::array<CrashSlot, kSlots> slots;
};
static_assert(sizeof(CrashSlot) == 64 && sizeof(Layout) == 64 + kSlots * 64);

base::Error io_error(const std::string& what, const std::string& path) {
  return {base::ErrorCode::kIo, what + " " + path + ": " + std::generic_category().message(errno)};
}

/// A file of slots, mapped and locked for as long as it lives.
class SlotFile {
 public:
  static base::Result<std::unique_ptr<SlotFile>> open(const std::string& path, int flags) {
    std::unique_ptr<SlotFile> file(new SlotFile(path));
    file->fd_ = ::open(path.c_str(), flags | O_RDWR | O_CLOEXEC, 0644);
    if (file->fd_ < 0) return io_error("cannot open", path);
    if (::flock(file->fd_, LOCK_EX | LOCK_NB) != 0) {
      return base::Error(base::ErrorCode::kLocked, path + " is of a process that lives");
    }
    struct stat facts {};
    if (::fstat(file->fd_, &facts) != 0) return io_error("cannot stat", path);
    const bool made = (flags & O_CREAT) != 0;
    // All of its blocks now: a full disk would end the process at a store to memory.
    if (made) errno = ::posix_fallocate(file->fd_, 0, sizeof(Layout));
    if (made && errno != 0) return io_error("cannot make", path);
    if (!made && facts.st_size != sizeof(Layout)) {
      return base::Error(base::ErrorCode::kCorrupt, path + " is no crash journal");
    }
    void* const memory =
        ::mmap(nullptr, sizeof(Layout), PROT_READ | PROT_WRITE, MAP_SHARED, file->fd_, 0);
    if (memory == MAP_FAILED) return io_error("cannot map", path);
    file->layout_ = static_cast<Layout*>(memory);
    if (made) file->layout_->head = kHead;
    if (file->layout_->head == kHead) return file;
    return base::Error(base::ErrorCode::kUnsupported, path + " is of another version");
  }

  ~SlotFile() {
    if (layout_ != nullptr) ::munmap(layout_, sizeof(Layout));
    if (fd_ >= 0) ::close(fd_);
  }
  SlotFile(const SlotFile&) = delete;
  SlotFile& operator=(const SlotFile&) = delete;

  /// The number that it is called by.
  std::string name() const {
    const std::size_t begin = path_.rfind('/') + 1;
    return path_.substr(begin, path_.size() - kSuffix.size() - begin);
  }
  std::span<CrashSlot> slots() { return layout_->slots; }
  /// Rename, still locked.
  base::Status move(const std::string& path) {
    if (::rename(path_.c_str(), path.c_str()) != 0) return io_error("cannot rename", path_);
    path_ = path;
    return {};
  }
  void remove() { ::unlink(path_.c_str()); }

 private:
  explicit SlotFile(std::string path) : path_(std::move(path)) {}

  std::string path_;
  int fd_ = -1;
  Layout* layout_ = nullptr;
};

class FileJournal final : public CrashJournal {
 public:
  FileJournal(std::string folder, std::unique_ptr<SlotFile> own, CrashBoard* board)
      : folder_(std::move(folder)), own_(std::move(own)), board_(board) {}

  ~FileJournal() override { own_->remove(); }

  base::Result<std::map<base::Offset, int>> deaths(const base::TopicPartition& lane) override {
    std::map<base::Offset, int> found;
    if (board_ != nullptr) {
      CORTADO_TRY(publish(std::span(&lane, 1)));
      CORTADO_ASSIGN(const auto told, board_->told(lane));
      for (const CrashDeath& death : told) ++found[death.offset];
      return found;
    }
    const std::uint64_t id = crash_lane(lane);
    CORTADO_TRY(for_each_dead([&](SlotFile& file) {
      for (const CrashSlot& slot : file.slots()) {
        if (slot.at > 0 && slot.lane == id) ++found[base::Offset(slot.at - 1)];
      }
      return base::Status();
    }));
    return found;
  }

  base::Status publish(std::span<const base::TopicPartition> lanes) override {
    if (board_ == nullptr) return {};
    return for_each_dead([&](SlotFile& file) -> base::Status {
      for (const base::TopicPartition& lane : lanes) CORTADO_TRY(hand_over(file, lane));
      return {};
    });
  }

  void passed(const base::TopicPartition& lane, base::Offset next) override {
    const base::Status forgotten = forget(lane, next);
    if (forgotten.ok()) return;
    base::log_warning("stream",
                      "a crash journal cannot be cleared: " + forgotten.error().message());
  }

 private:
  std::span<CrashSlot> slots() override { return own_->slots(); }

  /// Tell the board what a dead process's file says of a lane; then the file says it no more.
  base::Status hand_over(SlotFile& file, const base::TopicPartition& lane) {
    const std::uint64_t id = crash_lane(lane);
    std::vector<CrashDeath> deaths;
    std::vector<CrashSlot*> slots;
    const auto all = file.slots();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].at == 0 || all[i].lane != id) continue;
      deaths.push_back({file.name() + "-" + std::to_string(i), base::Offset(all[i].at - 1)});
      slots.push_back(&all[i]);
    }
    if (deaths.empty()) return {};
    CORTADO_TRY(board_->tell(lane, deaths));
    for (CrashSlot* slot : slots) slot->rest();
    return {};
  }

  base::Status forget(const base::TopicPartition& lane, base::Offset next) {
    const std::uint64_t id = crash_lane(lane);
    CORTADO_TRY(for_each_dead([&](SlotFile& file) {
      for (CrashSlot& slot : file.slots()) {
        if (slot.at > 0 && slot.at <= next.get() && slot.lane == id) slot.rest();
      }
      return base::Status();
    }));
    if (board_ == nullptr) return {};
    CORTADO_ASSIGN(const auto told, board_->told(lane));
    std::vector<std::string> names;
    for (const CrashDeath& death : told) {
      if (death.offset < next) names.push_back(death.name);
    }
    return names.empty() ? base::Status() : board_->forget(lane, names);
  }

  /// Visit the files of processes that died; those that say nothing afterwards are removed.
  template <typename Visit>
  base::Status for_each_dead(const Visit& visit) {
    CORTADO_ASSIGN(const auto names, base::posix_file_system().list(folder_));
    for (const std::string& name : names) {
      if (!name.ends_with(kSuffix)) continue;
      const auto file = SlotFile::open(folder_ + "/" + name, 0);
      // Of a process that lives, or gone meanwhile, or nothing that we understand.
      if (!file.ok()) continue;
      CORTADO_TRY(visit(**file));
      const auto slots = (*file)->slots();
      if (std::none_of(slots.begin(), slots.end(), [](const auto& slot) { return slot.at > 0; })) {
        (*file)->remove();
      }
    }
    return {};
  }

  const std::string folder_;
  std::unique_ptr<SlotFile> own_;
  CrashBoard* const board_;
};

}  // namespace

base::Result<std::unique_ptr<CrashJournal>> make_crash_journal(const std::string& folder,
                                                               std::uint64_t name,
                                                               CrashBoard* board) {
  CORTADO_TRY(base::posix_file_system().create_directories(folder));
  const std::string path = folder + "/" + base::to_hex(name);
  // Under its own name only once it is locked: nobody takes it for a dead process's.
  CORTADO_ASSIGN(auto own, SlotFile::open(path + ".new", O_CREAT | O_EXCL));
  CORTADO_TRY(own->move(path + std::string(kSuffix)));
  return std::unique_ptr<CrashJournal>(
      std::make_unique<FileJournal>(folder, std::move(own), board));
}

}  // namespace cortado::stream
