// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cortado/checkpoint/directory_store.h"

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
          .model_hash = "model",
          .algorithm_version = 1};
}

inline constexpr const char* kFolder = "state/in/0";

/// Keeps what a store loads.
class Collector final : public BlobReceiver {
 public:
  void restart() override {
    devices.clear();
    names.clear();
  }
  base::Status blob(std::string_view device, base::Offset next, std::string_view bytes) override {
    devices[std::string(device)] = bytes;
    offsets[std::string(device)] = next.get();
    return {};
  }
  void name(std::string_view device, base::Offset next, bool) override {
    names.emplace_back(device);
    offsets[std::string(device)] = next.get();
  }
  std::map<std::string, std::string> devices;
  std::map<std::string, std::int64_t> offsets;
  std::vector<std::string> names;
};

/// A store in kFolder as one owner of the lane has it.
inline std::unique_ptr<SnapshotStore> make_store(base::FileSystem& files,
                                                 std::uint64_t writer = 1) {
  return DirectoryStores(files, "state").open(identity(), writer).value();
}

/// Open the store; `state` becomes what it holds.
inline base::Result<std::unique_ptr<SnapshotStore>> open_store(base::FileSystem& files,
                                                               State& state) {
  CORTADO_ASSIGN(auto store, DirectoryStores(files, "state").open(identity(), 1));
  Collector collector;
  CORTADO_ASSIGN(const auto loaded, store->load({}, collector, run_in_order));
  state = {};
  if (loaded) state = {.next = loaded->facts.next_offset.get(), .devices = collector.devices};
  return store;
}

/// Write a snapshot in which `changed` are new, the rest stays as it was, and let a commit name it.
inline base::Status write_snapshot(SnapshotStore& store, std::int64_t next,
                                   const std::map<std::string, std::string>& changed) {
  const auto writer = store.begin(
      {.next_offset = base::Offset(next), .low_water = base::Offset(next), .skipped = {}});
  for (const auto& [device, bytes] : changed) {
    CompressedBlob blob;
    CORTADO_TRY(compress(bytes, blob));
    CORTADO_TRY(writer->add(device, base::Offset(next), blob));
  }
  CORTADO_ASSIGN(const SnapshotName name, writer->commit());
  store.superseded(name.name);
  return {};
}

}  // namespace cortado::checkpoint::testing
