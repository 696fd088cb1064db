// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cortado/checkpoint/snapshot_store.h"

namespace cortado::checkpoint::testing {

/// A whole snapshot as a test sees it.
struct State {
  std::int64_t next = 0;
  std::map<std::string, std::string> devices;

  bool operator==(const State&) const = default;
};

inline LaneIdentity identity() {
  return {.lane = {"in", base::Partition(0)},
          .partition_count = 1,
          .hash_name = "murmur2",
          .cluster_id = "cluster",
          .model_hash = "model"};
}

inline constexpr const char* kFolder = "state/in/0";

/// Keeps what a store loads.
class Collector final : public BlobReceiver {
 public:
  void restart() override {
    devices.clear();
    names.clear();
  }
  base::Status blob(std::string_view device, std::string_view bytes) override {
    devices[std::string(device)] = bytes;
    return {};
  }
  void name(std::string_view device) override { names.emplace_back(device); }
  std::map<std::string, std::string> devices;
  std::vector<std::string> names;
};

/// Open the store; `state` becomes what it holds.
inline base::Result<std::unique_ptr<SnapshotStore>> open_store(base::FileSystem& files,
                                                               State& state) {
  CORTADO_ASSIGN(auto store, SnapshotStore::open(files, kFolder, identity()));
  Collector collector;
  CORTADO_ASSIGN(const auto next, store->load(collector, run_in_order, LoadScope::kBlobs));
  state = {};
  if (next) state = {.next = next->get(), .devices = collector.devices};
  return store;
}

/// Write a snapshot in which `changed` are new; the rest stays as it was.
inline base::Status write_snapshot(SnapshotStore& store, std::int64_t next,
                                   const std::map<std::string, std::string>& changed) {
  const auto writer = store.begin(base::Offset(next));
  for (const auto& [device, bytes] : changed) {
    CompressedBlob blob;
    CORTADO_TRY(compress(bytes, blob));
    CORTADO_TRY(writer->add(device, blob));
  }
  return writer->commit();
}

}  // namespace cortado::checkpoint::testing
