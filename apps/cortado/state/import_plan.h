// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cortado/base/ids.h"
#include "cortado/base/result.h"
#include "cortado/checkpoint/manifest.h"
#include "cortado/checkpoint/state_export.h"

namespace cortado::app {

/// A device of an export, without its state.
struct ImportedDevice {
  std::string device;
  base::Partition partition;  ///< where it was
  base::Offset next;          ///< in the log of the export
  std::uint32_t algorithm_version = 0;
};

/// What is there already in a lane that devices go to.
struct TargetLane {
  std::optional<base::Offset> committed;     ///< by the group
  checkpoint::SnapshotFacts facts;           ///< of the snapshot that the commit names
  std::vector<base::Offset> dismissed = {};  ///< of the skipped, by a person's decision
  std::vector<std::string> devices;          ///< that have a state in it, sorted
  base::Offset log_begin;                    ///< first record kept
};

/// What an import is to do, and where.
struct ImportRequest {
  checkpoint::ExportHead head;
  checkpoint::LaneIdentity target;  ///< any lane of the target
  std::vector<ImportedDevice> devices;
  bool whole = true;   ///< no selection was made: lanes without a device count too
  bool named = false;  ///< devices were selected by name: the lanes' others are left out
  bool by_key = false;
  bool replace = false;
};

/// What to write into one lane.
struct LaneImport {
  checkpoint::SnapshotFacts facts;                   ///< of the new snapshot and its commit
  std::vector<base::Offset> dismissed = {};          ///< of its commit
  std::map<std::string, base::Offset> devices = {};  ///< name -> its records below are in the state
};

/// True if the export's offsets mean something in the target: it is the same log. Pure.
bool is_same_log(const checkpoint::ExportHead& head, const checkpoint::LaneIdentity& target);

/// Say which partitions an import touches, before anything is known of them. Pure. **Errors:**
/// kInvalidConfig (another model, another partition count without by_key).
base::Result<std::vector<base::Partition>> import_targets(const ImportRequest& request);

/// Decide what to write into each lane. Pure. **Errors:** kAlreadyExists (a device that has a
/// state, without replace), kInvalidConfig (a state that is ahead of the lane), kUnsupported
/// (records would be scored again by another algorithm version).
base::Result<std::map<base::Partition, LaneImport>> plan_import(
    const ImportRequest& request, const std::map<base::Partition, TargetLane>& lanes);

/// Return both lists as one, ascending, each offset once.
std::vector<base::Offset> merged(std::vector<base::Offset> skipped,
                                 const std::vector<base::Offset>& more);

/// Where a device goes. Pure.
base::Partition import_partition(const ImportRequest& request, const ImportedDevice& device);

}  // namespace cortado::app
