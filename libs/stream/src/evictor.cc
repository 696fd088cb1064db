// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "evictor.h"

#include "cortado/base/log.h"

namespace cortado::stream {
namespace {

/// Looking for idle devices reads all that are in memory, so it is done this often in the time that
/// makes one idle.
constexpr int kLooks = 8;

}  // namespace

void Evictor::run(std::span<Lane* const> lanes) {
  const auto now = context_.parts.clock.steady();
  if (!evicts(context_.state) || !due(lanes, now)) return;
  // Each round but the last writes a lane, which leaves it no dirty device, or finds that it
  // cannot.
  for (std::size_t round = 0; round <= lanes.size(); ++round) {
    collect(lanes, now);
    const Eviction eviction = choose_evictions(residents_, context_.state, now);
    let_leave(lanes, eviction.leave);
    if (!eviction.write) return;
    Lane& lane = *places_[*eviction.write].lane;
    const base::Status saved = lane.snapshot(now);
    if (saved.ok()) continue;
    base::log_error("stream", "no snapshot, so devices stay in memory: " + saved.error().message(),
                    {{"lane", to_string(lane.partition())}});
  }
}

bool Evictor::due(std::span<Lane* const> lanes, std::chrono::nanoseconds now) {
  std::size_t count = 0;
  for (const Lane* lane : lanes) count += lane->devices().residents().size();
  const auto most = static_cast<std::size_t>(context_.state.max_resident_devices);
  const bool idle = context_.state.idle_after.count() > 0 && now >= next_look_;
  if (idle) next_look_ = now + context_.state.idle_after / kLooks;
  return idle || (most > 0 && count > most);
}

void Evictor::collect(std::span<Lane* const> lanes, std::chrono::nanoseconds now) {
  residents_.clear();
  places_.clear();
  for (Lane* lane : lanes) {
    const auto dirty = lane->can_snapshot(now) ? Resident::State::kDirty : Resident::State::kPinned;
    for (Device* device : lane->devices().residents()) {
      const bool clean = lane->may_leave(*device);
      residents_.push_back({clean ? Resident::State::kClean : dirty, device->used});
      places_.push_back({lane, device});
    }
  }
}

void Evictor::let_leave(std::span<Lane* const> lanes, const std::vector<std::size_t>& chosen) {
  for (Lane* lane : lanes) {
    std::vector<Device*> devices;
    for (const std::size_t i : chosen) {
      if (places_[i].lane == lane) devices.push_back(places_[i].device);
    }
    if (!devices.empty()) lane->evict(devices);
  }
}

}  // namespace cortado::stream
