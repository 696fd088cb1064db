// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <string>

#include "cortado/base/clock.h"
#include "cortado/base/hash.h"
#include "cortado/checkpoint/state_export.h"
#include "cortado/detector/blob_facts.h"
#include "json_line.h"
#include "state/import_plan.h"
#include "state/owner_number.h"
#include "state/state_views.h"

namespace cortado::app {
namespace {

using base::Error;
using base::ErrorCode;
using Plan = std::map<base::Partition, LaneImport>;

bool is_wanted(const StateOptions& options, const checkpoint::ExportedDevice& device) {
  if (options.partition && device.partition.get() != *options.partition) return false;
  return options.devices.empty() || std::find(options.devices.begin(), options.devices.end(),
                                              device.device) != options.devices.end();
}

/// Return which algorithm version left a state off; that of a device that was forgotten is ours.
base::Result<std::uint32_t> algorithm_version(const checkpoint::CompressedBlob& blob) {
  CORTADO_ASSIGN(const std::string raw,
                 checkpoint::decompress(blob.bytes, blob.raw_size, blob.crc32c));
  if (raw.empty()) return std::uint32_t{detector::kAlgorithmVersion};
  CORTADO_ASSIGN(const auto facts, detector::read_blob_facts(raw));
  return std::uint32_t{facts.algorithm_version};
}

/// Read the whole file, which proves it, and note what is asked for.
base::Result<ImportRequest> read_request(const StateAccess& access, const StateOptions& options) {
  CORTADO_ASSIGN(const auto reader,
                 checkpoint::ExportReader::open(base::posix_file_system(), options.file));
  ImportRequest request{.head = reader->head(),
                        .target = access.identity({access.config().kafka.input_topic, {}}),
                        .devices = {},
                        .whole = options.devices.empty() && !options.partition,
                        .named = !options.devices.empty(),
                        .by_key = options.by_key,
                        .replace = options.replace};
  while (true) {
    CORTADO_ASSIGN(const auto device, reader->next());
    if (!device) break;
    if (!is_wanted(options, *device)) continue;
    CORTADO_ASSIGN(const std::uint32_t version, algorithm_version(device->blob));
    request.devices.push_back({device->device, device->partition, device->next, version});
  }
  if (request.devices.size() < options.devices.size())
    return Error(ErrorCode::kNotFound, options.file + " does not hold all of these devices");
  return request;
}

/// Takes names alone.
class Names final : public checkpoint::BlobReceiver {
 public:
  void restart() override { names.clear(); }
  base::Status blob(std::string_view, base::Offset, std::string_view) override { return {}; }
  void name(std::string_view device, base::Offset, bool) override { names.emplace_back(device); }
  std::vector<std::string> names;
};

/// A lane that is being written.
struct OpenLane {
  const LaneView* view = nullptr;
  std::unique_ptr<checkpoint::SnapshotStore> store;
  std::unique_ptr<checkpoint::SnapshotWriter> writer;
};
using OpenLanes = std::map<base::Partition, OpenLane>;

base::Result<TargetLane> open_lane(StateAccess& access, const LaneView& view, OpenLane& open) {
  TargetLane lane;
  lane.committed = view.position ? view.position->next_offset : std::nullopt;
  if (lane.committed && !view.pointer) {
    return Error(ErrorCode::kInvalidConfig,
                 "the group's offset of " + base::to_string(view.lane) +
                     " was committed by another program: state rewind or state reset first");
  }
  CORTADO_ASSIGN(const auto marks, access.watermarks(view.lane));
  lane.log_begin = marks.low;
  if (view.pointer) lane.dismissed = view.pointer->dismissed;
  open.view = &view;
  CORTADO_ASSIGN(open.store, access.stores().open(access.identity(view.lane), new_owner_number()));
  // Nothing is committed: whatever lies there is nobody's.
  if (!view.pointer || view.pointer->snapshot.empty()) {
    if (view.pointer) lane.facts.low_water = view.pointer->low_water;
    if (view.pointer) lane.facts.skipped = view.pointer->skipped;
    return lane;
  }
  Names names;
  CORTADO_ASSIGN(const auto loaded, open.store->load({.wanted = view.pointer->snapshot,
                                                      .scope = checkpoint::LoadScope::kNames},
                                                     names, checkpoint::run_in_order));
  if (loaded) lane.facts = loaded->facts;
  // The commit may know better, unless it was another snapshot that could be read.
  if (loaded && loaded->name == view.pointer->snapshot)
    lane.facts.low_water = view.pointer->low_water;
  if (loaded)
    CORTADO_TRY(check_stamps(view, *loaded, access.identity(view.lane), lane.facts.low_water));
  lane.facts.skipped = merged(std::move(lane.facts.skipped), view.pointer->skipped);
  lane.devices = std::move(names.names);
  std::sort(lane.devices.begin(), lane.devices.end());
  return lane;
}

base::Result<std::map<base::Partition, TargetLane>> open_lanes(
    StateAccess& access, const std::vector<base::Partition>& targets, OpenLanes& open) {
  std::map<base::Partition, TargetLane> lanes;
  for (const LaneView& view : access.lanes()) {
    const base::Partition partition = view.lane.partition;
    if (!std::binary_search(targets.begin(), targets.end(), partition)) continue;
    CORTADO_ASSIGN(lanes[partition], open_lane(access, view, open[partition]));
  }
  if (lanes.size() == targets.size()) return lanes;
  return Error(ErrorCode::kNotFound, "topic " + access.config().kafka.input_topic +
                                         " lacks some of the export's partitions");
}

/// Read the file again and write the devices where the plan says.
base::Status write_devices(const ImportRequest& request, const StateOptions& options,
                           const Plan& plan, OpenLanes& open) {
  for (auto& [partition, lane] : open)
    lane.writer = lane.store->begin(plan.at(partition).facts, checkpoint::Lineage::kRoot);
  CORTADO_ASSIGN(const auto reader,
                 checkpoint::ExportReader::open(base::posix_file_system(), options.file));
  while (true) {
    CORTADO_ASSIGN(const auto device, reader->next());
    if (!device) return {};
    if (!is_wanted(options, *device)) continue;
    const auto partition =
        import_partition(request, {device->device, device->partition, device->next, 0});
    const base::Offset next = plan.at(partition).devices.at(device->device);
    CORTADO_TRY(open.at(partition).writer->add(device->device, next, device->blob));
  }
}

base::Status commit(StateAccess& access, const Plan& plan, OpenLanes& open) {
  std::vector<kafka::NewPosition> positions;
  for (auto& [partition, lane] : open) {
    CORTADO_ASSIGN(const auto name, lane.writer->commit());
    const auto& [facts, dismissed, devices] = plan.at(partition);
    positions.push_back(set_position(lane.view->lane, facts.next_offset,
                                     {.snapshot = name,
                                      .low_water = facts.low_water,
                                      .skipped = facts.skipped,
                                      .dismissed = dismissed}));
  }
  return access.commit(positions);
}

}  // namespace

base::Result<ExitCode> import_state(StateAccess& access, const StateOptions& options, bool json) {
  CORTADO_TRY(access.require_idle_group());
  CORTADO_ASSIGN(const ImportRequest request, read_request(access, options));
  CORTADO_ASSIGN(const auto targets, import_targets(request));
  OpenLanes open;
  CORTADO_ASSIGN(const auto lanes, open_lanes(access, targets, open));
  CORTADO_ASSIGN(const Plan plan, plan_import(request, lanes));
  CORTADO_TRY(write_devices(request, options, plan, open));
  CORTADO_TRY(commit(access, plan, open));
  for (const auto& [partition, lane] : plan) {
    if (!json) continue;
    JsonLine line;
    line.text("command", "state import")
        .number("partition", partition.get())
        .number("devices", static_cast<std::int64_t>(lane.devices.size()))
        .number("offset", lane.facts.next_offset.get())
        .number("lowWater", lane.facts.low_water.get());
    std::printf("%s\n", line.str().c_str());
  }
  std::fprintf(stderr, "cortado: %zu devices are in %zu partitions of %s now\n",
               request.devices.size(), plan.size(), access.config().kafka.input_topic.c_str());
  return ExitCode::kOk;
}

}  // namespace cortado::app
