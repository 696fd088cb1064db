// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "sibling_lanes.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "cortado/checkpoint/directory_store.h"
#include "cortado/checkpoint/selection.h"
#include "snapshot_files.h"

namespace cortado::checkpoint {
namespace {

bool is_partition(const std::string& name) {
  return !name.empty() && name.size() < 10 &&
         std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The newest manifest that is sound; none if there is none, or nothing that can be read.
std::optional<Manifest> newest_manifest(base::FileSystem& files, const std::string& folder) {
  const auto names = files.list(folder);
  if (!names.ok()) return std::nullopt;
  for (auto name = names->rbegin(); name != names->rend(); ++name) {
    if (!is_manifest_name(*name)) continue;
    const auto bytes = files.read_file(folder + "/" + *name);
    if (!bytes.ok()) continue;
    auto manifest = decode_manifest(*bytes);
    if (manifest.ok()) return std::move(manifest).value();
  }
  return std::nullopt;
}

}  // namespace

base::Status check_siblings(base::FileSystem& files, const std::string& dir,
                            const LaneIdentity& identity) {
  if (newest_manifest(files, lane_folder(dir, identity.lane))) return {};
  const auto names = files.list(dir + "/" + folder_name(identity.lane.topic));
  if (!names.ok()) return {};
  for (const std::string& name : *names) {
    if (!is_partition(name)) continue;
    const base::TopicPartition lane{identity.lane.topic, base::Partition(std::stoi(name))};
    const auto manifest = newest_manifest(files, lane_folder(dir, lane));
    if (!manifest || manifest->identity.lane != lane) continue;
    const std::string folder = lane_folder(dir, lane);
    if (auto error = partition_count_differs(manifest->identity, identity, folder)) return *error;
    break;  // one speaks for all
  }
  return {};
}

}  // namespace cortado::checkpoint
