// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "device_state.h"

#include <algorithm>

namespace cortado::dashboard {
namespace {

constexpr std::array<std::string_view, kDeviceStates> kNames = {"alerting", "silent",  "invalid",
                                                                "warming",  "evicted", "ok"};
constexpr double kSilentGaps = 10;
constexpr double kLeastSilence = 30'000;

}  // namespace

std::string_view to_text(DeviceState state) { return kNames[static_cast<std::size_t>(state)]; }

std::optional<DeviceState> device_state_of(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<DeviceState>(found - kNames.begin());
}

std::optional<base::EpochMillis> silent_at(const Device& device,
                                           std::chrono::milliseconds silent_after) {
  if (silent_after.count() > 0) return device.seen_ms + silent_after.count();
  if (device.gap_ms <= 0) return std::nullopt;
  return device.seen_ms +
         static_cast<base::EpochMillis>(std::max(kSilentGaps * device.gap_ms, kLeastSilence));
}

DeviceState state_of(const Device& device, base::EpochMillis now_ms,
                     std::chrono::milliseconds silent_after) {
  const auto silent = silent_at(device, silent_after);
  if (silent && now_ms > *silent) return DeviceState::kSilent;
  if (device.resident == false) return DeviceState::kEvicted;
  switch (device.points.back().status) {
    case base::ScoreStatus::kAlarm:
      return DeviceState::kAlerting;
    case base::ScoreStatus::kInvalid:
      return DeviceState::kInvalid;
    case base::ScoreStatus::kWarming:
      return DeviceState::kWarming;
    case base::ScoreStatus::kOk:
      break;
  }
  return DeviceState::kOk;
}

StateCounts count_states(const ReadModel& model, base::EpochMillis now_ms,
                         std::chrono::milliseconds silent_after) {
  StateCounts counts{};
  for (const Device* device : model.by_age())
    ++counts[static_cast<std::size_t>(state_of(*device, now_ms, silent_after))];
  return counts;
}

}  // namespace cortado::dashboard
