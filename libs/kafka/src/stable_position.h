// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

#include "client.h"
#include "cortado/base/ids.h"
#include "cortado/base/result.h"
#include "cortado/stream/lane_log.h"

namespace cortado::kafka {

/// Tells an offset that a transaction holds for good from one whose transaction has just ended:
/// the coordinator may need a moment to take note of the end.
class PendingOffset {
 public:
  /// Note that the coordinator says so, and return whether it has done so for long enough.
  bool confirmed(std::chrono::nanoseconds now);

 private:
  std::optional<std::chrono::nanoseconds> since_;
};

/// Return the group's committed position of a partition, or none where its coordinator says, and
/// still says after two seconds, that a transaction without an end holds another one. A coordinator
/// that says anything else, or nothing, is asked again for `patience`. The client must not be an
/// old one: librdkafka's own memory of who coordinates the group lasts. **Errors:** kDenied,
/// kUnavailable.
base::Result<std::optional<stream::LanePosition>> read_stable_position(
    Client& client, const base::TopicPartition& partition, std::chrono::milliseconds patience);

}  // namespace cortado::kafka
