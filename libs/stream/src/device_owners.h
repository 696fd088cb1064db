// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
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

/// Which lane of this process has a device's model: there is one for each device, so the first lane
/// keeps it. Asked about new records only; what a replay does is decided by its lane alone.
class DeviceOwners {
 public:
  /// Take a device for a lane. Returns nullptr, or the lane that has it already.
  const base::TopicPartition* claim(std::string_view device, const base::TopicPartition& lane);
  /// Return the other lane that has a device; nullptr if there is none.
  const base::TopicPartition* other(std::string_view device,
                                    const base::TopicPartition& lane) const;
  /// A device of this lane has no model any more.
  void give_up(std::string_view device, const base::TopicPartition& lane);
  /// These have their state on a lane that tells nothing itself (another process has it, or it has
  /// stopped), as far as its snapshots tell.
  void elsewhere(const base::TopicPartition& lane, const std::vector<std::string>& devices);
  /// A lane is ours now: what was known of it from outside no longer counts.
  void ours(const base::TopicPartition& lane);

  /// A lane begins to open: no device is new before it has said which ones it has. One that opens
  /// again keeps what it has, and nobody waits for it.
  void expect(const base::TopicPartition& lane) { awaited_.insert(lane); }
  /// A lane has claimed all that it has.
  void told(const base::TopicPartition& lane);
  /// A lane that is awaited does not know all that it refused: others know better.
  void doubt(const base::TopicPartition& lane);
  /// True if all that do not doubt have told.
  bool others_told() const { return awaited_.empty(); }
  /// True if a device that nobody has is new.
  bool all_told() const { return awaited_.empty() && doubting_.empty(); }
  /// A lane is ours no more: give up all its devices.
  void release(const base::TopicPartition& lane);
  /// True the first time that a device's second partition is reported.
  bool report_once(std::string_view device) { return reported_.emplace(device).second; }
  std::size_t size() const { return owners_.size(); }

 private:
  using Owners = std::unordered_map<std::string, base::TopicPartition, StringHash, std::equal_to<>>;

  Owners owners_;
  Owners elsewhere_;
  std::set<base::TopicPartition> awaited_;
  std::set<base::TopicPartition> doubting_;
  std::unordered_set<std::string> reported_;
};

}  // namespace cortado::stream
