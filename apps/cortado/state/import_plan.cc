// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "state/import_plan.h"

#include <algorithm>
#include <set>

#include "cortado/kafka/partitioner.h"

namespace cortado::app {
namespace {

using base::Error;
using base::ErrorCode;
using base::Offset;

const checkpoint::ExportedLane* find_lane(const checkpoint::ExportHead& head,
                                          base::Partition partition) {
  const auto found = std::find_if(head.lanes.begin(), head.lanes.end(),
                                  [&](const auto& lane) { return lane.partition == partition; });
  return found == head.lanes.end() ? nullptr : &*found;
}

/// Where a lane stands before the import: where its group is; else, in the same log, where the
/// export was; else at its beginning. Its floor is where devices begin that have no state there.
LaneImport begin_with(const ImportRequest& request, base::Partition partition,
                      const TargetLane& lane) {
  if (lane.committed) {
    LaneImport import{.facts = lane.facts, .dismissed = lane.dismissed};
    checkpoint::SnapshotFacts& facts = import.facts;
    facts.low_water = std::min(facts.low_water, *lane.committed);
    facts.next_offset = *lane.committed;
    facts.floor = std::clamp(facts.floor, facts.low_water, facts.next_offset);
    return import;
  }
  const auto* const exported = find_lane(request.head, partition);
  if (is_same_log(request.head, request.target) && exported != nullptr) {
    LaneImport import{.facts = exported->facts, .dismissed = exported->dismissed};
    checkpoint::SnapshotFacts& facts = import.facts;
    facts.floor = request.named ? facts.next_offset : std::max(facts.floor, facts.low_water);
    return import;
  }
  return {.facts = {.next_offset = lane.log_begin, .low_water = lane.log_begin, .skipped = {}}};
}

/// Its records from the committed offset on are run here, whoever had it before.
void accept(checkpoint::SnapshotFacts& facts, const std::string& device) {
  for (checkpoint::RefusedSpan& span : facts.refused) {
    if (span.device == device && !span.to) span.to = facts.next_offset;
  }
  std::erase_if(facts.refused, [](const auto& span) { return span.to && *span.to <= span.from; });
}

base::Status add(const ImportRequest& request, const ImportedDevice& device, const TargetLane& lane,
                 LaneImport& import) {
  const bool known = std::binary_search(lane.devices.begin(), lane.devices.end(), device.device);
  if (known && !request.replace) {
    return Error(
        ErrorCode::kAlreadyExists,
        "device " + device.device + " has a state already; --replace puts this one over it");
  }
  accept(import.facts, device.device);
  if (!is_same_log(request.head, request.target)) {
    // The state goes on with what comes from now on.
    import.devices[device.device] = import.facts.next_offset;
    return {};
  }
  if (device.next > import.facts.next_offset) {
    return Error(ErrorCode::kInvalidConfig,
                 "the state of device " + device.device + " holds records up to offset " +
                     std::to_string(device.next.get()) + ", the group is at " +
                     std::to_string(import.facts.next_offset.get()) +
                     ": it would learn some of them twice; let the group get there first, or "
                     "import into a new group");
  }
  const std::uint32_t ours = request.target.algorithm_version;
  if (device.algorithm_version != ours && device.next < import.facts.next_offset) {
    return Error(ErrorCode::kUnsupported,
                 "the state of device " + device.device + " was left off by algorithm version " +
                     std::to_string(device.algorithm_version) + " at offset " +
                     std::to_string(device.next.get()) + ", this build has " +
                     std::to_string(ours) +
                     " and would score records again that the former one scored: export after the "
                     "workers have ended by SIGTERM, or import into another topic");
  }
  import.devices[device.device] = device.next;
  import.facts.low_water = std::min(import.facts.low_water, device.next);
  if (const auto* const exported = find_lane(request.head, device.partition)) {
    import.facts.skipped = merged(import.facts.skipped, exported->facts.skipped);
    import.dismissed = merged(import.dismissed, exported->dismissed);
  }
  return {};
}

}  // namespace

bool is_same_log(const checkpoint::ExportHead& head, const checkpoint::LaneIdentity& target) {
  return head.topic == target.lane.topic && head.cluster_id == target.cluster_id &&
         head.partition_count == target.partition_count;
}

base::Partition import_partition(const ImportRequest& request, const ImportedDevice& device) {
  if (!request.by_key) return device.partition;
  return kafka::partition_of_key(device.device, request.target.partition_count);
}

base::Result<std::vector<base::Partition>> import_targets(const ImportRequest& request) {
  if (request.head.model_hash != request.target.model_hash) {
    return Error(ErrorCode::kInvalidConfig,
                 "the export was made with the model configuration " + request.head.model_hash +
                     ", this one is " + request.target.model_hash +
                     ": use the detector configuration that it was made with");
  }
  const bool moved = request.head.partition_count != request.target.partition_count;
  if (moved && !request.by_key) {
    return Error(ErrorCode::kInvalidConfig,
                 "the export is of a topic with " + std::to_string(request.head.partition_count) +
                     " partitions, topic " + request.target.lane.topic + " has " +
                     std::to_string(request.target.partition_count) +
                     ": --by-key puts each device where the key of its name goes");
  }
  std::set<base::Partition> targets;
  for (const auto& device : request.devices) targets.insert(import_partition(request, device));
  if (request.whole && is_same_log(request.head, request.target)) {
    for (const auto& lane : request.head.lanes) targets.insert(lane.partition);
  }
  return std::vector<base::Partition>(targets.begin(), targets.end());
}

std::vector<Offset> merged(std::vector<Offset> skipped, const std::vector<Offset>& more) {
  skipped.insert(skipped.end(), more.begin(), more.end());
  std::sort(skipped.begin(), skipped.end());
  skipped.erase(std::unique(skipped.begin(), skipped.end()), skipped.end());
  return skipped;
}

base::Result<std::map<base::Partition, LaneImport>> plan_import(
    const ImportRequest& request, const std::map<base::Partition, TargetLane>& lanes) {
  std::map<base::Partition, LaneImport> plan;
  for (const auto& [partition, lane] : lanes)
    plan[partition] = begin_with(request, partition, lane);
  for (const ImportedDevice& device : request.devices) {
    const base::Partition partition = import_partition(request, device);
    CORTADO_TRY(add(request, device, lanes.at(partition), plan.at(partition)));
  }
  for (auto& [partition, lane] : plan) {
    if (lane.facts.floor <= lane.facts.low_water) lane.facts.floor = {};
  }
  return plan;
}

}  // namespace cortado::app
