// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "cortado/base/clock.h"

namespace cortado::detector {

/// All that a detector sees of a record.
struct Observation {
  std::string_view device;
  std::optional<base::EpochMillis> event_time;  ///< the reading's own time, UTC
  std::optional<double> value;                  ///< none = unusable: the model is not touched
};

}  // namespace cortado::detector
