// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <span>
#include <vector>

#include "eviction.h"
#include "lane.h"

namespace cortado::stream {

/// Lets devices leave memory between ticks, by choose_evictions().
class Evictor {
 public:
  explicit Evictor(LaneContext& context) : context_(context) {}
  /// Do it, if it is time to look or there are too many. A lane that cannot be written is logged
  /// and keeps its devices.
  void run(std::span<Lane* const> lanes);

 private:
  /// A device and its lane, beside the Resident of the same index.
  struct Place {
    Lane* lane = nullptr;
    Device* device = nullptr;
  };

  bool due(std::span<Lane* const> lanes, std::chrono::nanoseconds now);
  void collect(std::span<Lane* const> lanes, std::chrono::nanoseconds now);
  void let_leave(std::span<Lane* const> lanes, const std::vector<std::size_t>& chosen);

  LaneContext& context_;
  std::vector<Resident> residents_;
  std::vector<Place> places_;
  std::chrono::nanoseconds next_look_{0};  ///< for idle devices
};

}  // namespace cortado::stream
