// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cortado/base/ids.h"
#include "cortado/base/result.h"
#include "cortado/kafka/isolation.h"
#include "cortado/kafka/kafka_config.h"
#include "cortado/stream/lane_log.h"

namespace cortado::kafka {

/// A committed position of one partition to be set.
struct NewPosition {
  base::TopicPartition partition;
  base::Offset next;
  std::string pointer;
};

/// Looks at a consumer group from outside and moves its offsets while nobody is in it. One thread
/// at a time.
class GroupAdmin {
 public:
  /// Works on config.group_id; does not connect yet. By `isolation` a position that a transaction
  /// is about to change is told once it has ended, or as it was before. **Errors:** kInvalidConfig.
  static base::Result<std::unique_ptr<GroupAdmin>> create(
      const KafkaConfig& config, Isolation isolation = Isolation::kReadCommitted);
  ~GroupAdmin();
  GroupAdmin(const GroupAdmin&) = delete;
  GroupAdmin& operator=(const GroupAdmin&) = delete;

  /// Return the names of the group's members now; none for a group that does not exist. A member
  /// that died counts until its session is over. **Errors:** kDenied, kUnavailable.
  base::Result<std::vector<std::string>> members();
  /// Read the group's committed positions, in the order of `partitions`. **Errors:** kDenied,
  /// kUnavailable.
  base::Result<std::vector<stream::LanePosition>> committed(
      std::span<const base::TopicPartition> partitions);
  /// Commit positions, all in one request. **Errors:** kLocked while the group has members;
  /// kDenied, kUnavailable.
  base::Status commit(std::span<const NewPosition> positions);

 private:
  struct Impl;
  explicit GroupAdmin(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cortado::kafka
