// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/file_system.h"
#include "cortado/checkpoint/snapshot_store.h"

namespace cortado::checkpoint {

/// Return a name for a topic's folder: letters, digits, dot, minus and underscore stand for
/// themselves, all else and the names that the state folder uses itself are written as %XX.
std::string folder_name(std::string_view topic);

/// Return the folder of a lane's snapshots: <dir>/<topic>/<partition>.
std::string lane_folder(const std::string& dir, const base::TopicPartition& lane);

/// Snapshots as files, one folder a lane. Any number of processes of one group may share `dir`;
/// nothing is locked.
class DirectoryStores final : public SnapshotStores {
 public:
  /// `group` keeps the folders of two groups apart; empty: it is not looked at.
  DirectoryStores(base::FileSystem& files, std::string dir, std::string group = {})
      : files_(files), dir_(std::move(dir)), group_(std::move(group)) {}

  /// Make the lane's folder if it is missing. **Errors:** kAlreadyExists if it is another group's,
  /// whose snapshots would look like waste to us; kInvalidConfig if it holds none and other lanes'
  /// are of a topic with another number of partitions.
  base::Result<std::unique_ptr<SnapshotStore>> open(const LaneIdentity& identity,
                                                    std::uint64_t writer) override;
  base::Result<std::vector<std::string>> devices(const base::TopicPartition& lane) override;
  std::string place(const base::TopicPartition& lane) const override {
    return lane_folder(dir_, lane);
  }

 private:
  base::FileSystem& files_;
  std::string dir_;
  std::string group_;
};

}  // namespace cortado::checkpoint
