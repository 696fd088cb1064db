// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>

#include "cortado/base/ids.h"

namespace cortado::stream {

/// Which lanes are to take no records because somebody asked for it. A hold outlives its lane: a
/// partition that goes away and comes back, as in a rebalance, is still held.
class LaneHolds {
 public:
  void hold_all(bool held) {
    all_ = held;
    if (!held) partitions_.clear();
  }
  void hold(base::Partition partition, bool held) {
    if (held) {
      partitions_.insert(partition);
    } else {
      partitions_.erase(partition);
    }
  }
  bool all() const { return all_; }
  bool holds(base::Partition partition) const { return all_ || partitions_.contains(partition); }

 private:
  bool all_ = false;
  std::set<base::Partition> partitions_;
};

}  // namespace cortado::stream
