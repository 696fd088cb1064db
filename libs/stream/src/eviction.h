// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "cortado/stream/engine.h"

namespace cortado::stream {

/// A device in memory, as the choice of those that leave sees it.
struct Resident {
  enum class State {
    kClean,   ///< its state is in the newest snapshot: it may leave
    kDirty,   ///< after a snapshot it may
    kPinned,  ///< dirty, and its lane takes no snapshot now
  };
  State state = State::kClean;
  std::chrono::nanoseconds used{0};  ///< when its last batch began
};

/// What is to be done about the devices in memory.
struct Eviction {
  std::vector<std::size_t> leave;    ///< indexes of clean devices
  std::optional<std::size_t> write;  ///< a dirty device whose lane is to be written, for the bound
                                     ///< would be exceeded without; then choose again
};

/// Choose who leaves; pure. Idle devices leave as soon as they are clean, no snapshot is taken for
/// them. Above the bound the clean ones leave that were used longest ago, then the lane of the
/// dirty one used longest ago is written.
Eviction choose_evictions(std::span<const Resident> residents, const StateConfig& config,
                          std::chrono::nanoseconds now);

}  // namespace cortado::stream
