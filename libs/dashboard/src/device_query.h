// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "device_state.h"

namespace cortado::dashboard {

enum class DeviceSort : std::uint8_t { kName, kLastAnomaly, kState, kScore, kSeen, kModelBytes };

std::optional<DeviceSort> device_sort_of(std::string_view name);

/// Which devices a list shows, and in which order.
struct DeviceQuery {
  std::string device = {};  ///< the one with this name; empty: all
  std::string search;       ///< words, all of which must occur in the name, in any case (ASCII)
  std::optional<DeviceState> state;
  DeviceSort sort = DeviceSort::kName;
  std::size_t offset = 0;
  std::optional<std::size_t> limit;
};

struct DeviceList {
  std::vector<const Device*> shown;  ///< valid as long as the model does not change
  std::size_t matching = 0;          ///< before offset and limit
};

/// Select; equals are ordered by name.
DeviceList select_devices(const ReadModel& model, const DeviceQuery& query,
                          base::EpochMillis now_ms, std::chrono::milliseconds silent_after);

}  // namespace cortado::dashboard
