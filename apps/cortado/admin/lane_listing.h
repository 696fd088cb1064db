// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cortado/dashboard/json_value.h"

namespace cortado::app {

/// Print what /api/v1/partitions told, or the part of one partition, as a table or as JSON lines.
std::string list_lanes(const dashboard::JsonValue& partitions, std::optional<std::int32_t> only,
                       bool json);
/// The same for the lag alone, with a line for all of them: records summed, the longest time.
std::string list_lag(const dashboard::JsonValue& partitions, std::optional<std::int32_t> only,
                     bool json);
/// Print what an admin address answered.
std::string list_asked(const dashboard::JsonValue& answer, bool json);

}  // namespace cortado::app
