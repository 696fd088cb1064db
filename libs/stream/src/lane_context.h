// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "cortado/stream/engine.h"
#include "device_owners.h"
#include "lane_holds.h"
#include "snapshot_budget.h"
#include "task_pool.h"

namespace cortado::stream {

/// What all lanes of an engine share. Used on the engine's thread, but for what is thread-safe
/// itself.
struct LaneContext {
  EngineParts& parts;
  const StateConfig& state;
  const StreamConfig& config;
  checkpoint::SnapshotStores* stores;  ///< null: no state is kept
  TaskPool& pool;
  Background& background;
  DeviceOwners& owners;
  SnapshotBudget& budget;
  base::Patience& patience;
  LaneHolds holds = {};
  std::uint64_t opened = 0;  ///< lanes so far: tells the owners of one lane within a run apart
  std::int64_t evictions = 0;
  std::int64_t loads = 0;
  std::int64_t replayed = 0;
  std::int64_t snapshots = 0;
};

}  // namespace cortado::stream
