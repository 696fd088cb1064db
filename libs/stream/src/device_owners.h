// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "cortado/base/ids.h"

namespace cortado::stream {

/// Lets a string_view look up a std::string key without a copy.
struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

/// Which lane of this process has a device: there is one model for each device, so the first lane
/// keeps it.
class DeviceOwners {
 public:
  /// Take a device for a lane. Returns nullptr, or the lane that has it already.
  const base::TopicPartition* claim(std::string_view device, const base::TopicPartition& lane);
  /// These have their state on a lane of another process, as far as its snapshots tell.
  void elsewhere(const base::TopicPartition& lane, const std::vector<std::string>& devices);
  /// A lane is ours now: what was known of it from outside no longer counts.
  void ours(const base::TopicPartition& lane);
  /// Give up all devices of a lane.
  void release(const base::TopicPartition& lane);
  /// True the first time that a device's second partition is reported.
  bool report_once(std::string_view device) { return reported_.emplace(device).second; }
  std::size_t size() const { return owners_.size(); }

 private:
  using Owners = std::unordered_map<std::string, base::TopicPartition, StringHash, std::equal_to<>>;

  Owners owners_;
  Owners elsewhere_;
  std::unordered_set<std::string> reported_;
};

}  // namespace cortado::stream
