// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cortado/base/ids.h"
#include "cortado/checkpoint/snapshot_store.h"
#include "cortado/stream/crash_journal.h"
#include "cortado/stream/operator.h"
#include "device_table.h"

namespace cortado::stream {

/// What is to be loaded of a lane; what it refers to is thread-safe.
struct LoadingOrder {
  checkpoint::SnapshotStores& stores;
  const Operator& operation;
  CrashJournal* crashes = nullptr;  ///< may be null
  checkpoint::LaneIdentity identity;
  std::uint64_t writer = 0;
  checkpoint::LoadRequest request;
  bool keep = true;        ///< keep the devices' states in memory; else prove them, if asked to
  bool begins = false;     ///< there should be no snapshot: write one without devices
  base::Offset committed;  ///< outcomes of all records below are written
  std::vector<base::TopicPartition> others = {};  ///< lanes of other processes
};

/// What was found.
struct Loading {
  std::shared_ptr<checkpoint::SnapshotStore> store;
  std::vector<StoredDevice> devices;
  base::Result<std::optional<checkpoint::Loaded>> loaded = std::optional<checkpoint::Loaded>();
  std::map<base::Offset, int> deaths;  ///< of processes, at records of the lane
  std::vector<std::string> own;        ///< devices with a state on the lane, sorted
  std::map<base::TopicPartition, std::vector<std::string>> others;  ///< and on those lanes
};

/// Do what takes long when a lane opens, on any thread, after its former owners were fenced.
void load_lane(const LoadingOrder& order, Loading& loading);

}  // namespace cortado::stream
