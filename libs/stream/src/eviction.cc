// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "eviction.h"

#include <algorithm>

namespace cortado::stream {

Eviction choose_evictions(std::span<const Resident> residents, const StateConfig& config,
                          std::chrono::nanoseconds now) {
  std::vector<std::size_t> clean;
  std::optional<std::size_t> dirty;
  for (std::size_t i = 0; i < residents.size(); ++i) {
    const Resident& resident = residents[i];
    if (resident.state == Resident::State::kClean) clean.push_back(i);
    if (resident.state != Resident::State::kDirty) continue;
    if (!dirty || resident.used < residents[*dirty].used) dirty = i;
  }
  std::stable_sort(clean.begin(), clean.end(), [&residents](std::size_t a, std::size_t b) {
    return residents[a].used < residents[b].used;
  });
  const auto most = static_cast<std::size_t>(config.max_resident_devices);
  const std::size_t surplus = most > 0 && residents.size() > most ? residents.size() - most : 0;
  Eviction eviction;
  for (const std::size_t i : clean) {
    const bool idle = config.idle_after.count() > 0 && now - residents[i].used >= config.idle_after;
    if (!idle && eviction.leave.size() >= surplus) break;
    eviction.leave.push_back(i);
  }
  if (eviction.leave.size() < surplus) eviction.write = dirty;
  return eviction;
}

}  // namespace cortado::stream
