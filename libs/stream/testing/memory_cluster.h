// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cortado/base/random.h"
#include "cortado/stream/lane_log.h"
#include "manual_clock.h"
#include "memory_log.h"
#include "memory_topic.h"

namespace cortado::stream::testing {

/// A broker in memory as far as exactly-once needs one: a consumer group with generations, one
/// transactional log a partition whose producers fence each other, and offsets committed within a
/// transaction or by a member of the group. It outlives all workers.
class MemoryCluster {
 public:
  struct Lane {
    std::vector<LoggedOutcome> outcomes;  ///< committed ones
    std::optional<base::Offset> next;
    std::string pointer;
    std::int64_t epoch = 0;  ///< of the youngest producer
  };
  struct Member {
    std::int64_t generation = 0;  ///< that it has joined
    bool expired = false;         ///< its session ended; it does not know yet
    bool revoking = false;        ///< it has to give up its partitions before it joins again
    std::set<int> owned;
  };

  MemoryCluster(const MemoryTopic& topic, base::testing::ManualClock& clock)
      : topic_(topic), clock_(clock) {}

  Lane& lane(int partition) { return lanes_[partition]; }
  std::int64_t generation() const { return generation_; }
  const MemoryTopic& topic() const { return topic_; }
  base::testing::ManualClock& clock() { return clock_; }

  // The group. A member that joins, leaves or expires makes a new generation: all others give up
  // what they have, and once all that live did, the partitions are dealt out.
  void join(int member);
  void leave(int member);
  /// The coordinator has not heard of a member for too long.
  void expire(int member);
  Member* member(int id);
  /// A member has given up its partitions.
  void gave_up(int member);
  /// The partitions that a member gets now; none: it has to wait for others, or has them already.
  std::optional<std::set<int>> collect(int member);

  /// True if the broker takes an offset from this member: it is of the current generation.
  bool accepts(int member, std::int64_t generation) const;

 private:
  void rebalance();

  const MemoryTopic& topic_;
  base::testing::ManualClock& clock_;
  std::map<int, Lane> lanes_;
  std::map<int, Member> members_;
  std::map<int, std::set<int>> dealt_;  ///< of this generation, not collected yet
  std::int64_t generation_ = 0;
  bool rebalancing_ = false;
};

}  // namespace cortado::stream::testing
