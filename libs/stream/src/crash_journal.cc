// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/stream/crash_journal.h"

#include "cortado/base/hash.h"

namespace cortado::stream {

std::uint64_t crash_lane(const base::TopicPartition& lane) { return base::hash64(to_string(lane)); }

CrashSlot* CrashJournal::take() {
  const auto all = slots();
  for (std::size_t i = 0; i < all.size(); ++i) {
    CrashSlot& slot = all[next_.fetch_add(1, std::memory_order_relaxed) % all.size()];
    std::uint32_t free = 0;
    if (std::atomic_ref<std::uint32_t>(slot.taken)
            .compare_exchange_strong(free, 1, std::memory_order_acquire)) {
      return &slot;
    }
  }
  return nullptr;
}

void CrashJournal::give_back(CrashSlot& slot) {
  std::atomic_ref<std::uint32_t>(slot.taken).store(0, std::memory_order_release);
}

}  // namespace cortado::stream
