// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/stream/crash_journal.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace cortado::stream {

void CrashSlot::enter(const base::TopicPartition& lane) {
  partition = lane.partition.get();
  topic_size = static_cast<std::uint32_t>(std::min(lane.topic.size(), kMostTopic));
  std::memcpy(topic, lane.topic.data(), topic_size);
}

bool CrashSlot::is_of(const base::TopicPartition& lane) const {
  const std::size_t size = std::min<std::size_t>(topic_size, kMostTopic);
  return partition == lane.partition.get() && std::string_view(topic, size) == lane.topic;
}

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
