// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "cortado/dashboard/http_config.h"
#include "read_model.h"

namespace cortado::dashboard {

/// What a device's chip says, the worst first.
enum class DeviceState : std::uint8_t { kAlerting, kSilent, kInvalid, kWarming, kEvicted, kOk };
inline constexpr std::size_t kDeviceStates = 6;

std::string_view to_text(DeviceState state);
std::optional<DeviceState> device_state_of(std::string_view name);

/// Tell the state at a wall clock time: silent by `silent_after`, or by the device's own usual gap
/// where that is 0; else evicted; else by its newest record.
DeviceState state_of(const Device& device, base::EpochMillis now_ms,
                     std::chrono::milliseconds silent_after);

/// When the device will count as silent if no record comes; none = not known, it came only once.
std::optional<base::EpochMillis> silent_at(const Device& device,
                                           std::chrono::milliseconds silent_after);

using StateCounts = std::array<std::int64_t, kDeviceStates>;
/// Count all devices by state.
StateCounts count_states(const ReadModel& model, base::EpochMillis now_ms,
                         std::chrono::milliseconds silent_after);

}  // namespace cortado::dashboard
