// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <vector>

#include "cortado/stream/engine_control.h"
#include "lane_set.h"

namespace cortado::stream {

/// Does what an EngineControl was asked. On the engine's thread, between batches.
class LaneControl {
 public:
  /// `control` may be null: nobody asks. All outlive it.
  LaneControl(LaneContext& context, LaneSet& lanes, EngineControl* control)
      : context_(context), lanes_(lanes), control_(control) {}

  /// Take what was asked and answer what is done.
  void run();
  /// Answer all that waits: the engine leaves.
  void close();

 private:
  /// A snapshot that somebody waits for.
  struct Waiting {
    EngineControl::Asked asked;
    std::vector<base::TopicPartition> lanes;
    std::chrono::nanoseconds since{0};
  };

  void take(EngineControl::Asked asked);
  base::Result<std::vector<base::TopicPartition>> lanes_of(const ControlRequest& request) const;
  ControlAnswer set_holds(const ControlRequest& request,
                          const std::vector<base::TopicPartition>& lanes);
  void advance_snapshots();
  /// The answer, once there is one.
  std::optional<ControlAnswer> look(const Waiting& waiting, std::chrono::nanoseconds now);

  LaneContext& context_;
  LaneSet& lanes_;
  EngineControl* control_;
  std::vector<Waiting> waiting_;
};

}  // namespace cortado::stream
