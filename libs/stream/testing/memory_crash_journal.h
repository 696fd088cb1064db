// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <mutex>
#include <span>

#include "cortado/stream/crash_journal.h"

namespace cortado::stream::testing {

/// What dead processes left behind; outlives them.
struct CrashEvidence {
  std::mutex mutex;
  std::map<std::uint64_t, std::map<base::Offset, int>> deaths;  ///< by crash_lane()
};

/// A journal in memory.
class MemoryCrashJournal final : public CrashJournal {
 public:
  explicit MemoryCrashJournal(CrashEvidence& evidence) : evidence_(evidence) {}

  /// The process dies now, at the records that its threads are at.
  void die() {
    const std::lock_guard lock(evidence_.mutex);
    for (CrashSlot& slot : slots_) {
      const auto at = std::atomic_ref<std::int64_t>(slot.at).load(std::memory_order_acquire);
      const auto lane = std::atomic_ref<std::uint64_t>(slot.lane).load(std::memory_order_relaxed);
      if (at > 0) ++evidence_.deaths[lane][base::Offset(at - 1)];
    }
  }

  base::Result<std::map<base::Offset, int>> deaths(const base::TopicPartition& lane) override {
    const std::lock_guard lock(evidence_.mutex);
    return evidence_.deaths[crash_lane(lane)];
  }
  void passed(const base::TopicPartition& lane, base::Offset next) override {
    const std::lock_guard lock(evidence_.mutex);
    std::erase_if(evidence_.deaths[crash_lane(lane)],
                  [next](const auto& death) { return death.first < next; });
  }

 private:
  std::span<CrashSlot> slots() override { return slots_; }

  CrashEvidence& evidence_;
  std::array<CrashSlot, 16> slots_{};
};

}  // namespace cortado::stream::testing
