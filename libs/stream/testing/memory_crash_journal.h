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
  std::map<base::TopicPartition, std::map<base::Offset, int>> deaths;
};

/// A journal in memory.
class MemoryCrashJournal final : public CrashJournal {
 public:
  explicit MemoryCrashJournal(CrashEvidence& evidence) : evidence_(evidence) {}

  /// The process dies now, at the records that its threads are at.
  void die() {
    const std::lock_guard lock(evidence_.mutex);
    for (const CrashSlot& slot : slots_) {
      if (slot.at == 0) continue;
      const base::TopicPartition lane{std::string(slot.topic, slot.topic_size),
                                      base::Partition(slot.partition)};
      ++evidence_.deaths[lane][base::Offset(slot.at - 1)];
    }
  }

  base::Result<std::map<base::Offset, int>> deaths(const base::TopicPartition& lane) override {
    const std::lock_guard lock(evidence_.mutex);
    return evidence_.deaths[lane];
  }
  void passed(const base::TopicPartition& lane, base::Offset next) override {
    const std::lock_guard lock(evidence_.mutex);
    std::erase_if(evidence_.deaths[lane], [next](const auto& death) { return death.first < next; });
  }

 private:
  std::span<CrashSlot> slots() override { return slots_; }

  CrashEvidence& evidence_;
  std::array<CrashSlot, 16> slots_{};
};

}  // namespace cortado::stream::testing
