// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cortado/base/ids.h"
#include "cortado/base/result.h"

namespace cortado::stream {

/// Where one thread notes which record it is at. Lives in memory that outlasts the process;
/// docs/formats/crash-journal.md says what the bytes mean. Zeroes are a free slot.
struct alignas(64) CrashSlot {
  std::int64_t at;      ///< 1 + the record's offset; 0 = at none
  std::uint64_t lane;   ///< crash_lane() of that record
  std::uint32_t taken;  ///< 1 = a thread has it
  std::uint32_t reserved[11];

  /// Note that the thread is at this record of the lane that enter() named.
  void note(base::Offset offset) { store(offset.get() + 1); }
  /// Note that it is at none.
  void rest() { store(0); }
  /// Name the lane. Precondition: at rest.
  void enter(std::uint64_t id) {
    std::atomic_ref<std::uint64_t>(lane).store(id, std::memory_order_relaxed);
  }

 private:
  /// The order of the stores is all that counts: a process that dies keeps what it has stored.
  void store(std::int64_t value) {
    std::atomic_ref<std::int64_t>(at).store(value, std::memory_order_release);
  }
};

/// Return the number that stands for a lane in slots.
std::uint64_t crash_lane(const base::TopicPartition& lane);

/// A process that died at a record.
struct CrashDeath {
  std::string name;  ///< that no other death has, on any machine
  base::Offset offset;

  bool operator==(const CrashDeath&) const = default;
};

/// Where journals on several machines tell each other of deaths. Thread-safe.
class CrashBoard {
 public:
  virtual ~CrashBoard() = default;
  /// Tell of deaths at records of a lane; durable when it returns. One told twice counts once.
  virtual base::Status tell(const base::TopicPartition& lane,
                            std::span<const CrashDeath> deaths) = 0;
  /// Return all that was told of a lane and is not forgotten.
  virtual base::Result<std::vector<CrashDeath>> told(const base::TopicPartition& lane) = 0;
  virtual base::Status forget(const base::TopicPartition& lane,
                              std::span<const std::string> names) = 0;
};

/// Remembers which records a process was at when it died, so that a record that ends every process
/// is found and passed over. Costs a store to memory a record.
class CrashJournal {
 public:
  virtual ~CrashJournal() = default;

  /// Take a free slot; null if all are taken. Thread-safe.
  CrashSlot* take();
  /// Precondition: at rest.
  static void give_back(CrashSlot& slot);

  /// Return how many dead processes were at each record of a lane.
  virtual base::Result<std::map<base::Offset, int>> deaths(const base::TopicPartition& lane) = 0;
  /// Tell other machines of the dead processes that were at records of these lanes, if there is
  /// somebody to tell.
  virtual base::Status publish(std::span<const base::TopicPartition> /*lanes*/) { return {}; }
  /// Forget the deaths at records of a lane below `next`: they were processed after all, or are
  /// decided about. May wait for others.
  virtual void passed(const base::TopicPartition& lane, base::Offset next) = 0;

 protected:
  virtual std::span<CrashSlot> slots() = 0;

 private:
  std::atomic<std::size_t> next_{0};  ///< where the search for a free slot begins
};

/// A journal in files of `folder`, made if missing: one file a process, removed when it ends
/// properly. Any number of processes may share the folder; then a record's deaths add up over all
/// of them. `name` is a number that no other process has. Those that share no folder count together
/// through `board`, which outlives the journal; null: they do not. Thread-safe. **Errors:** kIo.
base::Result<std::unique_ptr<CrashJournal>> make_crash_journal(const std::string& folder,
                                                               std::uint64_t name,
                                                               CrashBoard* board = nullptr);

}  // namespace cortado::stream
