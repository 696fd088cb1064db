// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app_config.h"
#include "cortado/base/file_system.h"
#include "cortado/base/result.h"
#include "cortado/checkpoint/lane_archive.h"
#include "cortado/checkpoint/snapshot_store.h"
#include "cortado/kafka/group_admin.h"
#include "cortado/kafka/topic_store.h"
#include "cortado/stream/lane_log.h"
#include "cortado/stream/pointer.h"
#include "state/state_options.h"

namespace cortado::app {

/// A lane as the state commands see it.
struct LaneView {
  base::TopicPartition lane;
  base::FileSystem& files;
  std::string folder;
  std::optional<stream::LanePosition> position;  ///< of the group; none when it was not asked
  std::optional<stream::Pointer> pointer;        ///< in it, if it is one of ours

  checkpoint::LaneArchive archive() const { return {files, folder}; }
};

/// The snapshot that a lane would start from, and why this one.
struct ChosenSnapshot {
  checkpoint::FoundSnapshot found;
  bool committed = false;  ///< the group's commit names it; else it is the newest sound one
};

/// Opens the state that a configuration names, in whichever store it is, and the group beside it.
class StateAccess {
 public:
  /// Without kafka.bootstrap_servers, or with `options.offline`, only a directory can be looked at,
  /// and nobody is asked which snapshot counts. **Errors:** kInvalidConfig, kNotFound (no topic, no
  /// such partition), those of the clients.
  static base::Result<std::unique_ptr<StateAccess>> open(const AppConfig& config,
                                                         const StateOptions& options);

  bool online() const { return group_ != nullptr; }
  const AppConfig& config() const { return config_; }
  /// The lanes asked for, by partition.
  const std::vector<LaneView>& lanes() const { return lanes_; }
  /// The identity of a lane's state as this configuration would write it. Precondition: online.
  checkpoint::LaneIdentity identity(const base::TopicPartition& lane) const;
  checkpoint::SnapshotStores& stores() { return *stores_; }
  /// The input topic's first and next offsets. Precondition: online.
  base::Result<stream::Watermarks> watermarks(const base::TopicPartition& lane);

  /// Ask the group where it stands now; true if its commit names another snapshot of this lane than
  /// before. Precondition: online.
  base::Result<bool> ask_again(const LaneView& lane);
  /// For whoever changes something. **Errors:** kInvalidConfig if the group was not asked; kLocked
  /// while it has members.
  base::Status require_idle_group();
  /// Commit positions for the group, all in one request, if it still stands where lanes() say.
  /// **Errors:** kLocked if it has moved since they were asked, or has members; those of
  /// GroupAdmin.
  base::Status commit(std::span<const kafka::NewPosition> positions);
  /// Choose what a lane would start from, or the one that the options name; null if there is none.
  /// Its manifest is there.
  /// **Errors:** kNotFound, kCorrupt (a named one that is not there or not sound).
  base::Result<std::unique_ptr<ChosenSnapshot>> choose(const LaneView& lane) const;
  /// Remove files of a lane.
  base::Status remove(const LaneView& lane, const std::vector<std::string>& names);
  /// When a file was written, ms since 1970; none where that is not known.
  std::optional<base::EpochMillis> written(const LaneView& lane, const std::string& name) const;

 private:
  StateAccess(const AppConfig& config, const StateOptions& options)
      : config_(config), options_(options) {}

  base::Status connect();
  base::Status find_lanes();
  base::Result<std::vector<base::Partition>> partitions() const;
  base::Status ask_group();
  base::Result<std::vector<stream::LanePosition>> positions();

  const AppConfig& config_;
  const StateOptions& options_;
  std::string model_hash_;
  std::string settings_hash_;
  std::string cluster_id_;
  int partition_count_ = 0;
  std::unique_ptr<kafka::GroupAdmin> group_;
  std::unique_ptr<kafka::TopicStores> topic_;  ///< with state.store: kafka
  std::unique_ptr<checkpoint::SnapshotStores> directory_;
  checkpoint::SnapshotStores* stores_ = nullptr;
  std::vector<LaneView> lanes_;
};

/// Return a position with the mark of those that no lane has committed.
kafka::NewPosition set_position(const base::TopicPartition& lane, base::Offset next,
                                stream::Pointer pointer);

/// Check that a snapshot may be written on top of this one by our algorithm version and under our
/// settings: it would hide that records from `low_water` on were scored by others. **Errors:**
/// kUnsupported, kInvalidConfig.
base::Status check_stamps(const LaneView& lane, const checkpoint::Loaded& loaded,
                          const checkpoint::LaneIdentity& ours, base::Offset low_water);

}  // namespace cortado::app
